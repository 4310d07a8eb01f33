"""An authorisation is taken back while notices are sealed under it: what began is done, what comes after waits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from tocho.core.jobs.testing import wait_until
from tocho.core.ledger.api import Subject, entries_of
from tocho.modules.decisions import api as decisions
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, approve, circulate, make_draft, make_office
from tocho.modules.notices import actions
from tocho.modules.notices.actions.reviewing import stands_authorised
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import LATER, authorised, new_notice

pytestmark = pytest.mark.django_db(transaction=True)
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def closing(act: Any, **given: Any) -> Any:
    try:
        return act(**given)
    finally:
        connection.close()


def is_blocked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # within one transaction the view would stay as first seen
        cursor.execute(BLOCKED)
        return bool(cursor.fetchone()[0])


@pytest.fixture
def office() -> Office:
    return make_office()


def test_who_takes_it_back_waits_for_the_seal_that_is_being_set(office: Office) -> None:
    given = authorised(unit=UNIT)
    notice = new_notice(unit=UNIT)
    take_back = {"authorisation_id": given.id, "reason": "見直し", "actor": office.actor("reviewer"), "at": LATER}
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert stands_authorised(notice, at=LATER)
            taken = pool.submit(closing, actions.revoke_authorisation, **take_back)
            wait_until(is_blocked)
            assert not taken.done()
        taken.result()
    assert not is_standing(notice)


def test_who_cancels_the_decision_waits_for_the_notice_that_goes_out(office: Office) -> None:
    first = decided_by(office, make_draft(office))
    later = make_draft(office, subject_id=2, relates_to=first.id, relation="cancel")
    circulate(office, later)
    for name in ("deputy", "reviewer"):
        approve(office, later, name)
    with transaction.atomic():
        decisions.issue(decision_id=first.id, at=LATER)
    last = {"office": office, "decision": later, "name": "chief", "at": LATER}
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert decisions.issue(decision_id=first.id, at=LATER)
            cancelled = pool.submit(closing, approve, **last)
            wait_until(is_blocked)
            assert not cancelled.done()
        cancelled.result()
    assert not decisions.issue(decision_id=first.id, at=LATER)


def decided_by(office: Office, decision: Decision) -> Decision:
    circulate(office, decision)
    for name in ("deputy", "reviewer", "chief"):
        decision = approve(office, decision, name, at=LATER)
    return decision


def is_standing(notice: Notice) -> bool:
    with transaction.atomic():
        return stands_authorised(notice, at=LATER)


def test_sealed_and_taken_back_at_once_each_notice_has_its_ground(office: Office) -> None:
    given = authorised(unit=UNIT)
    made = [new_notice(unit=UNIT, subject=Subject("application", n)) for n in range(6)]
    start = Barrier(3)

    def seal(part: list[Notice]) -> list[bool]:
        start.wait()
        return [actions.seal_notice(notice_id=one.id, at=LATER) for one in part]

    def take_back() -> None:
        start.wait()
        actions.revoke_authorisation(
            authorisation_id=given.id, reason="見直し", actor=office.actor("reviewer"), at=LATER
        )

    with ThreadPoolExecutor(3) as pool:
        works = [pool.submit(closing, seal, part=made[:3]), pool.submit(closing, seal, part=made[3:])]
        pool.submit(closing, take_back).result()
        done = sum(sum(work.result()) for work in works)
    sealed = Notice.objects.filter(authorisation=given, signed_at__isnull=False).count()
    waiting = Notice.objects.filter(seal_ground="", signed_at=None, seal_task__isnull=False).count()
    assert (sealed, sealed + waiting) == (done, 6)


def test_two_keepers_review_once(office: Office) -> None:
    notice = new_notice(unit=UNIT, is_authorised=False)

    def review() -> str:
        try:
            actions.review_seal(notice_id=notice.id, actor=office.actor("reviewer"), at=LATER)
        except actions.NoticeRefused:
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        found = [one.result() for one in [pool.submit(closing, review) for _ in range(2)]]
    kinds = [entry.kind for entry in entries_of(Subject("application", 12))]
    assert (found, kinds.count("notice.seal_reviewed")) == (["done", "done"], 1)
