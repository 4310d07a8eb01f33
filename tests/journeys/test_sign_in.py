"""A resident signs in with a passkey; somebody looks at the sample city as the section chief."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.accounts.tests.factories import PASSWORD, make_employee, make_resident
from tocho.core.ledger import api as ledger

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN = "/accounts/login/"


def give_passkeys(tab: Page) -> None:
    """The device has a screen lock that always lets its owner pass."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    abilities = ("hasResidentKey", "hasUserVerification", "isUserVerified", "automaticPresenceSimulation")
    options = {"protocol": "ctap2", "transport": "internal", **dict.fromkeys(abilities, True)}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_resident_adds_a_passkey_and_signs_in_with_it(window: Callable[..., Page], width: int) -> None:
    user = make_resident()
    tab = window(width=width)
    give_passkeys(tab)
    tab.goto(LOGIN)
    tab.get_by_label("メールアドレスまたは職員番号").fill(user.email)
    tab.get_by_label("パスワード", exact=False).fill(PASSWORD)
    tab.get_by_role("button", name="ログインする").click()
    expect(tab).not_to_have_url(re.compile(LOGIN))
    tab.goto("/accounts/2fa/webauthn/add/")
    tab.get_by_label("パスワード", exact=False).fill(PASSWORD)  # once more, before something so important
    tab.get_by_role("button", name="確認する").click()
    tab.get_by_label("名前").fill("自分のスマートフォン")
    axe(tab)
    shot(tab, "passkey-add")
    tab.get_by_role("button", name="加える").click()
    tab.get_by_text("パスキーを加えました。").wait_for()
    tab.goto("/accounts/logout/")
    tab.get_by_role("button", name="ログアウトする").click()
    expect(tab).not_to_have_url(re.compile("/logout/"))
    tab.goto(LOGIN)
    tab.get_by_role("button", name="パスキーでログイン").click()
    expect(tab).not_to_have_url(re.compile(LOGIN))
    entries = ledger.entries_of(ledger.Subject("user", user.id))
    assert [entry.data["method"] for entry in entries] == ["password", "passkey"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_sign_in_page_is_for_everybody(window: Callable[..., Page], settings: Settings, width: int) -> None:
    settings.DEMO = True
    make_employee("sato", password=None)
    tab = window(width=width, javascript=False)
    tab.goto(f"{LOGIN}?next=/desk/absence/")
    assert fits(tab)
    shot(tab, "sign-in")
    tab.get_by_role("button", name="佐藤 恵子で入る").click()
    tab.get_by_role("heading", name="不在の登録").wait_for()


def test_the_pages_of_the_account_are_accessible(window: Callable[..., Page]) -> None:
    tab = window(width=PHONE, user=make_resident())
    for url in ("/accounts/2fa/", "/accounts/email/", "/accounts/sessions/", "/accounts/password/change/", "/org/"):
        tab.goto(url)
        axe(tab)
        assert fits(tab), url
    outside = window(width=PHONE)
    for url in (LOGIN, "/accounts/signup/", "/accounts/password/reset/"):
        outside.goto(url)
        axe(outside)
        assert fits(outside), url
