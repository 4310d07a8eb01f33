"""A design of which nothing is decided yet: every tab can be opened, and says what is missing."""

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
NEW = {"title": "道路の使用許可", "key": "doro-shiyo", "unit": UNIT, "start": "blank:"}


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(page: Pages, office: Office) -> Design:
    assert "白紙からはじめる" in page.get("/desk/designer/new/?start=blank:", user=office.drafter)
    page.post("/desk/designer/new/", NEW, user=office.drafter)
    return Design.objects.get()


@pytest.mark.parametrize(
    "tab",
    ["facts", "form", "form/general", "form/0", "tables", "process", "notices", "check", "tryout", "trial", "publish"],
)
def test_every_tab_of_an_empty_design_opens(page: Pages, office: Office, design: Design, tab: str) -> None:
    assert page.get(f"/desk/designer/{design.id}/{tab}/", user=office.drafter).status == 200


def test_an_empty_design_cannot_be_put_to_review(page: Pages, office: Office, design: Design) -> None:
    assert design.title == "道路の使用許可"
    assert 'id="doro-shiyo"' in design.source["process"]
    shown = page.get(f"/desk/designer/{design.id}/check/", user=office.drafter)
    assert "公開できる形になっています" not in shown


def test_tables_and_notices_can_be_begun_before_the_form(page: Pages, office: Office, design: Design) -> None:
    for kind, name in (("fee", ""), ("checks", ""), ("condition", "discount")):
        made = page.post(f"/desk/designer/{design.id}/tables/", {"kind": kind, "name": name}, user=office.drafter)
        assert page.get(made.location, user=office.drafter).status == 200
    given = {"beginning": "approval", "name": "permit"}
    page.post(f"/desk/designer/{design.id}/notices/", given, user=office.drafter)
    design.refresh_from_db()
    assert set(design.source["rules"]) == {"fee", "checks", "discount"}
