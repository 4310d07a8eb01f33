"""The list of cases: order, export, and several cases at once, each its own act."""

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import AT, World, make_world, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def cases(world: World) -> list[Application]:
    return [submit(world.version, kind="free") for _number in range(3)]


def chosen(cases: list[Application], act: str, **values: str) -> dict[str, object]:
    return {"case": [case.id for case in cases], "act": act, **values}


def test_the_same_correction_for_several(page: Pages, world: World, cases: list[Application]) -> None:
    asked = page.post("/desk/cases/bulk/", chosen(cases[:2], "correct"), user=world.office.drafter)
    assert asked.h1 == "2件の案件：補正を求める"
    values = {"confirmed": "1", "message": "", "deadline_on": "2100-01-15"}
    assert page.post("/desk/cases/bulk/", chosen(cases[:2], "correct", **values)).status == 422
    values |= {"message": "写真を付けてください", "deadline_on": asked.fields["deadline_on"]}
    assert page.post("/desk/cases/bulk/", chosen(cases[:2], "correct", **values)).location == "/desk/cases/"
    assert [case.state for case in Application.objects.order_by("id")] == ["correction", "correction", "examining"]
    for case in cases[:2]:
        kinds = [entry.kind for entry in ledger.entries_of(Subject("application", case.id))]
        assert kinds.count("application.correction_requested") == 1


def test_one_that_moved_on_does_not_stop_the_others(page: Pages, world: World, cases: list[Application]) -> None:
    actor = Actor(user_id=world.office.drafter.id)
    actions.draft_decision(application_id=cases[0].id, outcome="approve", reasons="", body="", actor=actor, at=AT)
    values = {"confirmed": "1", "outcome": "approve", "body": "", "reasons": ""}
    done = page.post("/desk/cases/bulk/", chosen(cases, "draft", **values), user=world.office.drafter, queries=120)
    assert "2件はできました" in done
    assert f"{cases[0].receipt_number}" in done
    assert "決定手続中" in done
    assert Application.objects.filter(state="decision_pending").count() == 3


def test_others_cases_and_odd_requests(page: Pages, world: World, cases: list[Application]) -> None:
    url = "/desk/cases/bulk/"
    assert page.post(url, chosen(cases, "draft"), user=world.office.stranger).location == "/desk/cases/"
    assert page.post(url, chosen(cases, "burn"), user=world.office.drafter).location == "/desk/cases/"
    assert page.post(url, {"case": ["x"], "act": "draft"}).location == "/desk/cases/"
    assert page.get(url).status == 405


def test_sorted_by_due_date_page_by_page(page: Pages, world: World, cases: list[Application]) -> None:
    Application.objects.filter(id=cases[2].id).update(due_on="2020-11-01")
    shown = page.get("/desk/cases/?sort=due", user=world.office.drafter, queries=8)
    assert shown.text.index(str(cases[2].receipt_number)) < shown.text.index(str(cases[0].receipt_number))
    assert "超過" in shown
    after = page.get(f"/desk/cases/?sort=due&after=2020-11-01.{cases[2].id}")
    assert str(cases[2].receipt_number) not in after
    assert page.get("/desk/cases/?sort=due&after=x.y").status == 200


@pytest.mark.parametrize("form", ["csv", "sjis", "xlsx"])
def test_the_list_as_a_file(page: Pages, world: World, cases: list[Application], form: str) -> None:
    page.get("/desk/", user=world.office.drafter)
    answer = page.client.get(f"/desk/cases/export/{form}/?q={cases[0].receipt_number}")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    if form != "xlsx":
        text = body.decode("cp932" if form == "sjis" else "utf-8-sig")
        assert text.count("山田 花子") == 1
        assert "オンライン" in text
    entry = ledger.entries_of(Subject("user", world.office.drafter.id))[-1]
    assert (entry.kind, entry.data["form"]) == ("application.exported", form)
    assert page.client.get("/desk/cases/export/pdf/").status_code == 404
