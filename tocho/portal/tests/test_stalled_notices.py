"""A notice that could not be sealed stands still until somebody of the office has it tried again."""

import pytest
from pytest_django import Settings

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import Actor, entries_of
from tocho.lib.errors import Refused
from tocho.modules.notices import api as notices
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import LATER, SUBJECT, new_notice, sealed_notice
from tocho.portal.stalled.seals import troubled_notices

pytestmark = pytest.mark.django_db


def test_a_notice_that_was_not_sealed_is_tried_again_once(run_jobs: RunJobs) -> None:
    notice = new_notice()
    Notice.objects.filter(id=notice.id).update(problem="決定済みの事案がない")
    source = troubled_notices()
    assert (source.count(None), source.count(["elsewhere"]), source.count([notice.unit])) == (1, 0, 1)
    found = source.one(None, notice.id)
    assert found is not None
    assert [one.id for one in source.waiting(None, None, 10)] == [found.id]
    assert found.why == "決定済みの事案がない"
    source.retry(notice.id, Actor(), LATER)
    with pytest.raises(Refused, match="もうやり直されています"):
        source.retry(notice.id, Actor(), LATER)
    assert (source.count(None), source.one(None, notice.id)) == (0, None)
    run_jobs(only="notices.seal_notice")
    notice.refresh_from_db()
    assert notice.signed_at is not None
    assert [one.kind for one in entries_of(SUBJECT)].count("notice.retried") == 1


def test_a_timestamp_is_asked_for_again_where_there_is_a_service(settings: Settings) -> None:
    notice = sealed_notice()
    Notice.objects.filter(id=notice.id).update(problem="expired", renew_at=None)
    settings.TIMESTAMP_URL = ""
    with pytest.raises(Refused, match="設定がありません"):
        notices.retry_notice(notice_id=notice.id, actor=Actor(), at=LATER)
    view = notices.trouble(notice.id, None)
    assert view is not None
    assert view.is_out
