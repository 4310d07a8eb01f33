import pytest

from tocho.core.org.tests.factories import make_unit
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


def test_bureaus_are_public(page: Pages) -> None:
    bureau = make_unit("R02-0600", "主税局")
    make_unit("R02-0600-05-01", "徴収課", parent=make_unit("R02-0600-05", "徴収部", parent=bureau))
    shown = page.get("/org/", queries=6)
    assert shown.h1 == "組織"
    assert shown.links["主税局"] == "/org/R02-0600/"
    detail = page.get("/org/R02-0600/", queries=1)
    assert detail.h1 == "主税局"
    assert "徴収課" in detail


def test_bureau_detail_does_not_know_every_code(page: Pages) -> None:
    assert page.get("/org/R99-9900/").status == 404
    assert page.post("/org/").status == 405
