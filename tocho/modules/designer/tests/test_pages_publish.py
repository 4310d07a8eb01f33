"""The page 公開: through four eyes to a version, in the browser."""

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.modules.procedures.tests.factories import make_version
from tocho.ui.testing import Pages

from .factories import make_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    make_version()
    made = make_design(office.drafter, unit=UNIT)
    made.base_number = 1
    made.save(update_fields=["base_number"])
    return made


def test_publish_shows_what_changes_and_the_history(page: Pages, office: Office, design: Design) -> None:
    page.post(f"/desk/designer/{design.id}/form/change/", {"act": "remove:0-1", "revision": "1"}, user=office.drafter)
    shown = page.get(f"/desk/designer/{design.id}/publish/", user=office.drafter)
    assert "質問「通数」を削除" in shown
    assert "第1版からの変更" in shown
    assert "質問「通数」を削除" in page.get(f"/desk/designer/{design.id}/publish/?compare=1", user=office.drafter)
    data = {"act": "back", "number": "1", "revision": "2"}
    page.post(f"/desk/designer/{design.id}/publish/act/", data, user=office.drafter)
    assert "改訂1へ戻した" in page.get(f"/desk/designer/{design.id}/publish/", user=office.drafter)


def test_publish_act_from_request_to_publication(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/publish/"
    act = address + "act/"
    page.post(act, {"act": "request"}, user=office.drafter)
    assert "承認できません" in page.get(address, user=office.drafter)
    assert page.post(act, {"act": "approve", "revision": "1"}, user=office.drafter).status == 422
    assert page.post(act, {"act": "approve", "revision": "1"}, user=office.stranger).status == 404
    assert "承認する" in page.get(address, user=office.chief)
    page.post(act, {"act": "approve", "revision": "1", "remark": "よい"}, user=office.chief)
    wrong = page.post(act, {"act": "plan", "publish_on": "2019-01-01"}, user=office.drafter)
    assert (wrong.status, wrong.fields["publish_on"]) == (422, "2019-01-01")
    page.post(act, {"act": "plan", "publish_on": "2099-01-01"}, user=office.drafter)
    assert "2099" in page.get(address, user=office.drafter)
    page.post(act, {"act": "unplan"}, user=office.drafter)
    page.post(act, {"act": "publish"}, user=office.drafter)
    assert "公開された手続を見る" in page.get(address, user=office.drafter)
    design.refresh_from_db()
    assert design.state == "published"


def test_publish_act_returns_with_a_remark(page: Pages, office: Office, design: Design) -> None:
    act = f"/desk/designer/{design.id}/publish/act/"
    page.post(act, {"act": "request"}, user=office.drafter)
    assert page.post(act, {"act": "return", "remark": ""}, user=office.chief).status == 422
    page.post(act, {"act": "return", "remark": "見出しを短く"}, user=office.chief)
    assert "見出しを短く" in page.get(f"/desk/designer/{design.id}/publish/", user=office.drafter)


def test_publish_act_knows_no_other_acts(page: Pages, office: Office, design: Design) -> None:
    act = f"/desk/designer/{design.id}/publish/act/"
    assert page.get(act).status == 302
    assert page.get(act, user=office.drafter).status == 405
    assert page.post(act, {"act": "burn"}, user=office.drafter).status == 404
    assert page.post(act, {"act": "publish"}, user=office.drafter).status == 422
    page.post(act, {"act": "discard"}, user=office.drafter)
    design.refresh_from_db()
    assert design.state == "discarded"
