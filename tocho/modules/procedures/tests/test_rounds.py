"""A subsidy in three rounds: examined twice, granted, reported on, settled; a decision and a notice of its own each."""

import io
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tocho.core.files import api as files
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.notify.models import Message
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.rest.tests.factories import Program, make_person, make_secret
from tocho.lib.errors import Refused
from tocho.modules.decisions import api as decisions
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, approve, make_office
from tocho.modules.notices import api as notices
from tocho.modules.notices.models import Notice
from tocho.modules.procedures import actions
from tocho.modules.procedures.actions.casework import CaseMoved
from tocho.modules.procedures.definitions import DefinitionError, compile_source, read_folder
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.modules.procedures.queries import case_page, status_page
from tocho.ui.testing import Pages

from .factories import AT, authorised

pytestmark = pytest.mark.django_db
SHAPE = settings.BASE_DIR / "tocho/modules/designer/shapes/subsidy"
FILE = [{"id": 1, "name": "ryoshu.pdf", "size": 1000}]
ANSWERS: dict[str, Any] = {
    "project": "商店街の案内板",
    "purpose": "多言語の案内板を作る",
    "size": "small",
    "items": [{"name": "案内板", "amount": 900000}],
    "cost": 900000,
    "estimate": FILE,
    "company_name": "見本商店会",
    "applicant_name": {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
    "applicant_address": {"postal_code": "163-8001", "prefecture": "東京都", "city": "新宿区", "rest": "西新宿2-8-1"},
    "applicant_phone": "03-5321-1111",
    "applicant_email": "hanako@mail.example",
}
REPORT = {"finished_on": "2020-11-19", "results": "立てた", "actual_cost": 600000, "receipts": FILE}


def shape(**rounds: dict[str, Any]) -> dict[str, Any]:
    """The ready shape for the office of the tests; ``settlement={"unit": …}`` changes a round."""
    made = deepcopy(read_folder(SHAPE))
    made["facts"] |= {"key": "hojo", "office": UNIT, "category": "certificate"}
    made["notices"], made["facts"]["notices"] = {}, {}  # the sealing of notices has its own tests
    for one in made["facts"]["rounds"]:
        one |= rounds.get(one["key"], {})
    return made


@pytest.fixture
def office() -> Office:
    return make_office()


def applied(source: dict[str, Any], **more: Any) -> Application:
    version = authorised(actions.publish_version(source=source, actor=SYSTEM, at=AT))
    application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers=ANSWERS | more, at=AT)
    return actions.submit_application(application_id=application.id, at=AT)


def pass_on(office: Office, application: Application, **more: Any) -> None:
    values = {"finding": "要件に合う", "actor": office.actor("drafter"), "at": AT, **more}
    actions.pass_on(application_id=application.id, **values)
    application.refresh_from_db()


def grant(office: Office, application: Application, outcome: str = "approve") -> Decision:
    """Drafted by the office and decided by its people."""
    actions.draft_decision(
        application_id=application.id,
        outcome=outcome,
        reasons="要件に合わない" if outcome == "reject" else "",
        body="",
        actor=office.actor("drafter"),
        at=AT,
    )
    last = decisions.decisions_of(Subject("application", application.id))[-1]
    for name in ("deputy", "reviewer", "chief"):
        approve(office, Decision.objects.get(id=last.id), name)
    application.refresh_from_db()
    return Decision.objects.get(id=last.id)


def test_three_rounds_from_arrival_to_settlement(office: Office) -> None:
    application = applied(shape())
    assert (application.state, application.round, application.computed["amount"]) == ("examining", 1, 600000)
    pass_on(office, application)
    assert (application.state, application.round) == ("examining", 2)
    first = grant(office, application)
    assert (application.state, application.round, application.outcome) == ("reporting", 3, "approve")
    assert "次の審査" not in first.title
    application = actions.answer_correction(application_id=application.id, answers=REPORT, at=AT)
    assert (application.state, application.computed["settled"]) == ("examining", 400000)
    second = grant(office, application)
    assert (application.state, application.round) == ("closed", 3)
    assert "額を確定して" in second.body
    assert first.id != second.id
    kinds = [entry.kind for entry in ledger.entries_of(Subject("application", application.id))]
    assert [kinds.count(f"application.{one}") for one in ("passed_on", "report_asked", "reported", "closed")] == [1] * 4


