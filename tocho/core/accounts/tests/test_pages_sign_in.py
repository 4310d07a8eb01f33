import re

import pytest
from django.test import Client

from tocho.core.accounts.backends import PasswordHasher
from tocho.core.accounts.models import User, UserKind
from tocho.core.accounts.tests.factories import PASSWORD, make_employee, make_resident
from tocho.core.ledger import api as ledger
from tocho.core.notify.models import Message
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def events(user: User) -> list[str]:
    return [entry.kind for entry in ledger.entries_of(ledger.Subject("user", user.id))]


def sign_in(client: Client, login: str, password: str) -> int:
    return client.post(LOGIN, {"login": login, "password": password}).status_code


def test_sign_in_page_offers_every_way(page: Pages) -> None:
    shown = page.get(LOGIN)
    assert shown.h1 == "ログイン"
    for words in ("メールアドレスまたは職員番号", "パスワードを忘れた", "利用者登録", "パスキーでログイン"):
        assert words in shown


def test_sign_in_with_mail_or_number_is_recorded(page: Pages) -> None:
    resident, employee = make_resident(), make_employee()
    assert page.post(LOGIN, {"login": "hanako@example.jp", "password": PASSWORD}).location == "/"
    assert page.post("/accounts/logout/").location == "/"
    assert page.post(LOGIN, {"login": "sato", "password": PASSWORD}).location == "/desk/"
    assert events(resident) == events(employee) == ["accounts.signed_in"]
    (entry,) = ledger.entries_of(ledger.Subject("user", employee.id))
    assert entry.data == {"method": "password"}
    assert entry.personal_digest is not None


@pytest.mark.parametrize(
    ("login", "password"), [("hanako@example.jp", "ちがう言葉です"), ("nobody@example.jp", PASSWORD)]
)
def test_sign_in_refuses_without_saying_which_was_wrong(page: Pages, login: str, password: str) -> None:
    make_resident()
    shown = page.post(LOGIN, {"login": login, "password": password})
    assert shown.status == 422
    assert "メールアドレス（職員番号）かパスワードが正しくありません" in shown
    assert shown.fields["login"] == login
    assert shown.fields["password"] == ""


def test_five_wrong_passwords_lock_the_account_for_everybody() -> None:
    user = make_resident()
    for number in range(5):
        assert sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), user.email, "ちがう言葉です") == 422
    answer = Client().post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})
    assert answer.status_code == 422
    assert "しばらくログインできません" in answer.content.decode()
    sign_in(Client(), user.email, PASSWORD)
    assert events(user) == ["accounts.sign_in_failed"] * 5 + ["accounts.locked"]


def test_right_passwords_do_not_count_as_attempts() -> None:
    user = make_resident()
    for _number in range(8):
        assert sign_in(Client(), user.email, PASSWORD) == 302


def test_inactive_people_stay_outside() -> None:
    user = make_resident()
    User.objects.update(is_active=False)
    client = Client()
    assert client.post(LOGIN, {"login": user.email, "password": PASSWORD}).headers["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_sign_in_goes_only_to_addresses_of_this_house() -> None:
    user = make_resident()
    for wanted, followed in (("/org/", "/org/"), ("https://evil.example/", "/")):
        answer = Client().post(f"{LOGIN}?next={wanted}", {"login": user.email, "password": PASSWORD})
        assert answer.headers["Location"] == followed


def test_sign_up_by_code(page: Pages) -> None:
    form = {
        "display_name": "高橋　次郎",
        "display_name_kana": "たかはし じろう",
        "email": "jiro@example.jp",
        "password1": PASSWORD,
    }
    assert page.get("/accounts/signup/").h1 == "利用者登録"
    assert page.post("/accounts/signup/", form).location == "/accounts/confirm-email/"
    user = User.objects.get(email="jiro@example.jp")
    assert (user.kind, user.display_name, user.display_name_kana) == (UserKind.RESIDENT, "高橋 次郎", "タカハシ ジロウ")
    message = Message.objects.get(to_email="jiro@example.jp")
    code = re.search(r"^([A-Z0-9-]{6,})$", message.body, re.MULTILINE)
    assert code
    assert page.get("/accounts/confirm-email/").h1 == "メールアドレスの確認"
    assert page.post("/accounts/confirm-email/", {"code": code[1]}).location == "/"
    assert events(user) == ["accounts.signed_in"]


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234", "jiro@example.jp"])
def test_sign_up_refuses_weak_passwords(page: Pages, password: str) -> None:
    form = {"display_name": "次郎", "display_name_kana": "ジロウ", "email": "jiro@example.jp", "password1": password}
    assert "利用者登録" in page.post("/accounts/signup/", form)
    assert not User.objects.exists()


def test_sign_up_with_a_known_address_tells_only_its_owner(page: Pages) -> None:
    make_resident("hanako@example.jp")
    form = {"display_name": "次郎", "display_name_kana": "ジロウ", "email": "hanako@example.jp", "password1": PASSWORD}
    assert page.post("/accounts/signup/", form).location == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert Message.objects.get().subject == "すでに登録があります"


def test_password_reset_by_mail(page: Pages) -> None:
    user = make_resident()
    assert page.post("/accounts/password/reset/", {"email": user.email}).location == "/accounts/password/reset/done/"
    link = re.search(r"http\S+(/accounts/password/reset/key/\S+)", Message.objects.get().body)
    assert link
    form_page = page.get(page.get(link[1]).location)
    assert form_page.h1 == "新しいパスワード"
    new = {"password1": "あたらしい長い言葉たち", "password2": "あたらしい長い言葉たち"}
    done = page.post(form_page.response.request["PATH_INFO"], new)
    assert done.location == "/accounts/password/reset/key/done/"
    assert sign_in(Client(), user.email, PASSWORD) == 422
    assert sign_in(Client(), user.email, "あたらしい長い言葉たち") == 302
    assert "この案内は使えません" in page.get(link[1])


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/email/",
        "/accounts/sessions/",
        "/accounts/3rdparty/",
        "/accounts/password/change/",
        "/accounts/logout/",
    ],
)
def test_account_pages_are_for_those_signed_in(page: Pages, url: str) -> None:
    user = make_resident()
    assert page.get(url).location in (f"{LOGIN}?next={url}", "/")
    assert page.get(url, user=user).status == 200


def test_passwords_are_kept_as_argon2() -> None:
    assert make_resident().password.startswith("argon2$")


def test_a_session_key_that_is_none_is_not_looked_up(page: Pages) -> None:
    page.client.cookies.load('sessionid="\\000' + "a" * 31 + '"')
    assert page.client.cookies["sessionid"].value[0] == "\0"
    assert page.get("/accounts/sessions/").location.startswith(LOGIN)


@pytest.mark.parametrize("login", ["hanako@example.jp", "nobody@example.jp", "nobody"])
def test_time_does_not_tell_who_has_an_account(login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_resident("hanako@example.jp")
    hashed: list[str] = []
    for name in ("encode", "verify"):
        plain = getattr(PasswordHasher, name)
        monkeypatch.setattr(PasswordHasher, name, lambda *args, plain=plain: [hashed.append(""), plain(*args)][1])
    assert sign_in(Client(), login, "wrong") == 422
    assert len(hashed) == 1


@pytest.mark.parametrize("url", ["/accounts/signup/", "/accounts/password/reset/"])
def test_longer_addresses_than_mail_knows_are_refused_at_their_field(page: Pages, url: str) -> None:
    long = f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.jp"
    assert "254" in page.post(url, {"email": long})
    assert not Message.objects.exists()
