"""The form builder: rearranging, one question, what is typed wrongly, the phone beside it."""

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.ui.testing import Pages

from .factories import make_design

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    return make_design(office.drafter, unit=UNIT)


def fields(design: Design) -> list[str]:
    design.refresh_from_db()
    return [field["key"] for step in design.source["form"]["steps"] for field in step["fields"]]


def test_form_shows_outline_and_phone(page: Pages, office: Office, design: Design) -> None:
    shown = page.get(f"/desk/designer/{design.id}/form/?step=1", user=office.drafter)
    assert "1. 何が必要ですか" in shown
    assert "セイ" in shown  # the second step, as the applicant sees it
    assert "計算する値" in shown


def test_form_change_moves_copies_removes_and_adds(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/change/"

    def change(act: str, **more: str) -> str:
        design.refresh_from_db()
        data = {"act": act, "revision": str(design.revision), **more}
        return page.post(address, data, user=office.drafter).location

    assert change("down:0-0").endswith("#step-0-1")
    assert fields(design)[:2] == ["copies", "kind"]
    change("move:0-1:1-0")
    assert fields(design) == ["copies", "kind", "applicant_name", "applicant_email"]
    change("copy:0-0")
    change("remove:0-0")
    assert fields(design)[0] == "copies_2"
    change("add_step", title="確認")
    assert change("add:2", kind="date", label="生年月日").endswith("/form/2-0/")
    assert (fields(design)[-1], design.source["form"]["steps"][2]["title"]) == ("date", "確認")
    assert page.post(address, {"act": "up:9-9"}, user=office.drafter).status == 404
    assert page.post(address, {"act": "nothing:0"}, user=office.drafter).status == 404
    assert page.get(address, user=office.drafter).status == 405


def question(design: Design, **values: str) -> dict[str, str]:
    usual = {
        "revision": str(design.revision),
        "kind": "number",
        "label__ja": "部数",
        "label__en": "Copies",
        "required_": "yes",
        "key": "copies",
        "option_min": "1",
        "option_max": "5",
    }
    return usual | values


def test_question_edit_saves_and_goes_back_to_the_place(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/0-1/"
    assert "いちばん大きい値" in page.get(address, user=office.drafter)
    saved = page.post(address, question(design), user=office.drafter)
    assert saved.location.endswith("#step-0-1")
    design.refresh_from_db()
    assert design.source["form"]["steps"][0]["fields"][1] == {
        "key": "copies",
        "type": "number",
        "label": {"ja": "部数", "en": "Copies"},
        "required": True,
        "min": 1,
        "max": 5,
    }


def test_question_edit_loses_nothing_that_was_typed(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/0-1/"
    wrong = page.post(address, question(design, option_max="five", key="Copies!"), user=office.drafter)
    assert wrong.status == 422
    assert (wrong.fields["option_max"], wrong.fields["key"], wrong.fields["label__ja"]) == ("five", "Copies!", "部数")
    page.post(f"/desk/designer/{design.id}/form/change/", {"act": "down:0-0", "revision": "1"}, user=office.drafter)
    stale = page.post(address, question(design), user=office.drafter)
    assert stale.status == 409
    assert (stale.fields["label__ja"], stale.fields["revision"]) == ("部数", "2")
    assert "ほかの人" in stale


def test_question_edit_changes_the_kind_and_keeps_the_words(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/0-1/"
    data = question(design, kind="choice", kind_before="number", _kind="1")
    shown = page.post(address, data, user=office.drafter)
    assert (shown.status, shown.fields["label__en"], shown.fields["choice_0_ja"]) == (200, "Copies", "選択肢1")


def test_question_edit_builds_a_condition(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/1-1/"
    data = {"kind": "email", "label__ja": "メール", "key": "applicant_email", "required_": "yes", "revision": "1"}
    built = page.post(address, {**data, "simple": 'kind = "free"', "_build": "and"}, user=office.drafter)
    assert built.fields["condition"] == 'kind = "free"'
    again = page.post(
        address, {**data, "condition": 'kind = "free"', "simple": "copies > 0", "_build": "or"}, user=office.drafter
    )
    assert again.fields["condition"] == 'kind = "free" or copies > 0'


def test_condition_check_answers_in_the_engines_words(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/1-1/condition/"
    assert "正しい式です" in page.post(address, {"condition": 'kind = "free"'}, user=office.drafter, htmx=True)
    assert "knd" in page.post(address, {"condition": 'knd = "free"'}, user=office.drafter, htmx=True)
    assert "直すところ" in page.post(address, {"condition": "kind ="}, user=office.drafter, htmx=True)


def test_question_preview_shows_what_is_typed(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/0-1/preview/"
    typed = question(design, label__ja="何部ほしいですか")
    assert "何部ほしいですか" in page.post(address, typed, user=office.drafter, htmx=True)
    assert page.post(address, {**question(design), "kind": "nothing"}, user=office.drafter).status == 404


def test_form_general_saves_title_and_computed_values(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/form/general/"
    data = page.get(address, user=office.drafter).fields | {"title_ja": "新しい題名", "computed_1_key": "total"}
    page.post(address, {**data, "computed_1_expression": "copies * 2"}, user=office.drafter)
    design.refresh_from_db()
    form = design.source["form"]
    assert (form["title"], form["computed"][1]) == ("新しい題名", {"key": "total", "expression": "copies * 2"})
    assert form["computed"][0]["key"] == "fee"


@pytest.mark.parametrize("tail", ["0-1/", "general/"])
def test_strangers_and_readers_change_nothing(page: Pages, office: Office, design: Design, tail: str) -> None:
    address = f"/desk/designer/{design.id}/form/{tail}"
    assert page.get(address).status == 302
    assert page.post(address, {}, user=office.stranger).status == 404
    assert page.get(f"/desk/designer/{design.id}/form/9-9/", user=office.drafter).status == 404
    assert page.get(f"/desk/designer/{design.id}/form/x/", user=office.drafter).status == 404
