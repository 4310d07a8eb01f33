import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import PASSWORD, make_resident
from tocho.core.ledger import api as ledger
from tocho.core.notify.models import Message
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def sign_in(page: Pages, user: User) -> str:
    return page.post(LOGIN, {"login": user.email, "password": PASSWORD}).location


def activate(page: Pages, user: User) -> str:
    """Set up an authenticator app as the page asks; returns the app's secret."""
    sign_in(page, user)
    assert page.get("/accounts/2fa/totp/activate/").location.startswith("/accounts/reauthenticate/")
    assert page.get("/accounts/reauthenticate/").h1 == "ご本人の確認"
    assert page.post("/accounts/reauthenticate/", {"password": PASSWORD}).status == 302
    shown = page.get("/accounts/2fa/totp/activate/")
    secret = str(shown.response.context["form"].secret)
    assert secret in shown
    assert page.post("/accounts/2fa/totp/activate/", {"code": "000000"}).h1 == "認証アプリの設定"
    assert page.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status == 302
    return secret


def test_an_authenticator_app_is_asked_at_the_next_sign_in(page: Pages) -> None:
    user = make_resident()
    secret = activate(page, user)
    page.client = Client()
    assert sign_in(page, user) == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in page.client.session
    assert page.get("/accounts/2fa/authenticate/").h1 == "二段階目の確認"
    assert page.post("/accounts/2fa/authenticate/", {"code": "000000"}).h1 == "二段階目の確認"
    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    assert page.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status in (200, 302)
    entries = ledger.entries_of(ledger.Subject("user", user.id))
    assert [entry.kind for entry in entries].count("accounts.signed_in") >= 1


def test_secrets_of_apps_are_not_stored_in_the_clear(page: Pages) -> None:
    secret = activate(page, make_resident())
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_a_new_factor_is_told_by_mail(
    page: Pages, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        activate(page, make_resident())
    assert Message.objects.filter(subject="認証アプリを設定しました").exists()


def test_recovery_codes_work_once(page: Pages) -> None:
    user = make_resident()
    activate(page, user)
    shown = page.get("/accounts/2fa/recovery-codes/")
    code = shown.response.context["unused_codes"][0]
    assert code in shown
    for expected in (302, 200):
        page.client = Client()
        sign_in(page, user)
        assert page.post("/accounts/2fa/authenticate/", {"code": code}).status == expected


def test_pages_of_the_second_factor(page: Pages) -> None:
    user = make_resident()
    activate(page, user)
    for url, h1 in (
        ("/accounts/2fa/", "アカウントの安全"),
        ("/accounts/2fa/webauthn/add/", "パスキーを加える"),
        ("/accounts/2fa/totp/deactivate/", "認証アプリをやめる"),
        ("/accounts/2fa/recovery-codes/generate/", "予備コードを作る"),
        ("/accounts/reauthenticate/", "ご本人の確認"),
        ("/accounts/2fa/reauthenticate/", "ご本人の確認"),
        ("/accounts/sessions/", "ログイン中の端末"),
    ):
        shown = page.get(url)
        assert shown.status in (200, 302), url
        assert shown.status == 302 or shown.h1 == h1, url
