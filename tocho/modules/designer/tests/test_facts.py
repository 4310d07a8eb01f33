"""The facts page: exact when nothing is changed, nothing lost when something is wrong."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.forms import FactsForm
from tocho.modules.designer.models import Design
from tocho.modules.procedures.api import ProcedureFacts, read_folder
from tocho.ui.testing import Pages

from .factories import make_design

CITY = Path(settings.BASE_DIR) / "city" / "procedures"


def unchanged(form: FactsForm) -> dict[str, Any]:
    """What a browser sends when nothing is changed."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.field.prepare_value(bound.initial)
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            sent |= {f"{bound.html_name}_{code}": text for code, text in zip(bound.field.codes, parts, strict=True)}
        elif value not in (None, False):
            sent[bound.html_name] = "on" if value is True else value
    return sent


@pytest.mark.parametrize("folder", sorted(path.name for path in CITY.iterdir() if path.is_dir()))
def test_facts_that_nobody_changes_stay_exactly_as_they_are(folder: str) -> None:
    facts = read_folder(CITY / folder)["facts"]
    form = FactsForm(facts, offices=[], data=unchanged(FactsForm(facts, offices=[])))
    assert form.is_valid(), form.errors
    assert form.facts() == facts


def test_every_fact_of_the_model_stands_on_the_page() -> None:
    form = FactsForm({}, offices=[])
    shown = {item.name for section in form.sections() for item in section.items}
    assert shown == set(ProcedureFacts.model_fields) - {"key"}


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    return make_design(office.drafter, unit=UNIT)


@pytest.mark.django_db
def test_facts_are_saved_and_shown(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/facts/"
    assert "徴収課" in page.get(address, user=office.drafter)
    facts = design.source["facts"]
    data = unchanged(FactsForm(facts, offices=[]))
    data |= {"revision": "1", "title_ja": "新しい名前", "title_en": "New name", "standard_days": "7"}
    data |= {
        "sources-0-fact": "手数料",
        "sources-0-source": "条例別表",
        "bring_ja": "写真\nはがき",
        "bring_en": "Photo",
    }
    assert page.post(address, data, user=office.drafter).location == address
    design.refresh_from_db()
    saved = design.source["facts"]
    assert saved["title"] == {"ja": "新しい名前", "en": "New name"}
    assert saved["bring"] == [{"ja": "写真", "en": "Photo"}, "はがき"]
    assert saved["sources"] == [{"fact": "手数料", "source": "条例別表"}]
    ProcedureFacts.model_validate(saved)


COSIGN = {
    "cosign.when": "after", "cosign.order": "serial", "cosign.days": "21",
    "cosign.roles-0-key": "neighbour", "cosign.roles-0-title.ja": "隣の人", "cosign.roles-0-title.en": "Neighbour",
    "cosign.roles-0-least": "1", "cosign.roles-0-most": "5", "cosign.roles-0-level": "link",
    "cosign.roles-0-declaration.ja": "同意します。", "cosign.roles-0-declaration.en": "I agree.",
}  # fmt: skip


@pytest.mark.django_db
def test_cosigners_are_built_without_json(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/facts/"
    assert "署名する役" in page.get(address, user=office.drafter)
    data = unchanged(FactsForm(design.source["facts"], offices=[])) | {"revision": "1"}
    wrong = page.post(address, data | COSIGN | {"cosign.days": "900"}, user=office.drafter)
    assert (wrong.status, wrong.fields["cosign.roles-0-key"]) == (422, "neighbour")
    assert page.post(address, data | COSIGN, user=office.drafter).status == 302
    design.refresh_from_db()
    cosign = ProcedureFacts.model_validate(design.source["facts"]).cosign
    assert cosign is not None
    assert (cosign.when, cosign.order, cosign.days) == ("after", "serial", 21)
    assert [(role.key, role.least, role.level, role.most) for role in cosign.roles] == [("neighbour", 1, "link", 5)]
    data = unchanged(FactsForm(design.source["facts"], offices=[])) | {"revision": "2"}
    gone = {name: "" for name in data if name.startswith("cosign.roles-")}
    assert page.post(address, data | gone, user=office.drafter).status == 302
    design.refresh_from_db()
    assert "cosign" not in design.source["facts"]


@pytest.mark.django_db
def test_a_municipality_works_at_the_same_time(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/facts/"
    data = unchanged(FactsForm(design.source["facts"], offices=[])) | {"revision": "1"}
    data |= {"via-0-municipality": "applicant_city", "via-0-mode": "parallel", "via-0-days": "5", "via-0-steps": "who"}
    assert page.post(address, data, user=office.drafter).status == 302
    design.refresh_from_db()
    via = {"municipality": "applicant_city", "mode": "parallel", "days": 5, "steps": ["who"]}
    assert design.source["facts"]["via"] == via


@pytest.mark.django_db
def test_facts_keep_what_was_typed(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/facts/"
    data = unchanged(FactsForm(design.source["facts"], offices=[])) | {"revision": "1"}
    wrong = page.post(address, {**data, "standard_days": "三日", "title_ja": "書きかけ"}, user=office.drafter)
    assert (wrong.status, wrong.fields["standard_days"], wrong.fields["title_ja"]) == (422, "三日", "書きかけ")
    page.post(address, {**data, "title_ja": "先の人"}, user=office.drafter)
    late = page.post(address, {**data, "title_ja": "後の人"}, user=office.drafter)
    assert (late.status, late.fields["title_ja"], late.fields["revision"]) == (409, "後の人", "2")


@pytest.mark.django_db
def test_facts_preview_shows_what_is_typed(page: Pages, office: Office, design: Design) -> None:
    data = unchanged(FactsForm(design.source["facts"], offices=[])) | {"summary_ja": "とても短い概要です。"}
    address = f"/desk/designer/{design.id}/facts/preview/"
    assert "とても短い概要です。" in page.post(address, data, user=office.drafter, htmx=True)
    assert page.post(address, data, user=office.stranger).status == 404


@pytest.mark.django_db
def test_what_is_found_about_a_fact_stands_beside_it(page: Pages, office: Office, design: Design) -> None:
    """Errors and what the guideline asks for; explained away it is not said any more."""
    address = f"/desk/designer/{design.id}/facts/"
    source = design.source
    source["facts"] = {**source["facts"], "standard_days": 0, "sources": [], "category": None}
    Design.objects.filter(id=design.id).update(source=source)

    def remarks(name: str) -> str:
        found = page.get(address, user=office.drafter).tree.find(f".//*[@id='remarks-{name}']")
        return "" if found is None else " ".join("".join(found.itertext()).split())

    assert "確かめるところ 標準処理期間がありません。" in remarks("standard_days")
    assert "事実の出典がありません。" in remarks("sources")
    assert remarks("category").startswith("直すところ")
    assert "英語がありません" in remarks("summary")
    html = page.get(address, user=office.drafter).html
    assert 'href="#fact-category"' in html
    assert "id_standard_days_helptext remarks-standard_days" in html
    why = {"reason": "即日に決まる"}
    page.post(f"/desk/designer/{design.id}/check/period/", why, user=office.drafter)
    assert "標準処理期間" not in remarks("standard_days")
