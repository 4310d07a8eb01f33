import pytest

from tocho.core.accounts.tests.factories import make_resident
from tocho.modules.notices.models import StandingWish
from tocho.modules.notices.queries import standing_wish
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


def test_a_person_says_once_how_notices_come(page: Pages) -> None:
    person = make_resident()
    assert "notice_by" not in page.get("/my/delivery/", user=person).fields
    assert page.post("/my/delivery/", {}).status == 200
    assert not StandingWish.objects.exists()
    assert page.post("/my/delivery/", {"notice_by": "post"}).location == "/my/data/"
    assert standing_wish(person.id) == "post"
    assert "郵送" in page.get("/my/data/")
    page.post("/my/delivery/", {"notice_by": "electronic"})
    assert standing_wish(person.id) == "electronic"


def test_the_wish_of_nobody_is_none(page: Pages) -> None:
    assert "/accounts/login/" in page.get("/my/delivery/").location
    assert standing_wish(None) == ""


def test_what_is_no_way_is_told(page: Pages) -> None:
    assert page.post("/my/delivery/", {"notice_by": "pigeon"}, user=make_resident()).status == 422
