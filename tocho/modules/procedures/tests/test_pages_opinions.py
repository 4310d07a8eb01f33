"""Other sections are asked about a case; they see what was chosen, and the deciders see what they said."""

import pytest

from tocho.core.ledger.api import Actor
from tocho.modules.decisions.models import Decision
from tocho.modules.opinions import actions as opinions
from tocho.modules.opinions.models import Inquiry, Opinion
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import AT, World, make_world, submit

pytestmark = pytest.mark.django_db
OTHER = "主税局 徴収部 計画課"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> Application:
    return submit(world.version, kind="free")


def form(**values: object) -> dict[str, object]:
    return {"question": "支障はありませんか", "unit_1": OTHER, "due_on": "2100-01-15", "shown": ["kind"], **values}


def test_asked_sections_see_what_was_chosen_and_no_more(page: Pages, world: World, case: Application) -> None:
    url = f"/desk/cases/{case.id}/opinions/"
    shown = page.get(url, user=world.office.drafter, queries=26)
    assert OTHER in shown.html
    assert page.post(url, form()).location == f"/desk/cases/{case.id}/"
    inquiry = Inquiry.objects.get()
    assert inquiry.brief == [["種類", "無料"]]
    assert "回答待ち" in page.get(f"/desk/cases/{case.id}/")
    asked = page.get(f"/desk/opinions/{Opinion.objects.get().id}/", user=world.office.stranger)
    assert "無料" in asked
    assert "山田" not in asked
    assert page.get(f"/desk/cases/{case.id}/").status == 404


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"unit_1": "ない課"}, "「ない課」という課は見つかりません"),
        ({"question": ""}, "聞きたいことを入力してください"),
        ({"unit_1": "主税局徴収部徴収課"}, "自分の課には照会できません"),
    ],
)
def test_what_is_wrong_is_said(
    page: Pages, world: World, case: Application, values: dict[str, object], reason: str
) -> None:
    page.get("/desk/", user=world.office.drafter)
    answer = page.post(f"/desk/cases/{case.id}/opinions/", form(**values))
    assert answer.status == 422
    assert reason in answer


def test_the_draft_carries_what_was_said(page: Pages, world: World, case: Application) -> None:
    page.get("/desk/", user=world.office.drafter)
    page.post(f"/desk/cases/{case.id}/opinions/", form())
    assert "照会中の意見が1件" in page.get(f"/desk/cases/{case.id}/draft/")
    actor = Actor(user_id=world.office.stranger.id)
    opinion = Opinion.objects.get()
    opinions.answer(opinion_id=opinion.id, verdict="remark", text="夜間に", file_ids=[], actor=actor, at=AT)
    drafted = {"outcome": "approve", "body": "", "reasons": ""}
    page.post(f"/desk/cases/{case.id}/draft/", drafted, queries=62)  # drafts, sends out and records what was said
    assert [f"意見照会（{OTHER}）", "意見あり　夜間に"] in Decision.objects.get().brief


def test_a_stranger_asks_nothing(page: Pages, world: World, case: Application) -> None:
    assert page.get(f"/desk/cases/{case.id}/opinions/", user=world.office.stranger).status == 404
    assert page.post(f"/desk/cases/{case.id}/opinions/", form()).status == 404
