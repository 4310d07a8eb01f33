"""The notices tab: blocks become Typst, the facts say when they go out, and how they look is shown."""

import pytest
from django.conf import settings

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer import actions
from tocho.modules.designer.definitions import problems
from tocho.modules.designer.models import Design
from tocho.modules.designer.rules.letters import read_letter
from tocho.modules.procedures.api import read_folder
from tocho.ui.testing import Page, Pages

from .factories import AT, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    source = read_folder(settings.BASE_DIR / "city/procedures/nozei-shomei")
    source["facts"]["office"] = UNIT
    return actions.start_design(source=source, unit=UNIT, actor=by(office.drafter), at=AT)


def address(design: Design, name: str = "rejection", path: str = "") -> str:
    return f"/desk/designer/{design.id}/notices/{name}/{path}"


FORM = {
    "title": "不交付の通知", "title_en": "Refusal", "profile": "disposition", "outcomes": "reject",
    "r-0-label": "税目", "r-0-source": "display.tax_kind", "r-1-label": "年度", "r-1-text": "fiscal_year",
    "r-2-label": "", "r-2-source": "display.copies",
    "b-0-kind": "opening", "b-1-kind": "says", "b-1-text": "{税目}の証明は、交付しません。", "b-2-kind": "reasons",
    "b-3-kind": "remedy",
}  # fmt: skip


def post(page: Pages, office: Office, design: Design, do: str = "save", **data: object) -> Page:
    design.refresh_from_db()
    values = {"revision": design.revision, "do": do, **FORM, **data}
    return page.post(address(design), values, user=office.drafter)


def kinds(design: Design) -> list[str]:
    design.refresh_from_db()
    return [block.kind for block in read_letter(design.source["notices"]["rejection"]) or ()]


def test_notices_are_listed_with_their_outcomes(page: Pages, office: Office, design: Design) -> None:
    shown = page.get(f"/desk/designer/{design.id}/notices/", user=office.drafter)
    assert "納税証明書" in shown
    assert "不承認・不交付" in shown
    assert page.get(address(design), user=office.drafter).status == 200
    assert "Typst の本文" in page.get(address(design, "certificate"), user=office.drafter)


def test_notice_saves_blocks_and_what_the_facts_say(page: Pages, office: Office, design: Design) -> None:
    assert post(page, office, design).status == 302
    assert kinds(design) == ["opening", "says", "reasons", "remedy"]
    assert '#says[#field("税目")の証明は、交付しません。]' in design.source["notices"]["rejection"]
    spec = design.source["facts"]["notices"]["reject"]
    assert spec["title"] == {"ja": "不交付の通知", "en": "Refusal"}
    assert spec["rows"] == {"税目": "display.tax_kind", "年度": "fiscal_year"}
    assert "確認方法" in page.get(address(design), user=office.drafter)  # it is lacking
    assert [one for one in problems(design.source) if one.is_error] == []


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("up:2", ["opening", "reasons", "says", "remedy"]),
        ("down:0", ["says", "opening", "reasons", "remedy"]),
        ("delete:1", ["opening", "reasons", "remedy"]),
        ("add", ["opening", "says", "reasons", "facts", "remedy"]),
    ],
)
def test_notice_blocks_are_moved_added_deleted(
    page: Pages, office: Office, design: Design, do: str, expected: list[str]
) -> None:
    assert post(page, office, design, do, new="facts").status == 302
    assert kinds(design) == expected
    post(page, office, design, "undo")
    assert kinds(design)[-1] == "verification"


def test_notice_preview_shows_pages_or_the_fault(page: Pages, office: Office, design: Design) -> None:
    preview = address(design, path="preview/")
    assert "data:image/png" in page.post(preview, FORM, user=office.drafter, htmx=True).html
    odd = {**FORM, "b-1-text": "\U0001f9ff"}
    assert "印刷できる字形がありません" in page.post(preview, odd, user=office.drafter, htmx=True)
    bad = {"source": '#import "/letter.typ": *\n#show: letter\n#nosuch()'}
    shown = page.post(preview, bad, user=office.drafter, htmx=True)
    assert "3行目" in shown
    assert "unknown variable: nosuch" in shown
    design.refresh_from_db()
    assert design.revision == 1  # nothing was saved


def test_notice_sample_is_a_pdf(page: Pages, office: Office, design: Design) -> None:
    for name in ("rejection", "certificate"):
        answer = page.get(address(design, name, "sample/"), user=office.drafter)
        assert answer.content.startswith(b"%PDF")


def test_notice_source_is_kept_as_typed(page: Pages, office: Office, design: Design) -> None:
    source = '#import "/letter.typ": *\n#show: letter\n= 見本\n'
    data = {"revision": 1, "do": "save", "source": source}
    assert page.post(address(design), data, user=office.drafter).location.endswith("?mode=source")
    design.refresh_from_db()
    assert design.source["notices"]["rejection"] == source
    assert design.source["facts"]["notices"]["reject"]["template"] == "rejection"  # the facts stay


def test_notices_can_be_added_and_removed(page: Pages, office: Office, design: Design) -> None:
    base = f"/desk/designer/{design.id}/notices/"
    assert page.post(base, {"beginning": "receipt", "name": "確認"}, user=office.drafter).status == 422
    assert page.post(base, {"beginning": "receipt", "name": "rejection"}, user=office.drafter).status == 422
    assert page.post(base, {"beginning": "receipt", "name": "note"}, user=office.drafter).status == 302
    design.refresh_from_db()
    data = {"revision": design.revision, "do": "remove"}
    assert page.post(address(design, "note"), data, user=office.drafter).status == 302
    design.refresh_from_db()
    assert "note" not in design.source["notices"]


def test_what_another_person_changed_is_not_overwritten(page: Pages, office: Office, design: Design) -> None:
    post(page, office, design)
    data = {**FORM, "revision": 1, "do": "save", "b-1-text": "別の文"}
    refused = page.post(address(design), data, user=office.drafter)
    assert refused.status == 422
    assert "別の文" in refused.html
    assert post(page, office, design, "delete:99").status == 400


@pytest.mark.parametrize("path", ["", "preview/"])
def test_others_may_not_change_a_notice(page: Pages, office: Office, design: Design, path: str) -> None:
    assert page.post(address(design, path=path), FORM).status == 302
    assert page.post(address(design, path=path), FORM, user=office.stranger).status == 404
    assert page.get(address(design, "none"), user=office.drafter).status == 404


def test_notice_goes_out_in_the_round_that_is_chosen(page: Pages, office: Office, design: Design) -> None:
    facts = {**design.source["facts"], "rounds": [{"key": "final", "title": "額の確定"}]}
    actions.save_part(design_id=design.id, part="facts", value=facts, revision=1, actor=by(office.drafter), at=AT)
    assert "「額の確定」で承認しなかったとき" in page.get(address(design), user=office.drafter)
    assert post(page, office, design, outcomes="final_reject").status == 302
    design.refresh_from_db()
    assert design.source["facts"]["notices"]["final_reject"]["template"] == "rejection"


def test_notice_says_whether_it_names_the_agent(page: Pages, office: Office, design: Design) -> None:
    assert post(page, office, design, agent="omitted", title_easy="出さない紙").status == 302
    design.refresh_from_db()
    spec = design.source["facts"]["notices"]["reject"]
    assert (spec["agent"], spec["title"]["easy"]) == ("omitted", "出さない紙")
    assert post(page, office, design, agent="anybody").status == 302
    design.refresh_from_db()
    assert "agent" not in design.source["facts"]["notices"]["reject"]
