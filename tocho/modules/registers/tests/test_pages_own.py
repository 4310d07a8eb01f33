import pytest
from pytest_django import Settings

from tocho.core.accounts.models import User
from tocho.core.org.tests.factories import make_user
from tocho.modules.registers.models import Corporation, OwnRecord
from tocho.ui.testing import Pages

from .double import KNOWN_ID, houjin

pytestmark = pytest.mark.django_db
NAME = {
    "name-family": "山田",
    "name-given": "花子",
    "name-family_kana": "やまだ",
    "name-given_kana": "はなこ",
    "phone": "０３（５３２１）１１１１",
}


@pytest.fixture
def hanako() -> User:
    return make_user("hanako", "山田 花子", kind="resident")


def test_own_data_are_written_seen_and_deleted(page: Pages, hanako: User) -> None:
    assert "登録する" in page.get("/my/details/", user=hanako, queries=8)
    wrong = page.post("/my/details/details/", {**NAME, "phone": "x"})
    assert wrong.status == 422
    page.post("/my/details/details/", NAME)
    shown = page.get("/my/details/")
    assert "山田 花子（ヤマダ ハナコ）" in shown
    assert "03-5321-1111" in shown
    assert "元には戻せません" in page.get("/my/details/delete/")
    page.post("/my/details/delete/")
    assert not OwnRecord.objects.exists()


def test_a_bank_account_is_its_own_page(page: Pages, hanako: User) -> None:
    names = {"bank": "0001", "branch": "1", "kind": "ordinary", "number": "1234567", "holder": "ヤマダ ハナコ"}
    bank = {f"account-{name}": value for name, value in names.items()}
    page.client.force_login(hanako)
    assert page.post("/my/details/bank/", {**bank, "account-number": "x"}).status == 422
    page.post("/my/details/bank/", {**bank, "account-branch": "001"})
    assert OwnRecord.objects.get().values["account"]["branch_code"] == "001"
    assert "1234567" in page.get("/my/details/")
    assert page.get("/my/details/nothing/").status == 404


def test_the_residents_register_fills_in_the_sample_city(page: Pages, hanako: User, settings: Settings) -> None:
    settings.DEMO = True
    page.client.force_login(hanako)
    page.post("/my/details/residents/")
    assert "住民台帳（見本）" in page.get("/my/details/")
    assert page.post("/my/details/corporate/", {"number": "8000020130001"}).status == 404


def test_a_company_takes_its_name_from_the_register(page: Pages, settings: Settings) -> None:
    with houjin() as url:
        settings.HOUJIN_BANGOU_URL, settings.HOUJIN_BANGOU_ID = url, KNOWN_ID
        page.client.force_login(make_user("mihon", kind="company"))
        assert page.post("/my/details/corporate/", {"number": "8000020130002"}).status == 422
        page.post("/my/details/corporate/", {"number": "T8000020130001"})
        assert "国税庁法人番号公表サイト" in page.get("/my/details/")
        unknown = page.post("/my/details/corporate/", {"number": "1000012160153"})
        assert "台帳に見つかりません" in unknown
    assert Corporation.objects.count() == 2
    assert page.post("/my/details/residents/").status == 404


def test_a_silent_register_leaves_what_was_typed(page: Pages, settings: Settings) -> None:
    settings.HOUJIN_BANGOU_ID = ""
    page.client.force_login(make_user("mihon", kind="company"))
    answer = page.post("/my/details/corporate/", {"number": "8000020130001"})
    assert answer.status == 422
    assert "いまつながりません" in answer
    assert answer.fields["number"] == "8000020130001"


@pytest.mark.parametrize("path", ["", "details/", "delete/"])
def test_nobody_without_an_account_has_own_data(page: Pages, path: str) -> None:
    assert "/accounts/login/" in page.get(f"/my/details/{path}").location
    assert page.get("/my/details/corporate/").status in (302, 405)
