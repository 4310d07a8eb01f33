"""A list of notices while its workers die by ``kill -9``: none lost, none twice."""

import random
import time
from collections import Counter

import pytest
from django.utils import timezone

from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.core.ledger.api import Actor, Subject, entries_of
from tocho.core.notify.models import Message
from tocho.core.org.tests.factories import make_user
from tocho.modules.notices import actions
from tocho.modules.notices.models import BatchRow, Notice, NoticeBatch
from tocho.modules.notices.tests.test_batches import rows_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
PEOPLE = 160


def made() -> int:
    return BatchRow.objects.filter(state="made").count()


def at_all() -> int:
    """Notices that were begun, or sealed, or noted as made: it grows at each step of the way."""
    return Notice.objects.count() + Notice.objects.filter(state="released").count() + made()


def start() -> NoticeBatch:
    maker, reviewer = make_user("maker"), make_user("reviewer")
    at = timezone.now()
    what = actions.NewBatch(
        title="お知らせ", body="{未納額}", facts=["未納額"], columns=["宛名"], rows=rows_of(PEOPLE), office="徴収課",
        unit="T-01-01-01", profile="organisation", decision_id=None,
    )  # fmt: skip
    batch = actions.make_batch(what, once="kill", actor=Actor(maker.id), at=at)
    actions.ask_seal(batch_id=batch.id, actor=Actor(maker.id), at=at)
    return actions.start_batch(batch_id=batch.id, actor=Actor(reviewer.id), at=at)


def test_workers_killed_again_and_again_make_each_notice_once(start_worker: StartWorker) -> None:
    batch, dice = start(), random.Random(3)
    for death in range(5):  # before the first is composed, between composing and sealing, between pieces
        before = at_all()
        worker = start_worker()
        wait_until(lambda before=before: at_all() > before)  # type: ignore[misc]
        time.sleep(dice.uniform(0, 0.1 + 0.1 * death))
        worker.kill()
    start_worker()
    wait_until(lambda: NoticeBatch.objects.get(id=batch.id).state == "done", seconds=120)
    assert made() == PEOPLE
    assert Notice.objects.filter(state="released").count() == PEOPLE
    assert len(set(Notice.objects.values_list("pdf_sha256", flat=True))) == PEOPLE
    assert Message.objects.filter(template="notices/released").count() == PEOPLE
    subjects = [Subject("notice_batch_row", row_id) for row_id in batch.rows.values_list("id", flat=True)]
    acts = Counter((entry.kind, entry.data["notice"]) for subject in subjects for entry in entries_of(subject))
    assert set(acts.values()) == {1}
    assert len(acts) == 3 * PEOPLE
