"""The forms beside the application's: edited in the builder, begun for a round or a role, handed on."""

from typing import Any

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer import actions
from tocho.modules.designer.definitions import renamed, shape
from tocho.modules.designer.models import Design
from tocho.modules.procedures import api as procedures
from tocho.ui.testing import Pages

from .factories import AT, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def subsidy(key: str, title: str) -> dict[str, Any]:
    return renamed(shape("subsidy") or {}, key=key, title=title, office=UNIT)


@pytest.fixture
def design(office: Office) -> Design:
    """A draft of a subsidy's next version, whose report another subsidy in use has too."""
    procedures.publish(source=subsidy("matsuri", "祭りの補助金"), actor=by(office.drafter), at=AT)
    procedures.publish(source=subsidy("shotengai", "商店街の補助金"), actor=by(office.drafter), at=AT)
    source = procedures.source_of("shotengai") or {}
    return actions.start_design(source=source, unit=UNIT, base_number=1, actor=by(office.drafter), at=AT)


def report_of(design: Design) -> Any:
    design.refresh_from_db()
    return design.source["parts"]["report"]


def test_a_report_opens_in_the_builder_with_who_asks_for_it(page: Pages, office: Office, design: Design) -> None:
    whole = page.get(f"/desk/designer/{design.id}/form/", user=office.drafter)
    assert f"/desk/designer/{design.id}/parts/report/" in whole.html
    shown = page.get(f"/desk/designer/{design.id}/parts/report/", user=office.drafter)
    assert "「実績の審査（額の確定）」の前に、申請者が報告として書く" in shown
    assert "実際にかかった対象の費用" in shown
    assert "祭りの補助金" in shown
    assert page.get(f"/desk/designer/{design.id}/parts/none/", user=office.drafter).status == 404


def test_a_question_of_a_report_is_added_edited_and_shown_as_a_change(
    page: Pages, office: Office, design: Design
) -> None:
    address = f"/desk/designer/{design.id}/parts/report/"
    data = {"act": "add:0", "kind": "name", "label": "報告する人", "revision": "1"}
    assert page.post(f"{address}change/", data, user=office.drafter).location == f"{address}0-4/"
    assert report_of(design)["steps"][0]["fields"][4]["key"] == "name"  # applicant_name is the application's
    edit = {"revision": "2", "kind": "money", "label__ja": "かかった費用", "key": "actual_cost", "required_": "yes"}
    page.post(f"{address}0-2/", edit, user=office.drafter)
    assert report_of(design)["steps"][0]["fields"][2]["label"] == "かかった費用"
    said = page.post(f"{address}0-3/condition/", {"condition": "actual_cost > 0"}, user=office.drafter, htmx=True)
    assert "正しい式です" in said
    general = page.get(f"{address}general/", user=office.drafter).fields | {"title_ja": "結果の報告"}
    page.post(f"{address}general/", general, user=office.drafter)
    assert report_of(design)["title"]["ja"] == "結果の報告"
    changes = page.get(f"/desk/designer/{design.id}/publish/", user=office.drafter)
    assert "フォーム（結果の報告）" in changes
    assert "質問「報告する人」（氏名（フリガナつき））を追加" in changes


def test_a_changed_report_is_handed_on_as_a_draft_of_its_own(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/parts/"
    page.post(f"{address}report/change/", {"act": "remove:0-1", "revision": "1"}, user=office.drafter)
    assert "1か所" in page.get(f"{address}report/", user=office.drafter)
    act = {"act": "hand_on:report:matsuri", "revision": "2"}
    assert "草案を、この様式で作りました" in page.post(address, act, user=office.drafter, follow=True)
    begun = Design.objects.get(key="matsuri")
    assert (begun.base_number, begun.state) == (1, Design.State.DRAFT)
    assert report_of(begun) == report_of(design)
    assert "質問「行ったことと成果」を削除" in page.get(f"/desk/designer/{begun.id}/publish/", user=office.drafter)
    assert "すでに作られています" in page.post(address, act, user=office.drafter, follow=True)
    assert procedures.source_of("matsuri") != begun.source  # in force only when somebody else has approved it


def test_a_round_gets_a_form_of_its_own_and_loses_it_again(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/parts/"
    copy = {"act": "add", "owner": "round:grant", "start": "matsuri:report", "revision": "1"}
    assert page.post(address, copy, user=office.drafter).location == f"{address}report_2/"
    design.refresh_from_db()
    assert design.source["facts"]["rounds"][1]["part"] == "report_2"
    assert "もう様式があります" in page.post(address, copy, user=office.drafter, follow=True)
    facts = page.get(f"/desk/designer/{design.id}/facts/", user=office.drafter)
    assert '<option value="report_2" selected>実績報告</option>' in facts.html
    page.post(address, {"act": "remove:report_2", "revision": "2"}, user=office.drafter)
    design.refresh_from_db()
    assert (list(design.source["parts"]), "part" in design.source["facts"]["rounds"][1]) == (["report"], False)
    empty = {"act": "add", "owner": "round:grant", "start": "", "revision": "3"}
    assert page.post(address, empty, user=office.drafter).location == f"{address}grant_form/"
    check = page.get(f"/desk/designer/{design.id}/check/", user=office.drafter)
    assert f"{address}grant_form/" in check.html  # a form without a question is a problem that leads here


def test_strangers_and_odd_acts_change_no_form(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/parts/"
    assert page.get(f"{address}report/").status == 302
    assert page.get(f"{address}report/", user=office.stranger).status == 404
    assert page.get(address, user=office.drafter).status == 405
    assert page.post(address, {"act": "remove:report"}, user=office.stranger).status == 404
    for act in ("", "remove:none", "hand_on:report:none", "burn:report"):
        assert page.post(address, {"act": act}, user=office.drafter).status == 404
    lost = {"act": "add", "owner": "round:grant", "start": "none:none", "revision": "1"}
    assert "見つかりません" in page.post(address, lost, user=office.drafter, follow=True)
    assert len(report_of(design)["steps"][0]["fields"]) == 4
