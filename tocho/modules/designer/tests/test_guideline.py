"""The checklist: each item finds what it is there for, and nothing in what is right."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tocho.modules.decisions.tests.factories import UNIT, make_office
from tocho.modules.designer.rules.guideline import CHECKS, guideline
from tocho.modules.procedures.api import read_folder
from tocho.ui.testing import Pages

from .factories import make_design

SOURCE = read_folder(Path(settings.BASE_DIR) / "city" / "procedures" / "nozei-shomei")


def found(source: dict[str, Any]) -> dict[str, list[str]]:
    return {check.key: [one.text for one in check.findings] for check in guideline(source)}


def test_what_is_right_finds_nothing() -> None:
    seen = found(SOURCE)
    assert set(seen) == {key for key, _title, _why in CHECKS}
    for key in ("seal", "attachment", "online", "remedy", "period", "law", "fee", "width"):
        assert seen[key] == [], key


FIELD = {"key": "extra", "type": "file", "label": "住民票の写し", "max_mb": 5}
WRONG: list[tuple[str, Any]] = [
    ("seal", lambda s: s["facts"]["bring"].append("代表者の印鑑（実印）")),
    ("attachment", lambda s: s["form"]["steps"][0]["fields"].append(FIELD)),
    ("online", lambda s: s["facts"].update(summary="申請書を窓口へ持参してください。")),
    ("once", lambda s: s["form"]["steps"][2]["fields"][2].pop("prefill", None)),
    ("width", lambda s: s["form"]["steps"][0]["fields"][0].update(label="あ" * 40)),
    ("words", lambda s: s["facts"].update(summary="当該申請に係る書類を速やかに提出されたい。")),
    ("remedy", lambda s: s["notices"].update(rejection="#show: letter")),
    ("period", lambda s: s["facts"].update(standard_days=0)),
    ("law", lambda s: s["facts"].update(law=[])),
    ("english", lambda s: s["facts"].update(title="納税証明書の交付")),
    ("fee", lambda s: s["facts"].update(fee="無料")),
    ("used", lambda s: s["form"]["steps"][0]["fields"].append({"key": "hobby", "type": "text", "label": "趣味"})),
]


@pytest.mark.parametrize(("key", "break_it"), WRONG, ids=[key for key, _break in WRONG])
def test_each_item_finds_its_fault(key: str, break_it: Any) -> None:
    source = deepcopy(SOURCE)
    before = found(source)[key]
    break_it(source)
    assert len(found(source)[key]) > len(before)


@pytest.mark.django_db
def test_check_page_and_an_explained_exception(page: Pages) -> None:
    office = make_office()
    design = make_design(office.drafter, unit=UNIT)
    address = f"/desk/designer/{design.id}/check/"
    assert "公開できる形になっています" in page.get(address, user=office.drafter)
    page.post(address + "english/", {"reason": "都民だけが使う"}, user=office.drafter)
    shown = page.get(address, user=office.drafter)
    assert "都民だけが使う" in shown
    assert page.post(address + "nothing/", {"reason": "x"}, user=office.drafter).status == 404
    assert page.post(address + "english/", {"reason": "x"}, user=office.stranger).status == 404
    assert page.get(address + "english/", user=office.drafter).status == 405
