"""都立公園の占用許可 as the city has it: a called process asks several sections at once, then the office decides."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tocho.core.files import api as files
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.engines.process import api as process
from tocho.engines.process.background import queue_due_timers
from tocho.engines.process.models import Instance
from tocho.modules.decisions import actions as deciding
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.opinions import actions as opinions
from tocho.modules.opinions.models import Opinion
from tocho.modules.procedures import actions
from tocho.modules.procedures.definitions import DefinitionError, read_folder
from tocho.modules.procedures.models import Application, ProcedureVersion

from .factories import AT, CITY, authorised, make_parks

pytestmark = pytest.mark.django_db
SECTIONS = ("R02-1600-06-02", "R02-1600-03-01", "R02-0900-02-02")
SHARED = Path(settings.BASE_DIR) / "city" / "processes"
PLACE = {"postal_code": "163-8001", "prefecture": "東京都", "city": "新宿区", "town": "西新宿", "rest": "2-8-1"}
ANSWERS: dict[str, Any] = {
    "park": "yoyogi", "place": "噴水広場の北側", "purpose": "works", "structure": "高さ2メートルの仮囲い",
    "area": 120, "starts_on": "2021-01-10", "months": 2, "applicant_address": PLACE,
    "applicant_name": {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
    "applicant_phone": "03-5321-1111", "applicant_email": "hanako@example.jp",
}  # fmt: skip


def park_source() -> dict[str, Any]:
    found = read_folder(CITY / "koen-senyo")
    found["facts"]["office"] = UNIT
    return found


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def clerks(office: Office) -> dict[str, Actor]:
    """One clerk of each section that is asked."""
    units = make_parks()
    people = {code: make_officer(f"clerk-{code}", make_post(units[code], "主事")) for code in SECTIONS}
    return {code: Actor(user_id=person.id) for code, person in people.items()}


@pytest.fixture
def version(clerks: dict[str, Actor]) -> ProcedureVersion:
    call_command("load_processes", SHARED, verbosity=0)
    return authorised(actions.publish_version(source=park_source(), actor=SYSTEM, at=AT))


def submit(version: ProcedureVersion, **changes: Any) -> Application:
    application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    kept = files.store(io.BytesIO(b"%PDF-1.7 plan"), name="plan.pdf", by=SYSTEM, at=AT)
    drawings = [{"id": kept.id, "name": kept.name, "size": kept.size}]
    answers = {**ANSWERS, "drawings": drawings, **changes}
    actions.save_answers(application_id=application.id, answers=answers, at=AT)
    return actions.submit_application(application_id=application.id, at=AT)


def answer(application: Application, code: str, actor: Actor, verdict: str = "none", text: str = "") -> None:
    opinion = Opinion.objects.get(inquiry__subject_id=application.id, unit=code)
    opinions.answer(opinion_id=opinion.id, verdict=verdict, text=text, file_ids=[], actor=actor, at=AT)


def steps_now(application: Application) -> list[str]:
    view = process.where(Subject("application", application.id))
    assert view is not None
    return [step.name for step in view.steps if step.state == "now"]


def test_all_sections_are_asked_at_once_and_then_it_is_decided(
    office: Office, clerks: dict[str, Actor], version: ProcedureVersion, run_jobs: RunJobs
) -> None:
    application = submit(version)
    asked = Opinion.objects.filter(inquiry__subject_id=application.id)
    assert {one.unit for one in asked} == set(SECTIONS)
    shown = [label for label, _value in asked[0].inquiry.brief]
    assert (shown[0], shown[-1], len(shown)) == ("公園", "占用する月数", 7)  # and not who applies
    for code in ("R02-0900-02-02", "R02-1600-06-02"):
        answer(application, code, clerks[code])
        assert not process.tasks_about("application", [application.id], kind="procedures.examine")
    answer(application, "R02-1600-03-01", clerks["R02-1600-03-01"], "remark", "通路の幅を2メートル空けること")
    assert steps_now(application) == ["審査する"]
    context = Instance.objects.get(subject_id=application.id).context
    verdicts = {one["unit"]: one["verdict"] for one in context["opinions"]}
    assert verdicts == {"R02-1600-06-02": "none", "R02-1600-03-01": "remark", "R02-0900-02-02": "none"}
    words = {"outcome": "approve", "reasons": "", "body": ""}
    decision_id = actions.draft_decision(application_id=application.id, actor=office.actor("drafter"), at=AT, **words)
    decision = Decision.objects.get(id=decision_id)
    while (step := decision.steps.filter(state="active").first()) is not None:
        name = next(name for name, post in office.posts.items() if step.post_id == post.id)
        deciding.approve_step(decision_id=decision.id, step_id=step.id, actor=office.actor(name), at=AT)
    run_jobs()
    application.refresh_from_db()
    assert (application.state, application.outcome) == ("closed", "approve")
    assert application.computed["charge"] == 72000  # 300 * 120 * 2


def test_an_objection_leads_to_another_step(clerks: dict[str, Actor], version: ProcedureVersion) -> None:
    application = submit(version, purpose="event", area=50)
    (code,) = Opinion.objects.filter(inquiry__subject_id=application.id).values_list("unit", flat=True)
    answer(application, code, clerks[code], "objection", "工事の予定と重なります。")
    assert steps_now(application) == ["支障を調整して審査する"]


def test_a_section_that_does_not_answer_stops_nobody(
    clerks: dict[str, Actor], version: ProcedureVersion, run_jobs: RunJobs
) -> None:
    application = submit(version, area=10)
    answer(application, "R02-1600-06-02", clerks["R02-1600-06-02"])
    assert steps_now(application) != ["審査する"]
    assert queue_due_timers(at=AT + timedelta(days=7)) == 0  # seven business days: the holiday and weekends count not
    assert queue_due_timers(at=AT + timedelta(days=20)) == 1
    run_jobs()
    assert steps_now(application) == ["審査する"]
    answer(application, "R02-1600-03-01", clerks["R02-1600-03-01"])  # late, and kept
    assert Opinion.objects.get(inquiry__subject_id=application.id, unit="R02-1600-03-01").verdict == "none"
    assert steps_now(application) == ["審査する"]


def test_a_question_that_is_taken_back_is_not_waited_for(
    office: Office, clerks: dict[str, Actor], version: ProcedureVersion
) -> None:
    application = submit(version, purpose="event", area=50)
    opinion = Opinion.objects.get(inquiry__subject_id=application.id)
    opinions.withdraw(opinion_id=opinion.id, actor=office.actor("drafter"), at=AT)
    assert steps_now(application) == ["審査する"]


def test_a_running_case_keeps_the_called_version(
    clerks: dict[str, Actor], version: ProcedureVersion, tmp_path: Path
) -> None:
    first = submit(version, purpose="event", area=50)
    changed = (SHARED / "iken-shokai.bpmn").read_text(encoding="utf-8").replace('id="wait"', 'id="wait_2"')
    changed = changed.replace('Ref="wait"', 'Ref="wait_2"').replace('bpmnElement="wait"', 'bpmnElement="wait_2"')
    (tmp_path / "iken-shokai.bpmn").write_text(changed, encoding="utf-8")
    call_command("load_processes", tmp_path, verbosity=0)
    second = submit(version, purpose="event", area=50)
    waits = [process.where(Subject("application", one.id)) for one in (first, second)]
    assert [view.current[-1] for view in waits if view] == ["consult/wait", "consult/wait_2"]
    for application in (first, second):
        answer(application, "R02-1600-06-02", clerks["R02-1600-06-02"])
        assert steps_now(application) == ["審査する"]


def test_it_can_be_tried_out(clerks: dict[str, Actor], version: ProcedureVersion) -> None:
    kept = files.store(io.BytesIO(b"%PDF-1.7 plan"), name="plan.pdf", by=SYSTEM, at=AT)
    answers = {**ANSWERS, "drawings": [{"id": kept.id, "name": kept.name, "size": kept.size}]}
    tried = actions.rehearse(source=park_source(), answers=answers, moves=[actions.Move("approve")], draw=0, at=AT)
    assert (tried.errors, tried.refused, tried.outcome) == ({}, "", "approve")
    assert tried.notice is not None
    assert not Opinion.objects.exists()


def test_what_is_wrong_is_named(clerks: dict[str, Actor], version: ProcedureVersion, tmp_path: Path) -> None:
    faulty = park_source()
    faulty["facts"]["consult"]["units"][0]["unit"] = "R02-9999"
    with pytest.raises(DefinitionError, match=r"consult\.units\.R02-9999"):
        actions.publish_version(source=faulty, actor=SYSTEM, at=AT)
    faulty["facts"]["consult"] = {"question": "?", "show": ["nothing"], "units": [{"unit": UNIT, "why": "x"}]}
    with pytest.raises(DefinitionError, match=r"consult\.show"):
        actions.publish_version(source=faulty, actor=SYSTEM, at=AT)
    (tmp_path / "a.bpmn").write_text("<definitions/>", encoding="utf-8")
    with pytest.raises(CommandError, match=r"a\.bpmn"):
        call_command("load_processes", tmp_path, verbosity=0)
