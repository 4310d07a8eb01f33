import pytest

from tocho.modules.improvement.models import Item
from tocho.ui.testing import Pages

from .factories import Office, item, make_office, review

pytestmark = pytest.mark.django_db
LIST, ONE = "/desk/improvement/", "/desk/improvement/procedures/mihon/"


@pytest.fixture
def office() -> Office:
    return make_office()


def test_the_desk_needs_a_person(page: Pages) -> None:
    assert "/accounts/login/" in page.get(LIST).location


def test_an_office_reads_its_reviews_and_no_others(page: Pages, office: Office) -> None:
    review(1, 2, "長い")
    assert "見本の申請" in page.get(LIST, user=office.drafter, queries=14)
    assert "まだ評価はありません" in page.get(LIST, user=office.stranger)
    assert page.get(ONE).status == 404


def test_reviews_are_filtered_and_settled(page: Pages, office: Office) -> None:
    found = review(1, 1, "長い"), review(2, 5, "とてもよい手続")
    shown = page.get(f"{ONE}?show=low", user=office.drafter, queries=20)
    assert "長い" in shown
    assert "とてもよい手続" not in shown
    page.post(f"/desk/improvement/reviews/{found[1].id}/settle/", {"public": "yes"})
    found[1].refresh_from_db()
    assert found[1].state == "published"
    assert page.post(f"/desk/improvement/reviews/{found[0].id}/settle/", {}, user=office.stranger).status == 404


def test_an_improvement_is_opened_from_a_review_and_finished(page: Pages, office: Office) -> None:
    found = review(1, 2, "長い")
    url = f"{ONE}items/new/"
    assert "長い" in page.get(f"{url}?review={found.id}", user=office.drafter)
    assert page.post(url, {"title": ""}).status == 422
    made = page.post(f"{url}?review={found.id}", {"title": "短くする", "text": ""})
    assert "短くする" in page.get(made.location, queries=14)
    assert page.post(made.location, {"state": "done", "told": "", "revision": "0"}).status == 422
    page.post(made.location, {"state": "done", "told": "短くしました。", "version": "2", "revision": "0"})
    assert Item.objects.get().state == "done"


def test_another_office_reaches_no_item(page: Pages, office: Office) -> None:
    made = item(office)
    assert page.get(f"/desk/improvement/items/{made.id}/", user=office.stranger).status == 404


@pytest.mark.parametrize("path", ["items/0/", "procedures/none/", "procedures/none/items/new/"])
def test_what_is_not_there_is_not_found(page: Pages, office: Office, path: str) -> None:
    assert page.get(f"/desk/improvement/{path}", user=office.drafter).status == 404
