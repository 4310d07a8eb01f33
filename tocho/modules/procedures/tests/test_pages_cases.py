"""The office's pages: the own unit's cases, and no other's."""

from datetime import date, timedelta

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import World, make_world, submit

pytestmark = pytest.mark.django_db
SOON = (date.today() + timedelta(days=10)).isoformat()  # noqa: DTZ011


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> Application:
    return submit(world.version, kind="free")


def test_the_case_is_in_the_inbox_of_its_section_only(page: Pages, world: World, case: Application) -> None:
    assert case.receipt_number in page.get("/desk/", user=world.office.drafter, queries=14).text  # type: ignore[operator]
    assert "待っている仕事はありません" in page.get("/desk/", user=world.office.stranger)


def test_each_look_at_a_case_is_recorded(page: Pages, world: World, case: Application) -> None:
    seen = page.get(f"/desk/cases/{case.id}/", user=world.office.drafter, queries=24)
    assert "山田 花子" in seen
    entry = ledger.entries_of(Subject("application", case.id))[-1]
    assert (entry.kind, entry.actor.user_id) == ("application.viewed", world.office.drafter.id)


@pytest.mark.parametrize("path", ["", "correct/", "draft/", "process/", "files/1/"])
def test_another_section_finds_no_such_case(page: Pages, world: World, case: Application, path: str) -> None:
    assert page.get(f"/desk/cases/{case.id}/{path}", user=world.office.stranger).status == 404


def test_nobody_sees_a_case_without_signing_in(page: Pages, world: World, case: Application) -> None:
    assert "/accounts/login/" in page.get(f"/desk/cases/{case.id}/").location


def test_case_list_filters_by_number_and_state(page: Pages, world: World, case: Application) -> None:
    found = page.get(f"/desk/cases/?q={case.receipt_number}", user=world.office.drafter, queries=8)
    assert str(case.receipt_number) in found
    assert "当てはまる案件はありません" in page.get("/desk/cases/?state=closed")


def test_a_correction_is_asked_for_with_message_and_deadline(page: Pages, world: World, case: Application) -> None:
    url = f"/desk/cases/{case.id}/correct/"
    assert "copies" in page.get(url, user=world.office.drafter).html
    assert page.post(url, {"message": "", "deadline_on": SOON}).status == 422
    page.post(url, {"message": "直してください", "deadline_on": SOON, "fields_asked": ["copies"]})
    case.refresh_from_db()
    assert case.state == "correction"
    assert case.corrections.get().deadline_on == date.fromisoformat(SOON)


def test_the_draft_page_shows_the_route_and_its_article(page: Pages, world: World, case: Application) -> None:
    url = f"/desk/cases/{case.id}/draft/"
    shown = page.get(url, user=world.office.drafter)
    assert "証明に関すること" in shown
    refused = page.post(url, {"outcome": "reject", "body": "", "reasons": ""})
    assert refused.status == 422
    assert page.post(url, {"outcome": "approve", "body": "", "reasons": ""}).status == 302
    assert page.get(url).status == 403


def test_the_diagram_stands_where_the_case_stands(page: Pages, world: World, case: Application) -> None:
    shown = page.get(f"/desk/cases/{case.id}/process/", user=world.office.drafter)
    assert "審査する" in shown
