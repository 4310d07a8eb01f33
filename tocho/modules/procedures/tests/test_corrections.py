"""補正: what is asked, what is answered in time or too late, and what is looked at again."""

from datetime import date, timedelta
from typing import Any

import pytest

from tocho.core.jobs.testing import RunJobs
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import correction_form
from tocho.ui.testing import Pages

from .factories import ANSWERS, AT, World, dmn, make_course_version, make_slot, make_version, make_world, submit

pytestmark = pytest.mark.django_db
DEADLINE = date(2020, 12, 4)
LATE = AT + timedelta(days=20)


@pytest.fixture
def world() -> World:
    return make_world()


def ask(world: World, application: Application, **more: Any) -> None:
    values = {"message": "直してください", "fields": [], "deadline_on": DEADLINE, "at": AT}
    actor = world.office.actor("drafter")
    actions.request_correction(application_id=application.id, actor=actor, **{**values, **more})
    application.refresh_from_db()


@pytest.mark.parametrize("deadline", [date(2020, 11, 20), date(2999, 1, 1)])
def test_a_deadline_is_a_day_within_a_year(world: World, deadline: date) -> None:
    with pytest.raises(Refused, match="期限は"):
        ask(world, submit(world.version, kind="free"), deadline_on=deadline)


def test_an_answer_after_the_deadline_is_refused_and_never_lost_silently(world: World, run_jobs: RunJobs) -> None:
    application = submit(world.version, kind="free")
    ask(world, application)
    from tocho.engines.process.background import queue_due_timers

    queue_due_timers(at=LATE)
    run_jobs(only="process.fire_timer")
    application.refresh_from_db()
    assert application.state == "examining"
    assert [task.kind for task in process.tasks_of(actions.subject_of(application))] == ["procedures.examine"]
    with pytest.raises(actions.CorrectionOver):
        actions.answer_correction(application_id=application.id, answers={"copies": 3}, at=LATE)


def test_the_page_says_that_it_is_too_late(page: Pages, world: World) -> None:
    application = submit(world.version, kind="free", user_id=world.office.stranger.id)
    ask(world, application)
    actions.expire_correction(application_id=application.id, at=LATE)
    url = f"/applications/{application.public_id}/"
    page.post(f"{url}correct/", {"copies": "3"}, user=world.office.stranger)
    assert "期限を過ぎていたため" in page.get(url, user=world.office.stranger)


def test_the_checks_run_again_on_what_was_mended(world: World) -> None:
    application = submit(make_version(rules={"checks": TOO_MANY}), kind="free", copies=9)
    assert [check["ok"] for check in application.checks] == [False]
    ask(world, application)
    actions.answer_correction(application_id=application.id, answers={"copies": 1}, at=AT)
    application.refresh_from_db()
    assert [check["ok"] for check in application.checks] == [True]


def test_a_check_says_that_the_mended_answers_cost_another_fee(world: World) -> None:
    application = submit(world.version)
    actions.mark_fee_collected(application_id=application.id, at=AT)
    ask(world, application)
    actions.answer_correction(application_id=application.id, answers={"copies": 5}, at=AT)
    application.refresh_from_db()
    assert application.fee == 800
    assert application.checks[-1]["detail"] == "いまの内容では2,000円です（納付は800円）"


def test_a_seat_is_not_changed_by_a_correction(world: World) -> None:
    booked, other = make_slot(capacity=9), make_slot(capacity=9, days=9)
    rules = {"auto": dmn("auto", "koza-uketsuke").replace('"approve"', '"human"')}
    application = submit(make_course_version(rules=rules), slot=str(booked.id))
    ask(world, application, fields=["slot", "applicant_name"])
    correction = application.corrections.get()
    assert correction.fields == ["applicant_name"]
    form = correction_form(application, correction, at=AT, language="ja")
    assert "slot" not in form.fields
    mended = {"slot": str(other.id), "applicant_name": {**ANSWERS["applicant_name"], "given": "花代"}}  # type: ignore[dict-item]
    actions.answer_correction(application_id=application.id, answers=mended, at=AT)
    application.refresh_from_db()
    assert (application.answers["slot"], application.applicant_name) == (str(booked.id), "山田 花代")


TOO_MANY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="x" id="d" name="d">
 <decision id="checks" name="checks"><variable name="checks"/><decisionTable id="t" hitPolicy="COLLECT">
  <input id="i"><inputExpression typeRef="number"><text>copies</text></inputExpression></input>
  <output id="o1" name="title" typeRef="string"/><output id="o2" name="ok" typeRef="boolean"/>
  <rule id="r1"><inputEntry><text>&gt; 5</text></inputEntry>
   <outputEntry><text>"通数"</text></outputEntry><outputEntry><text>false</text></outputEntry></rule>
  <rule id="r2"><inputEntry><text>&lt;= 5</text></inputEntry>
   <outputEntry><text>"通数"</text></outputEntry><outputEntry><text>true</text></outputEntry></rule>
 </decisionTable></decision></definitions>"""
