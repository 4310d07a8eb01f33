"""Reviews at the end of an application, and where people stop in the form."""

import pytest

from tocho.modules.improvement.models import Review, Stumble
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import AT, World, make_world, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_an_applicant_reviews_once_and_the_page_says_so(page: Pages, world: World) -> None:
    case = submit(world.version, kind="free", user_id=world.office.stranger.id)
    url = f"/applications/{case.public_id}/rate/"
    assert "いかがでしたか" in page.get(url, user=world.office.stranger)
    assert page.post(url, {"rating": ""}).status == 422
    page.post(url, {"rating": "4", "words": "わかりやすい"})
    assert (Review.objects.get().rating, Review.objects.get().version) == (4, 1)
    assert "ご意見をいただいています" in page.get(url)


def test_a_stranger_reviews_nothing(page: Pages, world: World) -> None:
    case = submit(world.version, kind="free")
    assert page.get(f"/applications/{case.public_id}/rate/").status == 404


def test_the_procedures_page_shows_what_was_changed(page: Pages, world: World) -> None:
    assert "使った人の評価" not in page.get("/procedures/mihon/", queries=10)


def test_where_people_err_is_counted(page: Pages, world: World) -> None:
    start = page.post("/procedures/mihon/start/", {})
    page.post(start.location, {"kind": "general", "copies": "99"})
    assert list(Stumble.objects.values_list("step", "question", "count")) == [("what", "copies", 1)]


def test_where_people_stop_is_seen_by_the_office_only(page: Pages, world: World) -> None:
    submit(world.version, kind="free")
    for step in ("", "what"):
        draft = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
        actions.save_answers(application_id=draft.id, answers={"copies": 1}, step=step, at=AT)
    assert Application.objects.filter(last_step="what").count() == 1
    url = "/desk/procedures/mihon/funnel/"
    found = page.get(url, user=world.office.drafter, queries=14)
    assert "始めた3人のうち33%が申請を終えました" in found
    assert page.get(url, user=world.office.stranger).status == 404
