"""What must not cost an application: a rule table that fails, a seat that goes, a draft with files that is left."""

import io
from datetime import date, timedelta

import pytest

from tocho.core.files import api as files
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import SYSTEM
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.bookings import api as bookings
from tocho.modules.decisions import api as decisions
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application

from .factories import ANSWERS, AT, FORM, World, make_course_version, make_slot, make_version, make_world, submit

pytestmark = pytest.mark.django_db
COMPUTED = {**FORM, "computed": [{"key": "fee", "rule": "fee"}]}
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="x" id="d" name="d">'


def contradicting(name: str, *columns: str) -> str:
    """A UNIQUE table of which two rules fire for every input, which is a fault that shows only when it decides."""
    rule = '<rule id="r{n}"><inputEntry><text>&gt; {n}</text></inputEntry>' + (
        "<outputEntry><text>1</text></outputEntry>" * len(columns) + "</rule>"
    )
    outputs = "".join(f'<output id="o{column}" name="{column}"/>' for column in columns)
    return (
        f'<?xml version="1.0"?>{HEAD}<decision id="{name}" name="{name}"><variable name="{name}"/>'
        f'<decisionTable id="t" hitPolicy="UNIQUE"><input id="i"><inputExpression typeRef="number"><text>copies</text>'
        f"</inputExpression></input>{outputs}{rule.format(n=0)}{rule.format(n=1)}</decisionTable></decision></definitions>"
    )


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_failing_fee_table_keeps_what_was_typed_and_lets_nobody_pay_nothing(world: World) -> None:
    version = make_version(form=COMPUTED, rules={"fee": contradicting("fee", "fee")})
    application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers=ANSWERS, at=AT)
    with pytest.raises(actions.FeeUnknown, match="残っています"):
        actions.submit_application(application_id=application.id, at=AT)
    application.refresh_from_db()
    assert (application.state, application.answers) == ("draft", ANSWERS)


def test_failing_checks_are_left_to_a_person(world: World) -> None:
    rules = {"checks": contradicting("checks", "title", "ok")}
    application = submit(make_version(rules=rules), kind="free")
    assert [(check["title"], check["ok"]) for check in application.checks] == [("規則による点検", False)]
    assert [task.kind for task in process.tasks_of(actions.subject_of(application))] == ["procedures.examine"]


def test_a_failing_table_of_decisions_decides_nothing(world: World) -> None:
    version = make_course_version(rules={"auto": contradicting("auto", "outcome").replace("copies", "fee + 2")})
    application = submit(version, slot=str(make_slot().id))
    assert (application.state, decisions.decisions_of(actions.subject_of(application))) == ("examining", ())


def test_the_clock_stands_while_a_fee_is_due_and_on_the_waiting_list(world: World, run_jobs: RunJobs) -> None:
    paid = submit(world.version)
    assert (paid.state, paid.stopped_on) == ("fee_due", date(2020, 11, 20))
    actions.mark_fee_collected(application_id=paid.id, at=AT + timedelta(days=5))
    paid.refresh_from_db()
    assert (paid.state, paid.stopped_days, paid.due_on) == ("examining", 2, date(2020, 11, 30))
    version, slot = make_course_version(), make_slot(days=9)
    first, second = submit(version, slot=str(slot.id)), submit(version, slot=str(slot.id))
    run_jobs()
    actions.cancel_booking(application_id=first.id, at=AT + timedelta(days=5))
    run_jobs()
    second.refresh_from_db()
    assert (second.state, second.stopped_on, second.stopped_days) == ("closed", None, 2)


def test_a_seat_is_given_back_once_and_only_after_the_approval(world: World, run_jobs: RunJobs) -> None:
    application = submit(make_course_version(), slot=str(make_slot().id))
    run_jobs()
    for _again in range(2):
        actions.cancel_booking(application_id=application.id, at=AT)
    assert bookings.reservation_of(actions.subject_of(application)) is None
    with pytest.raises(Refused, match="取下げ"):
        actions.cancel_booking(application_id=submit(world.version).id, at=AT)


def test_what_has_begun_is_not_cancelled(world: World, run_jobs: RunJobs) -> None:
    application = submit(make_course_version(), slot=str(make_slot().id))
    run_jobs()
    with pytest.raises(Refused, match="始まって"):
        actions.cancel_booking(application_id=application.id, at=AT + timedelta(days=6))
    assert bookings.reservation_of(actions.subject_of(application)) is not None


def test_a_refusal_gives_the_place_back(world: World, run_jobs: RunJobs) -> None:
    application = submit(make_course_version(), slot=str(make_slot().id))
    Application.objects.filter(id=application.id).update(state="decision_pending")
    actions.take_decision(application_id=application.id, outcome="reject", at=AT)
    run_jobs(only="procedures.free_places")
    assert bookings.reservation_of(actions.subject_of(application)) is None


def test_the_files_of_a_draft_that_was_left_are_erased(world: World) -> None:
    application = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    kept = files.store(io.BytesIO(b"%PDF-1.4 sample"), name="a.pdf", by=SYSTEM, at=AT)
    answers = {"proof": [{"id": kept.id, "name": kept.name, "size": kept.size}]}
    actions.save_answers(application_id=application.id, answers=answers, at=AT)
    actions.expire_drafts(at=AT + timedelta(days=31))
    with pytest.raises(FileNotFoundError):
        files.open_file(kept.id)
