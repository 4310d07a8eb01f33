"""All faults at once, each where it is mended."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from tocho.modules.designer.definitions import problems, tolerant_form
from tocho.modules.procedures.api import read_folder
from tocho.modules.procedures.tests.factories import FORM, source

CITY = Path(settings.BASE_DIR) / "city" / "procedures"


@pytest.mark.django_db
@pytest.mark.parametrize("folder", sorted(path.name for path in CITY.iterdir() if path.is_dir()))
def test_the_procedures_of_the_city_have_no_errors(folder: str) -> None:
    call_command("load_processes", CITY.parent / "processes", verbosity=0)  # those that others call
    assert [one for one in problems(read_folder(CITY / folder)) if one.is_error] == []


def test_every_fault_is_listed_not_only_the_first() -> None:
    faulty = source(rules={"fee": "<definitions"})
    form = faulty["form"] = deepcopy(FORM)
    form["steps"][0]["fields"][0]["choices"] = []
    form["steps"][0]["fields"][1]["condition"] = 'later = "free"'
    form["steps"][1]["fields"][0]["colour"] = "red"
    form["steps"][1]["fields"][1]["key"] = "copies"
    form["computed"].append({"key": "Fee", "expression": "1"})
    del faulty["facts"]["summary"]
    faulty["facts"]["standard_days"] = "three"
    faulty["process"] = "<bpmn"
    found = {(one.part, one.place) for one in problems(faulty) if one.is_error}
    assert {place for part, place in found if part == "form"} == {
        "steps[0].fields[0].choices",
        "steps[0].fields[1].condition",
        "steps[1].fields[0]",
        "steps[1].fields[1].key",
        "computed[1].key",
    }
    assert {place for part, place in found if part == "facts"} == {"summary", "standard_days"}
    assert {"rules/fee", "process"} < {part for part, _place in found}


BROKEN: list[Any] = [
    {},
    {"steps": []},
    {"steps": 3},
    {"steps": [{}]},
    {"steps": [3]},
    {"steps": [{"key": "A", "title": "", "fields": []}]},
    {"steps": [{"key": "a", "title": "あ", "fields": [{"key": "b"}, 3, {"type": "text"}]}]},
    {**FORM, "title": "", "schema_version": 2, "colour": "red"},
    {**FORM, "computed": 3, "declaration": {}},
]


@pytest.mark.parametrize("form", BROKEN, ids=str)
def test_no_form_is_too_broken_to_be_listed(form: Any) -> None:
    _form, found = tolerant_form(form)
    assert found
    assert len(found) < 20
