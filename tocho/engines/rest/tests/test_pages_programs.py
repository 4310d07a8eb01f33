import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.engines.rest import actions
from tocho.engines.rest.models import Hook, Token
from tocho.ui.testing import Pages

from .factories import make_person, make_secret

pytestmark = pytest.mark.django_db
LIST = "/my/programs/"


@pytest.fixture
def person() -> User:
    return make_person()


def test_programs_need_a_person(page: Pages) -> None:
    assert "/accounts/login/" in page.get(LIST).location


def test_an_empty_list_says_what_to_do(page: Pages, person: User) -> None:
    found = page.get(LIST, user=person, queries=8)
    assert "鍵はありません" in found
    assert "知らせ先はありません" in found


def test_a_token_is_shown_once_and_can_be_stopped(page: Pages, person: User) -> None:
    assert page.post(f"{LIST}tokens/new/", {"name": "", "days": "90"}, user=person).status == 422
    made = page.post(f"{LIST}tokens/new/", {"name": "会計", "days": "90", "scopes": ["applications:read"]})
    assert "vt_" in made.html
    assert "vt_" not in page.get(LIST).html
    assert "会計" in page.get(LIST)
    url = f"{LIST}tokens/{Token.objects.get().id}/revoke/"
    assert "止めますか" in page.get(url)
    page.post(url, {})
    assert Token.objects.get().revoked_at is not None


def test_a_resident_is_not_offered_what_employees_do(page: Pages, person: User) -> None:
    assert "cases:read" not in page.get(f"{LIST}tokens/new/", user=person).html


def test_a_hook_is_made_tried_and_ended(page: Pages, person: User) -> None:
    bad = {"url": "http://example.jp/", "kinds": ["application.closed"]}
    assert "https://" in page.post(f"{LIST}hooks/new/", bad, user=person).text
    made = page.post(f"{LIST}hooks/new/", {**bad, "url": "https://example.jp/"})
    hook = Hook.objects.get()
    assert hook.secret in page.get(made.location).html
    page.post(f"{LIST}hooks/{hook.id}/try/", {})
    assert "送信待ち" in page.get(made.location, queries=10)
    page.post(f"{LIST}hooks/{hook.id}/end/", {})
    assert "止めました" in page.get(LIST)


def test_an_owner_has_a_hook_told_again_that_was_given_up(page: Pages, person: User) -> None:
    hook = actions.make_hook(
        user_id=person.id, url="https://example.jp/", kinds=["application.closed"], at=timezone.now()
    )
    place = f"{LIST}hooks/{hook.id}/"
    page.post(f"{place}reopen/", {}, user=person)
    assert "すでに知らせているか" in page.get(place)
    actions.end_hook(hook_id=hook.id, because="failing", actor=Actor(user_id=person.id), at=timezone.now())
    assert "もう一度知らせる" in page.get(place)
    page.post(f"{place}reopen/", {})
    assert "届いていない知らせから送り直します" in page.get(place)
    assert Hook.objects.get().ended_at is None


@pytest.mark.parametrize("path", ["tokens/{token}/revoke/", "hooks/{hook}/"])
def test_nobody_reaches_what_is_another_persons(page: Pages, person: User, path: str) -> None:
    make_secret(person, ["applications:read"])
    hook = actions.make_hook(
        user_id=person.pk, url="https://example.jp/", kinds=["application.closed"], at=timezone.now()
    )
    url = LIST + path.format(token=Token.objects.get().id, hook=hook.id)
    assert page.get(url, user=make_person("taro")).status == 404


def test_the_reference_lists_every_operation(page: Pages) -> None:
    found = page.get("/api/")
    assert "POST /api/v1/applications" in found
    assert "applications:write" in found
