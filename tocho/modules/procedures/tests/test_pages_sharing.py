"""The municipality works beside the office: its own documents, their return, and what an approval waits for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.accounts.models import User
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org.models import UnitKind
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.modules.dossiers import api as dossiers
from tocho.modules.dossiers.tests.factories import pdf
from tocho.modules.procedures import actions
from tocho.modules.procedures.definitions import DefinitionError, compile_source
from tocho.modules.procedures.models import Application, Transit
from tocho.ui.testing import Page, Pages

from .factories import ANSWERS, AT, World, make_world, source
from .test_pages_transit import VALUES
from .test_races import at_once

pytestmark = pytest.mark.django_db
SOON = (date.today() + timedelta(days=10)).isoformat()  # noqa: DTZ011
DOCUMENTS = [
    {"key": "plan", "title": "平面図", "via": True},
    {"key": "secret", "title": "資産の明細"},
    {"key": "survey", "title": "現地確認の記録", "party": "municipality"},
    {"key": "note", "title": "町の要綱", "party": "municipality", "optional": True, "max_files": 3},
]
PARALLEL = {**VALUES, "process": "nozei-shomei", "via": {**VALUES["via"], "mode": "parallel"}, "documents": DOCUMENTS}
FORWARD = {"opinion": "supports", "words": ""}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def world() -> World:
    return make_world(**PARALLEL)


def make_clerk(code: str, name: str) -> User:
    unit = make_unit(code, name, kind=UnitKind.MUNICIPALITY)
    return make_officer(f"clerk{code}", make_post(unit, "障害福祉の担当"))


@pytest.fixture
def clerk(world: World) -> User:
    return make_clerk("13209", "町田市")


@pytest.fixture
def applicant(page: Pages) -> Pages:
    return page


def submitted(page: Pages) -> Application:
    """By a browser of the applicant, with the documents that the applicant owes."""
    started = page.post("/procedures/mihon/start/", {})
    application = Application.objects.get(public_id=started.location.split("/")[2])
    answers = {**ANSWERS, "kind": "free", "city": "東京都町田市"}
    actions.save_answers(application_id=application.id, answers=answers, at=AT)
    for key in ("plan", "secret"):
        url = f"/applications/{application.public_id}/documents/{key}/"
        page.post(url, {"party": "applicant", "seen": 0, "files": [SimpleUploadedFile(f"{key}.pdf", pdf(key))]})
    page.post(f"/apply/{application.public_id}/submit/", {})
    application.refresh_from_db()
    return application


def give(page: Pages, case: Application, key: str, name: str, *, seen: int = 0, **more: Any) -> Page:
    files = [SimpleUploadedFile(name, pdf(name))]
    return page.post(f"/desk/transits/{case.id}/documents/{key}/", {"seen": seen, "files": files}, **more)


def judge(world: World, case: Application, **reasons: str | None) -> None:
    actor = Actor(user_id=world.office.drafter.id)
    for item in dossiers.items_of(actions.subject_of(case)):
        if item.key in reasons:
            actions.judge_document(
                application_id=case.id,
                key=item.key,
                party=item.party,
                seen=item.turn,
                reason=reasons[item.key],
                actor=actor,
                at=AT,
            )


def kinds(case: Application) -> list[str]:
    return sorted(task.kind for task in process.tasks_of(actions.subject_of(case)))


def test_both_have_it_at_once_and_the_clock_runs(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    assert (case.state, case.stopped_on) == ("examining", None)
    assert kinds(case) == ["procedures.examine", "procedures.forward"]
    for person in (clerk, world.office.drafter):
        assert case.receipt_number in Pages().get("/desk/", user=person).text  # type: ignore[operator]
    shown = Pages().get(f"/desk/transits/{case.id}/", user=clerk, queries=34)
    for words in ("都と並行", "審査中", "plan.pdf", "現地確認の記録"):
        assert words in shown
    assert "secret.pdf" not in shown


def test_a_process_that_leads_through_a_municipality_goes_beside_it(clerk: User) -> None:
    """The same drawing serves both ways: there is one task of the municipality, and the office has its own at once."""
    version = actions.publish_version(
        source=source(**{**PARALLEL, "process": "shogai-shitei", "documents": []}), actor=SYSTEM, at=AT
    )
    case = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    answers = {**ANSWERS, "kind": "free", "city": "東京都町田市"}
    actions.save_answers(application_id=case.id, answers=answers, at=AT)
    case = actions.submit_application(application_id=case.id, at=AT)
    assert (case.state, kinds(case)) == ("examining", ["procedures.examine", "procedures.forward"])
    values: dict[str, Any] = {"opinion": "supports", "words": "", "file_id": None, "actor": Actor(user_id=clerk.id)}
    actions.forward_case(application_id=case.id, at=AT, **values)
    assert kinds(case) == ["procedures.examine"]


def test_what_it_gives_is_between_it_and_the_office(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    desk = Pages()
    assert give(desk, case, "survey", "genchi.pdf", user=clerk).status == 302
    assert "genchi.pdf" in desk.get(f"/desk/transits/{case.id}/")
    item = next(one for one in dossiers.items_of(actions.subject_of(case)) if one.key == "survey")
    file_id = item.sheets[0].file_id
    assert desk.get(f"/desk/transits/{case.id}/files/{file_id}/").status == 200
    assert "genchi.pdf" in Pages().get(f"/desk/cases/{case.id}/documents/", user=world.office.drafter)
    for path in ("", "documents/"):
        assert "現地確認の記録" not in applicant.get(f"/applications/{case.public_id}/{path}")
    assert applicant.get(f"/applications/{case.public_id}/files/{file_id}/").status == 404
    stolen = {"party": "municipality", "seen": 1, "files": [SimpleUploadedFile("x.pdf", pdf("x"))]}
    assert applicant.post(f"/applications/{case.public_id}/documents/survey/", stolen).status == 404


def test_no_other_municipality_and_no_office_gives_for_it(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    for other in (make_clerk("13104", "新宿区"), world.office.drafter):
        assert give(Pages(), case, "survey", "x.pdf", user=other).status == 404
    desk = Pages()
    assert give(desk, case, "plan", "x.pdf", user=clerk).status == 404  # the applicant's
    assert give(desk, case, "unheard-of", "x.pdf").status == 404
    assert desk.get(f"/desk/transits/{case.id}/documents/survey/").status == 405
    assert "/accounts/login/" in give(Pages(), case, "survey", "x.pdf").location


def test_an_approval_waits_for_the_opinion_and_a_refusal_does_not(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    judge(world, case, plan=None, secret=None)
    draft: dict[str, Any] = {"application_id": case.id, "body": "", "actor": Actor(user_id=world.office.drafter.id)}
    with pytest.raises(actions.MunicipalityWaits):
        actions.draft_decision(**draft, outcome="approve", reasons="", at=AT)
    desk = Pages()
    assert desk.post(f"/desk/transits/{case.id}/", FORWARD, user=clerk).status == 422  # its own record is missing
    give(desk, case, "survey", "genchi.pdf")
    assert desk.post(f"/desk/transits/{case.id}/", FORWARD).status == 302
    with pytest.raises(actions.DocumentsOpen):  # what the municipality gave is checked, too
        actions.draft_decision(**draft, outcome="approve", reasons="", at=AT)
    judge(world, case, survey=None)
    actions.draft_decision(**draft, outcome="approve", reasons="", at=AT)
    case.refresh_from_db()
    assert (case.state, case.stopped_days) == ("decision_pending", 0)


def test_what_is_returned_to_it_stands_in_its_inbox(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    desk, office = Pages(), Pages()
    give(desk, case, "survey", "genchi.pdf", user=clerk)
    desk.post(f"/desk/transits/{case.id}/", FORWARD)
    assert give(desk, case, "survey", "more.pdf", seen=1).status == 422  # it has forwarded
    judge(world, case, survey="日付がありません")
    returned = office.post(
        f"/desk/cases/{case.id}/documents/return/", {"message": "", "deadline_on": SOON}, user=world.office.drafter
    )
    assert returned.status == 302
    case.refresh_from_db()
    assert (case.state, case.corrections.count()) == ("examining", 0)  # nothing is asked of the applicant
    assert "procedures.resubmit" in kinds(case)
    assert "書類の出し直し" in desk.get("/desk/transits/")
    shown = desk.get(f"/desk/transits/{case.id}/", queries=36)
    assert "日付がありません" in shown
    assert give(desk, case, "survey", "genchi2.pdf", seen=3).status == 302
    assert kinds(case) == ["procedures.examine"]
    assert "genchi2.pdf" in office.get(f"/desk/cases/{case.id}/documents/")
    item = next(one for one in dossiers.items_of(actions.subject_of(case)) if one.key == "survey")
    desk.post(f"/desk/transits/{case.id}/documents/survey/remove/", {"file": item.sheets[0].file_id})
    assert "procedures.resubmit" in kinds(case)  # taken away again, it is asked again


def test_returned_together_the_applicant_hears_only_of_the_own(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    give(Pages(), case, "survey", "genchi.pdf", user=clerk)
    judge(world, case, plan="縮尺がありません", survey="日付がありません")
    Pages().post(
        f"/desk/cases/{case.id}/documents/return/", {"message": "", "deadline_on": SOON}, user=world.office.drafter
    )
    assert case.corrections.get().documents == ["plan@applicant"]
    shown = applicant.get(f"/applications/{case.public_id}/documents/")
    assert "縮尺がありません" in shown
    assert "日付がありません" not in shown
    url = f"/applications/{case.public_id}/documents/"
    applicant.post(f"{url}plan/", {"party": "applicant", "seen": 3, "files": [SimpleUploadedFile("p.pdf", pdf("p"))]})
    applicant.post(f"{url}send/", {})
    case.refresh_from_db()
    assert case.state == "examining"  # it does not wait for the municipality's


def test_when_the_case_ends_the_municipality_is_free(applicant: Pages, world: World, clerk: User) -> None:
    case = submitted(applicant)
    applicant.post(f"/applications/{case.public_id}/withdraw/", {"reason": "", "confirm": "on"})
    case.refresh_from_db()
    assert (case.state, kinds(case)) == ("withdrawn", [])
    desk = Pages()
    assert "終了" in desk.get(f"/desk/transits/{case.id}/", user=clerk)
    assert desk.post(f"/desk/transits/{case.id}/", FORWARD).status == 422
    assert case.receipt_number not in desk.get("/desk/transits/?state=waiting").text  # type: ignore[operator]


def test_a_municipality_without_a_way_is_a_mistake() -> None:
    for values in ({"documents": DOCUMENTS[2:3]}, {**PARALLEL, "documents": [{**DOCUMENTS[2], "signed": True}]}):
        with pytest.raises(DefinitionError, match="区市町村"):
            compile_source(source(**values))  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_forwarded_while_an_approval_is_drafted_one_waits_for_the_other(transactional_db: None) -> None:
    world = make_world(**{**PARALLEL, "documents": []})
    clerk = make_clerk("13209", "町田市")
    application = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    answers = {**ANSWERS, "kind": "free", "city": "東京都町田市"}
    actions.save_answers(application_id=application.id, answers=answers, at=AT)
    actions.submit_application(application_id=application.id, at=AT)
    case: dict[str, Any] = {"application_id": application.id, "at": AT}
    forward: dict[str, Any] = {**case, **FORWARD, "file_id": None, "actor": Actor(user_id=clerk.id)}
    draft = {**case, "outcome": "approve", "reasons": "", "body": "", "actor": Actor(user_id=world.office.drafter.id)}
    ends = at_once(lambda: actions.forward_case(**forward), lambda: actions.draft_decision(**draft))
    assert ends["done"] in (1, 2)
    assert Transit.objects.get().forwarded_at is not None
