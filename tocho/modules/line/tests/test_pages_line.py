import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.modules.line.models import Friend
from tocho.modules.procedures import api as procedures
from tocho.modules.procedures.tests.factories import make_world, submit
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("hanako", "hanako@example.jp", "a long pass phrase")


def make_friend(person: User) -> Friend:
    now = timezone.now()
    return Friend.objects.create(line_id=f"U{person.pk}", user=person, added_at=now, linked_at=now)


def test_anybody_reads_what_the_account_does(page: Pages) -> None:
    assert "@virtual-tocho" in page.get("/line/", queries=4)


def test_a_link_is_seen_and_parted_by_its_owner_only(page: Pages, person: User) -> None:
    friend = make_friend(person)
    other = User.objects.create_user("taro", "taro@example.jp", "a long pass phrase")
    assert page.post(f"/line/friends/{friend.id}/unlink/", {}, user=other).status == 404
    assert "連携した日" in page.get("/line/", user=person)
    page.post(f"/line/friends/{friend.id}/unlink/", {})
    friend.refresh_from_db()
    assert friend.user_id is None


def test_linking_needs_a_person_and_a_token(page: Pages, person: User) -> None:
    assert "/accounts/login/" in page.get("/line/link/?linkToken=x").location
    assert page.get("/line/link/", user=person).location == "/line/"
    assert "つなぎますか" in page.get("/line/link/?linkToken=x")


def test_the_status_page_offers_line(page: Pages) -> None:
    application = submit(make_world().version, kind="free")
    opened = page.get(procedures.news_of([application.id])[application.id].link)
    status = page.get(opened.location)
    follow = page.get(status.links["LINEで知らせを受け取る"], queries=6)
    assert str(application.receipt_number) in follow
    assert "30分以内に" in page.post(status.links["LINEで知らせを受け取る"], {})
