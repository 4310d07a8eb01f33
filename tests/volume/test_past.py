"""What `make sample-large` writes by SQL is what the acts would have left: rules, ledger and pages agree with it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.rules import content_digest
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.rules import is_receipt_number
from tools import past

COUNT = 600


@pytest.fixture
def sql(db: None):  # type: ignore[no-untyped-def]
    for command in ("load_city", "load_authority", "load_bookings", "load_procedures"):
        call_command(command, verbosity=0)
    return connection.connection


def test_past_applications_are_as_their_acts_would_have_left_them(sql) -> None:  # type: ignore[no-untyped-def]
    work_on_what_waits(sql)
    told: list[int] = []
    past.load(sql, COUNT, told=lambda done, of: told.append(done))
    assert (told[-1], past.loaded(sql), Application.objects.values("version").distinct().count()) == (
        COUNT,
        COUNT + 5,
        169,
    )
    assert all(map(is_receipt_number, Application.objects.values_list("receipt_number", flat=True)))
    verdict = ledger.verify()
    assert (verdict.problems, verdict.waiting) == ((), 0)
    for decision in Decision.objects.filter(category="past")[:40]:
        values = {"title": decision.title, "body": decision.body, "outcome": decision.outcome}
        digest = content_digest(**values, reasons=decision.reasons, brief=decision.brief, attachments=[])
        assert decision.content_digest == digest
    closed = Application.objects.filter(state="closed")
    for application in closed[:40]:
        entry = ledger.entries_of(Subject("application", application.id))[-1]
        days = calendar.business_days_between(
            calendar.office_day(application.submitted_at), calendar.office_day(application.closed_at)
        )
        assert entry.data["processing_days"] == days
        assert entry.data["within_standard"] == (calendar.office_day(application.closed_at) <= application.due_on)


def work_on_what_waits(sql) -> None:  # type: ignore[no-untyped-def]
    """Cases that are open can be examined and drafted like any other."""
    past.load(sql, 5, told=lambda done, of: None, waiting=True)
    at, user = timezone.now(), User.objects.get(username="takahashi")
    waiting = process.inbox(org.addresses_of(user.id, at=at)).rows
    assert len(waiting) == 5
    post = org.posts_of(user.id, at=at)[0]
    actor = Actor(user_id=user.id, post_id=post.id)
    actions.draft_decision(
        application_id=waiting[0].subject.id, outcome="approve", reasons="", body="", actor=actor, at=at
    )
    assert Application.objects.get(id=waiting[0].subject.id).state == "decision_pending"
    assert process.cancel(subject=waiting[1].subject, reason="", at=at)
