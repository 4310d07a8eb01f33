"""The life of an application: applied, examined, corrected, decided, closed — once each, whoever clicks how often."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.bookings.api import SlotFull
from tocho.modules.decisions import api as decisions
from tocho.modules.decisions.tests.factories import approve
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application

from .factories import ANSWERS, AT, World, mail_to, make_course_version, make_slot, make_version, make_world, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def kinds(application: Application) -> list[str]:
    return [entry.kind for entry in ledger.entries_of(Subject("application", application.id))]


def draft(world: World, application: Application, **more: Any) -> int:
    values = {"outcome": "approve", "reasons": "", "body": ""}
    return actions.draft_decision(
        application_id=application.id, actor=world.office.actor("drafter"), at=AT, **{**values, **more}
    )


def decide(world: World, application: Application) -> None:
    decision = decisions.decisions_of(Subject("application", application.id))[-1]
    from tocho.modules.decisions.models import Decision

    for name in ("deputy", "reviewer", "chief"):
        approve(world.office, Decision.objects.get(id=decision.id), name)


def test_submitting_gives_a_number_a_due_date_a_task_and_a_mail(world: World, run_jobs: RunJobs) -> None:
    application = submit(world.version, kind="free")
    run_jobs(only="notify.deliver_message")
    assert application.receipt_number is not None
    assert (application.state, application.due_on) == ("examining", date(2020, 11, 26))  # 23日は祝日
    task = process.tasks_of(Subject("application", application.id))[0]
    assert (task.kind, task.title) == ("procedures.examine", f"見本の申請 {application.receipt_number}")
    assert application.receipt_number in mail.outbox[0].subject


def test_submitting_twice_is_submitting_once(world: World) -> None:
    first = submit(world.version, kind="free")
    second = actions.submit_application(application_id=first.id, at=AT + timedelta(seconds=1))
    assert second.receipt_number == first.receipt_number
    assert kinds(first).count("application.submitted") == 1


def test_an_incomplete_form_is_not_taken_and_nothing_is_lost(world: World) -> None:
    application = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers={"kind": "free"}, at=AT)
    with pytest.raises(actions.NotComplete) as refused:
        actions.submit_application(application_id=application.id, at=AT)
    assert "applicant_name" in {key.split(".")[0] for key in refused.value.errors}
    assert Application.objects.get().answers == {"kind": "free"}


def test_a_running_application_keeps_its_version(world: World) -> None:
    application = submit(world.version, kind="free")
    newer = make_version(fee="500円")
    assert newer.number == 2
    application.refresh_from_db()
    assert application.version_id == world.version.id


def test_decided_by_people_and_closed(world: World, run_jobs: RunJobs) -> None:
    application = submit(world.version, kind="free")
    draft(world, application)
    application.refresh_from_db()
    assert application.state == "decision_pending"
    decide(world, application)
    run_jobs()
    application.refresh_from_db()
    assert (application.state, application.outcome) == ("closed", "approve")
    assert kinds(application)[-1] == "application.closed"


def test_processing_days_leave_out_the_days_the_clock_stood(world: World) -> None:
    application = submit(world.version, kind="free")
    Application.objects.filter(id=application.id).update(state="decided", outcome="approve", stopped_days=2)
    actions.close_application(application_id=application.id, at=AT + timedelta(days=7))  # 4開庁日後
    closed = ledger.entries_of(Subject("application", application.id))[-1]
    assert (closed.data["processing_days"], closed.data["within_standard"]) == (2, False)


def test_a_refusal_needs_reasons(world: World) -> None:
    application = submit(world.version, kind="free")
    with pytest.raises(Refused, match="理由"):
        draft(world, application, outcome="reject")


def test_another_section_cannot_draft(world: World) -> None:
    application = submit(world.version, kind="free")
    with pytest.raises(Refused):
        actions.draft_decision(
            application_id=application.id,
            outcome="approve",
            reasons="",
            body="",
            actor=world.office.actor("stranger"),
            at=AT,
        )


def test_the_clock_stands_during_a_correction(world: World, run_jobs: RunJobs) -> None:
    application = submit(world.version, kind="free")
    actions.request_correction(
        application_id=application.id,
        message="通数を確かめてください",
        fields=["copies"],
        deadline_on=date(2020, 12, 4),
        actor=world.office.actor("drafter"),
        at=AT,
    )
    application.refresh_from_db()
    assert (application.state, application.stopped_on) == ("correction", date(2020, 11, 20))
    later = AT + timedelta(days=5)  # 11月25日、2開庁日後
    actions.answer_correction(application_id=application.id, answers={"copies": 1}, at=later)
    application.refresh_from_db()
    assert (application.state, application.stopped_days, application.due_on) == ("examining", 2, date(2020, 11, 30))
    assert application.answers["copies"] == 1
    run_jobs(only="notify.deliver_message")
    assert "通数を確かめて" in mail_to(ANSWERS["applicant_email"], "補正のお願い").body


def test_answering_a_correction_twice_changes_nothing(world: World) -> None:
    application = submit(world.version, kind="free")
    actions.request_correction(
        application_id=application.id,
        message="直してください",
        fields=[],
        deadline_on=date(2020, 12, 4),
        actor=world.office.actor("drafter"),
        at=AT,
    )
    for copies in (1, 5):
        actions.answer_correction(application_id=application.id, answers={"copies": copies}, at=AT)
    application.refresh_from_db()
    assert application.answers["copies"] == 1
    assert kinds(application).count("application.corrected") == 1


def test_a_returned_decision_comes_back_to_the_office(world: World) -> None:
    from tocho.modules.decisions import actions as deciding
    from tocho.modules.decisions.models import Decision

    application = submit(world.version, kind="free")
    decision = Decision.objects.get(id=draft(world, application))
    deciding.return_draft(
        decision_id=decision.id,
        step_id=decision.steps.get(state="active").id,
        actor=world.office.actor("deputy"),
        reason="根拠を",
        at=AT,
    )
    application.refresh_from_db()
    assert application.state == "examining"
    assert draft(world, application) == decision.id


def test_withdrawn_before_the_decision_only(world: World, run_jobs: RunJobs) -> None:
    application = submit(world.version, kind="free")
    draft(world, application)
    withdrawn = actions.withdraw_application(application_id=application.id, reason="", at=AT)
    assert withdrawn.state == "withdrawn"
    assert process.tasks_of(Subject("application", application.id)) == ()
    other = submit(world.version, kind="free")
    draft(world, other)
    decide(world, other)
    with pytest.raises(Refused):
        actions.withdraw_application(application_id=other.id, reason="", at=AT)


def test_a_rule_decides_where_the_procedure_allows_it(world: World, run_jobs: RunJobs) -> None:
    application = submit(make_course_version(), slot=str(make_slot().id))
    run_jobs()
    application.refresh_from_db()
    assert (application.state, application.outcome) == ("closed", "approve")
    assert decisions.decisions_of(Subject("application", application.id))[0].by_rule == "koza auto #1"


def test_the_waiting_list_moves_up_when_a_seat_is_freed(world: World, run_jobs: RunJobs) -> None:
    version, slot = make_course_version(), make_slot(capacity=1)
    first = submit(version, slot=str(slot.id))
    second = submit(version, slot=str(slot.id))
    assert second.state == "waiting_list"
    from tocho.modules.bookings import api as bookings

    bookings.cancel(subject=Subject("application", first.id), at=AT)
    run_jobs()
    second.refresh_from_db()
    assert (second.state, second.outcome) == ("closed", "approve")


def test_a_full_slot_without_waiting_list_is_said_and_the_draft_stays(world: World) -> None:
    booking = {"field": "slot", "kind": "course_sessions", "waiting_list": False}
    version, slot = make_course_version(), make_slot(capacity=1)
    submit(version, slot=str(slot.id))
    version.source["facts"]["booking"] = booking
    from tocho.core.ledger.api import SYSTEM

    strict = actions.publish_version(source=version.source, actor=SYSTEM, at=AT)
    with pytest.raises((SlotFull, actions.NotComplete)):
        submit(strict, slot=str(slot.id))
    assert Application.objects.filter(state="draft").count() == 1


def test_old_drafts_are_emptied(world: World) -> None:
    application = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers={"kind": "free"}, at=AT)
    assert actions.expire_drafts(at=AT + timedelta(days=29)) == 0
    assert actions.expire_drafts(at=AT + timedelta(days=31)) == 1
    application.refresh_from_db()
    assert (application.state, application.answers) == ("expired", {})
