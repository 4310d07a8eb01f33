"""The list and the tabs: who sees them, who does not."""

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.ui.testing import Pages

from .factories import make_design

pytestmark = pytest.mark.django_db
TABS = ("facts", "form", "tables", "process", "notices", "check", "tryout", "publish")


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    return make_design(office.drafter, unit=UNIT)


def test_design_list_shows_what_one_may_see(page: Pages, office: Office, design: Design) -> None:
    assert "見本の申請" in page.get("/desk/designer/", user=office.drafter)
    assert "見本の申請" not in page.get("/desk/designer/", user=office.stranger)
    assert "見本の申請" not in page.get("/desk/designer/?q=納税", user=office.drafter)
    assert "見本の申請" in page.get("/desk/designer/?q=mihon&state=draft", user=office.drafter)


@pytest.mark.parametrize("tab", TABS)
def test_tabs_open_for_the_office_and_for_nobody_else(page: Pages, office: Office, design: Design, tab: str) -> None:
    address = f"/desk/designer/{design.id}/{tab}/"
    assert page.get(address).status == 302
    assert page.get(address, user=office.drafter).h1 == "見本の申請"
    assert page.get(address, user=office.stranger).status == 404
    assert page.get("/desk/designer/999/" + tab + "/", user=office.drafter).status == 404


def test_design_detail_leads_to_the_first_tab(page: Pages, office: Office, design: Design) -> None:
    assert page.get(f"/desk/designer/{design.id}/", user=office.drafter).location.endswith("/facts/")