def test_each_decision_has_its_own_sealed_notice(
    office: Office, run_jobs: RunJobs, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    source, whole = shape(), read_folder(SHAPE)
    source["notices"], source["facts"]["notices"] = whole["notices"], whole["facts"]["notices"]
    application = applied(source)
    pass_on(office, application)
    grant(office, application)
    run_jobs()
    actions.answer_correction(application_id=application.id, answers=REPORT, at=timezone.now())
    grant(office, application)
    run_jobs()
    granted, settled = sorted(notices.notices_of(Subject("application", application.id)), key=lambda one: one.id)
    assert [granted.title, settled.title] == ["補助金交付決定通知書", "補助金の額の確定通知書"]
    assert {one.state for one in (granted, settled)} == {"released"}
    assert granted.decision_id != settled.decision_id
    told = Notice.objects.get(id=settled.id)
    assert ["確定した額（円）", "400,000"] in [list(row) for row in told.data["rows"]]
    mails = Message.objects.filter(to_email=ANSWERS["applicant_email"], subject__contains="補助金の額の確定通知書")
    assert mails.count() == 1


def test_the_deciders_read_what_the_first_examiner_found(office: Office) -> None:
    application = applied(shape())
    pass_on(office, application, finding="現地で確かめた")
    page = case_page(application, user_id=office.drafter.id, at=AT)
    assert page.round_title == "2 / 3　二次審査（交付の決定）"
    assert ["一次審査（要件の確認）の所見", "適合"] in [row[:2] for row in grant(office, application).brief]
    assert any(check["detail"] == "現地で確かめた" for check in application.checks)


def test_a_round_of_another_section_lies_there_and_comes_back(office: Office) -> None:
    make_unit("R02-0600-09-01", "審査課")
    other = make_officer("shinsa", make_post(OrgUnit.objects.get(code="R02-0600-09-01"), "主事"))
    application = applied(shape(grant={"unit": "R02-0600-09-01", "passes_on": True}))
    pass_on(office, application)
    assert application.unit == "R02-0600-09-01"
    with pytest.raises(CaseMoved):
        pass_on(office, application)
    assert case_page(application, user_id=other.id, at=AT).mine


def test_the_first_office_reads_what_another_section_examines(page: Pages, office: Office) -> None:
    make_unit("R02-0600-09-01", "審査課")
    other = make_officer("shinsa", make_post(OrgUnit.objects.get(code="R02-0600-09-01"), "主事"))
    case = applied(shape(grant={"unit": "R02-0600-09-01", "passes_on": True}))
    address = f"/desk/cases/{case.id}/"
    assert page.get(address, user=other).status == 404
    pass_on(office, case)
    shown = page.get(address, user=office.drafter)
    for words in ("ほかの課が担当しています", "審査課にあります", "商店街の案内板"):
        assert words in shown
    for words in ("起案する", "メッセージを書く", "意見を聞く", "次の審査へ"):
        assert words not in shown
    assert page.get(f"{address}process/").status == 200
    listed = page.get("/desk/cases/?state=examining", queries=10)
    assert case.receipt_number in listed.text  # type: ignore[operator]
    assert "審査課" in listed
    for tail in ("pass-on/", "draft/", "correct/", "messages/", "opinions/", "work/", "retention/"):
        assert page.get(address + tail).status == 404, tail
    assert "ほかの課が" not in page.get(address, user=other)
    assert page.get(address, user=office.stranger).status == 404


def test_a_program_gives_the_report(office: Office) -> None:
    person = make_person()
    given = io.BytesIO(b"%PDF-1.4\n%%EOF\n")
    kept = files.store(given, name="a.pdf", by=Actor(user_id=person.id), at=AT)
    case = applied(shape())
    Application.objects.filter(id=case.id).update(user=person)
    pass_on(office, case)
    grant(office, case)
    program = Program(make_secret(person, ["applications:read", "applications:write"]))
    url = f"/applications/{case.public_id}"
    assert "finished_on" in str(program.get("/procedures/hojo").json()["parts"]["report"])
    asked = program.get(url).json()
    assert (asked["state"], asked["correction"]["part"], "report" in asked["may"]) == ("reporting", "report", True)
    report = {**REPORT, "receipts": [{"id": kept.id}]}
    refused = program.post(f"{url}/correction", {"answers": {**report, "actual_cost": None}})
    assert (refused.status_code, "actual_cost" in refused.content.decode()) == (422, True)
    stolen = program.post(f"{url}/correction", {"answers": {**report, "receipts": [{"id": kept.id + 1}]}})
    assert stolen.status_code == 422
    sent = program.post(f"{url}/correction", {"answers": report}, key="once")
    assert (sent.status_code, sent.json()["state"], sent.json()["correction"]) == (200, "examining", None)
    assert program.post(f"{url}/correction", {"answers": report}, key="once").json() == sent.json()
    assert program.post(f"{url}/correction", {"answers": report}).status_code == 422


def test_pressing_twice_passes_on_once(office: Office) -> None:
    application = applied(shape())
    pass_on(office, application)
    with pytest.raises(Refused):  # the second examination ends by a decision
        pass_on(office, application)
    assert application.round == 2


def test_the_first_round_does_not_approve_and_says_what_was_found(office: Office) -> None:
    application = applied(shape())
    with pytest.raises(Refused, match="次の審査へ"):
        grant(office, application)
    with pytest.raises(Refused, match="所見"):
        pass_on(office, application, finding=" ")
    grant(office, application, "reject")
    assert (application.state, application.outcome, application.round) == ("closed", "reject", 1)


def test_a_report_is_sent_back_and_comes_again(office: Office) -> None:
    application = applied(shape())
    pass_on(office, application)
    grant(office, application)
    with pytest.raises(actions.NotComplete) as refused:
        actions.answer_correction(application_id=application.id, answers={**REPORT, "actual_cost": None}, at=AT)
    assert "actual_cost" in refused.value.errors
    actions.answer_correction(application_id=application.id, answers=REPORT, at=AT)
    actions.request_correction(
        application_id=application.id, message="領収書の額と違います", fields=[], deadline_on=AT.date().replace(day=30),
        actor=office.actor("drafter"), at=AT,
    )  # fmt: skip
    mended = actions.answer_correction(application_id=application.id, answers={**REPORT, "actual_cost": 300000}, at=AT)
    assert (mended.state, mended.computed["settled"], mended.answers["cost"]) == ("examining", 200000, 900000)
    told = [row.display for step in status_page(mended, at=AT).summary for row in step.rows]
    assert any("300,000" in words for words in told)


def test_what_was_reported_is_erased_with_the_rest(office: Office) -> None:
    pdf = io.BytesIO(b"%PDF-1.4\n%%EOF\n")
    kept = files.store(pdf, name="a.pdf", allowed=frozenset({"application/pdf"}), by=SYSTEM, at=AT)
    given = [{"id": kept.id, "name": "a.pdf", "size": kept.size}]
    application = applied(shape(), estimate=given)
    pass_on(office, application)
    grant(office, application)
    report = {**REPORT, "receipts": given}
    application = actions.answer_correction(application_id=application.id, answers=report, at=AT)
    grant(office, application)
    Application.objects.filter(id=application.id).update(kept_until=AT.date().replace(day=1), applicant_email="")
    actions.erase_application(application_id=application.id, at=AT)
    assert [row.answers for row in application.corrections.all()] == [{}]


@pytest.mark.parametrize(("wrong", "told"), [({"part": "none"}, "none.json"), ({"key": "A"}, "rounds")])
def test_a_round_that_names_what_is_not_there_is_refused(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(DefinitionError, match=told):
        compile_source(shape(settlement=wrong))


def test_pages_pass_on_and_report(page: Pages, office: Office) -> None:
    application = applied(shape())
    address = f"/desk/cases/{application.id}/pass-on/"
    assert page.get(address).status == 302
    assert "次の審査へ" in page.get(f"/desk/cases/{application.id}/", user=office.drafter)
    assert page.get(address, user=office.stranger).status == 404
    assert page.get("/desk/cases/99999/pass-on/", user=office.drafter).status == 404
    assert "二次審査" in page.get(address, user=office.drafter)
    assert page.post(address, {"finding": ""}, user=office.drafter).status == 422
    assert page.post(address, {"finding": "よい"}, user=office.drafter).status == 302
    assert page.get(address, user=office.drafter).status == 403  # this round ends by a decision
    grant(office, application)
    page.get(reverse("procedures:application_open", args=[access_token(application)]), user=None)
    address = reverse("procedures:application_correct", args=[application.public_id])
    assert "報告をお願いします" in page.get(reverse("procedures:application_status", args=[application.public_id]))
    assert "実際にかかった対象の費用" in page.get(address)
    wrong = page.post(address, {"_send": "1", "actual_cost": "600000"})
    assert (wrong.status, wrong.fields["actual_cost"]) == (422, "600000")
