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


@pytest.mark.parametrize(("form", "begin"), [("csv", b"\xef\xbb\xbf"), ("sjis", b"\x8e\xe8"), ("xlsx", b"PK")])
def test_designs_export_takes_the_list_as_it_is_filtered(
    page: Pages, office: Office, design: Design, form: str, begin: bytes
) -> None:
    address = f"/desk/designer/export/{form}/"
    assert page.get(address).status == 302
    taken = b"".join(page.get(address, user=office.drafter).streaming_content)
    assert taken.startswith(begin)
    assert b"mihon" in b"".join(page.get("/desk/designer/export/csv/?q=mihon").streaming_content)
    assert b"mihon" not in b"".join(page.get("/desk/designer/export/csv/?state=published").streaming_content)
    assert b"mihon" not in b"".join(page.get("/desk/designer/export/csv/", user=office.stranger).streaming_content)
    assert page.get("/desk/designer/export/pdf/").status == 404
    assert page.post(address).status == 405


def test_design_list_is_sorted_and_paged_by_title(page: Pages, office: Office, design: Design) -> None:
    for key, title in (("b-b", "いろは"), ("a-a", "あいう")):
        make_design(office.drafter, unit=UNIT, key=key, title=title)
    shown = page.get("/desk/designer/?sort=title", user=office.drafter).text
    assert shown.index("あいう") < shown.index("いろは") < shown.index("見本の申請")
    middle = Design.objects.get(key="b-b").id
    assert "あいう" not in page.get(f"/desk/designer/?sort=title&after={middle}").text
    assert "あてはまる草案はありません" in page.get("/desk/designer/?q=どこにもない")
