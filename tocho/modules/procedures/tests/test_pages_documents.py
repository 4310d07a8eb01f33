"""Documents item by item: the party that gives them, the officer who checks them, and who must not see them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.modules.dossiers import api as dossiers
from tocho.modules.dossiers.tests.factories import pdf
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.ui.testing import Page, Pages

from .factories import ANSWERS, AT, World, make_world

pytestmark = pytest.mark.django_db
SOON = (date.today() + timedelta(days=10)).isoformat()  # noqa: DTZ011
DOCUMENTS = [
    {"key": "articles", "title": {"ja": "定款", "en": "Articles"}, "obtain": "会社にあります"},
    {"key": "photos", "title": "写真", "max_files": 3, "later": True},
    {"key": "plan", "title": "平面図", "required": 'kind = "general"'},
    {"key": "registry", "title": "登記事項証明書", "avoidable": "登記情報連携で都が確認します。"},
]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def world() -> World:
    return make_world(documents=DOCUMENTS)


@pytest.fixture
def draft(world: World, page: Pages) -> Application:
    started = page.post("/procedures/mihon/start/", {})
    application = Application.objects.get(public_id=started.location.split("/")[2])
    actions.save_answers(application_id=application.id, answers={**ANSWERS, "kind": "free"}, at=AT)
    return application


def url(application: Application, rest: str = "") -> str:
    return f"/applications/{application.public_id}/documents/{rest}"


def give(page: Pages, application: Application, key: str, *names: str, seen: int = 0, **more: Any) -> Page:
    files = [SimpleUploadedFile(name, pdf(name)) for name in names]
    return page.post(url(application, f"{key}/"), {"party": "applicant", "seen": seen, "files": files}, **more)


def submitted(page: Pages, application: Application) -> Application:
    give(page, application, "articles", "teikan.pdf")
    page.post(f"/apply/{application.public_id}/submit/", {})
    application.refresh_from_db()
    assert application.state == "examining"
    return application


def test_only_what_these_answers_need_is_asked_for(page: Pages, draft: Application) -> None:
    shown = page.get(url(draft), queries=12)
    assert "定款" in shown
    assert "平面図" not in shown
    assert "提出不要" in shown
    actions.save_answers(application_id=draft.id, answers={"kind": "general"}, at=AT)
    assert "平面図" in page.get(url(draft))


def test_a_document_is_given_replaced_and_taken_away(page: Pages, draft: Application) -> None:
    assert give(page, draft, "articles", "teikan.pdf").status == 302
    shown = page.get(url(draft))
    assert "teikan.pdf" in shown
    assert "2点のうち 1点を提出" in shown
    give(page, draft, "articles", "teikan2.pdf", seen=1)
    item = dossiers.items_of(actions.subject_of(draft))[0]
    assert [sheet.name for sheet in item.sheets] == ["teikan2.pdf"]
    page.post(url(draft, "articles/remove/"), {"party": "applicant", "file": item.sheets[0].file_id})
    assert "2点のうち 0点を提出" in page.get(url(draft))


def test_a_script_gets_the_document_and_the_counts(page: Pages, draft: Application) -> None:
    answer = give(page, draft, "articles", "teikan.pdf", htmx=True)
    assert answer.status == 200
    assert 'id="documents-head"' in answer.html
    assert answer.html.lstrip().startswith('<div class="card" id="document-articles-applicant"')


def test_a_wrong_file_is_refused_beside_its_document(page: Pages, draft: Application) -> None:
    bad = SimpleUploadedFile("x.pdf", b"not a pdf at all \x00\x01")
    refused = page.post(url(draft, "articles/"), {"party": "applicant", "seen": 0, "files": [bad]})
    assert refused.status == 422
    assert "受け取れませんでした" in refused


def test_a_missing_document_keeps_the_application_here(page: Pages, draft: Application) -> None:
    refused = page.post(f"/apply/{draft.public_id}/submit/", {})
    assert refused.status == 422
    assert "「定款」を出してください" in refused
    assert "「写真」を出してください" not in refused  # may follow later


def test_strangers_find_no_documents(page: Pages, world: World, draft: Application) -> None:
    give(page, draft, "articles", "teikan.pdf")
    file_id = dossiers.items_of(actions.subject_of(draft))[0].sheets[0].file_id
    for path in (url(draft), f"/applications/{draft.public_id}/files/{file_id}/"):
        assert page.get(path).status == 200
        assert Pages().get(path).status == 404
    assert page.get("/applications/00000000-0000-4000-8000-000000000000/documents/").status == 404


def test_an_officer_returns_one_document_and_only_it_is_sent_again(
    page: Pages, world: World, draft: Application
) -> None:
    case = submitted(page, draft)
    desk, officer = f"/desk/cases/{case.id}/documents/", world.office.drafter
    shown = page.get(desk, user=officer, queries=30)
    assert "teikan.pdf" in shown
    page.post(f"{desk}articles/", {"party": "applicant", "seen": 1, "reason": "押印の頁がありません"})
    assert page.get(f"{desk}return/").status == 200
    page.post(f"{desk}return/", {"message": "", "deadline_on": SOON})
    case.refresh_from_db()
    assert (case.state, case.corrections.get().documents) == ("correction", ["articles@applicant"])
    assert case.stopped_on is not None
    page.get(f"/applications/open/{access_token(case)}/", user=None)
    shown = page.get(url(case))
    assert "押印の頁がありません" in shown
    assert "出し直した書類を送る" not in shown
    give(page, case, "articles", "teikan3.pdf", seen=3)
    assert "出し直した書類を送る" in page.get(url(case))
    page.post(url(case, "send/"), {})
    case.refresh_from_db()
    assert (case.state, case.stopped_on) == ("examining", None)
    assert "差し替え" in page.get(desk, user=officer) or "新しい" in page.get(desk)


def test_what_is_noted_is_not_shown_before_it_is_returned(page: Pages, world: World, draft: Application) -> None:
    case = submitted(page, draft)
    page.post(
        f"/desk/cases/{case.id}/documents/articles/",
        {"party": "applicant", "seen": 1, "reason": "まだ言わない"},
        user=world.office.drafter,
    )
    page.get(f"/applications/open/{access_token(case)}/", user=None)
    shown = page.get(f"/applications/{case.public_id}/")
    assert "まだ言わない" not in shown
    assert "提出済み" in shown


def test_an_approval_needs_all_documents_checked(page: Pages, world: World, draft: Application) -> None:
    case = submitted(page, draft)
    with pytest.raises(actions.DocumentsOpen, match="定款"):
        _approve(case, world)
    for key, seen in (("articles", 1), ("photos", 0)):
        actions.judge_document(
            application_id=case.id, key=key, party="applicant", seen=seen, reason=None, actor=_officer(world), at=AT
        )
    assert _approve(case, world)


def _officer(world: World) -> Any:
    return world.office.actor("drafter")


def _approve(case: Application, world: World) -> int:
    words = {"outcome": "approve", "reasons": "", "body": ""}
    return actions.draft_decision(application_id=case.id, actor=_officer(world), at=AT, **words)


@pytest.mark.parametrize("path", ["", "return/"])
def test_another_section_finds_no_documents(page: Pages, world: World, draft: Application, path: str) -> None:
    case = submitted(page, draft)
    assert page.get(f"/desk/cases/{case.id}/documents/{path}", user=world.office.stranger).status == 404
    assert page.get(f"/desk/cases/{case.id}/documents/articles/", user=world.office.drafter).status == 405
