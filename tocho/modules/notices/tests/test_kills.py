import time
from collections import Counter

import pytest

from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.core.ledger.api import entries_of
from tocho.core.notify.models import Message
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import SUBJECT, new_notice

NOTICES = 24


@pytest.mark.kills
def test_workers_killed_again_and_again_seal_and_mail_each_notice_once(
    start_worker: StartWorker,
) -> None:
    for number in range(NOTICES):
        new_notice(decision_id=number + 1)
    for _ in range(2):
        before = Notice.objects.filter(state="released").count()
        worker = start_worker()
        wait_until(lambda before=before: Notice.objects.filter(state="released").count() > before)  # type: ignore[misc]
        time.sleep(0.02)
        worker.kill()
    start_worker()
    wait_until(lambda: Notice.objects.filter(state="released").count() == NOTICES)
    acts = Counter((entry.data["notice"], entry.kind) for entry in entries_of(SUBJECT))
    assert set(acts.values()) == {1}
    assert len(acts) == 3 * NOTICES
    assert Message.objects.filter(template="notices/released").count() == NOTICES
    assert len(set(Notice.objects.values_list("pdf_sha256", flat=True))) == NOTICES
