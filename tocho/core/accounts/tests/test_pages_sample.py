import pytest
from django.test import Client
from pytest_django import Settings

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_employee, make_resident
from tocho.core.ledger import api as ledger
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Settings) -> Settings:
    settings.DEMO = True
    return settings


def test_sample_sign_in_takes_one_click(page: Pages, demo: Settings) -> None:
    user = make_employee("sato", password=None)
    assert "佐藤 恵子で入る" in page.get("/accounts/login/").html
    assert page.post("/accounts/sample/sato/").location == "/desk/"
    assert page.client.session["_auth_user_id"] == str(user.id)
    (entry,) = ledger.entries_of(ledger.Subject("user", user.id))
    assert (entry.kind, entry.data) == ("accounts.signed_in", {"method": "sample"})


def test_sample_sign_in_exists_only_in_the_sample_city(page: Pages, settings: Settings) -> None:
    settings.DEMO = False
    make_employee("sato", password=None)
    assert "サンプル" not in page.get("/accounts/login/").text
    assert Client().post("/accounts/sample/sato/").status_code == 404


def test_sample_sign_in_enters_nobody_else(demo: Settings) -> None:
    make_resident()
    User.objects.update(username="somebody")
    for username in ("somebody", "nobody", "ito"):
        assert Client().post(f"/accounts/sample/{username}/").status_code == 404


def test_sample_sign_in_wants_a_post_of_this_page(demo: Settings) -> None:
    make_employee("sato", password=None)
    assert Client().get("/accounts/sample/sato/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/accounts/sample/sato/").status_code == 403
