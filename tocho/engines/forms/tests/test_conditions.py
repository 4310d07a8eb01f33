import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.engines.forms.api import compile_form
from tocho.engines.rules.api import compile_expression

from .factories import ADDRESS, FILE, NAME, form, question, source

CAR = 'kind = "car"'
FORM = form(
    [question("kind", "choice", required=True), question("pet", "yes_no")],
    [question("plate", required=True, condition=CAR), question("area", "number", required='kind = "land"')],
    [question("colour", condition='plate = "1"')],
)


def keys(definition: Any, answers: dict[str, Any]) -> list[str]:
    return [question.key for step in definition.steps for question in definition.asked_in(step, answers)]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ["kind", "pet", "area"]),
        ({"kind": "land"}, ["kind", "pet", "area"]),
        ({"kind": "car"}, ["kind", "pet", "plate", "area"]),
        ({"kind": "car", "plate": "1"}, ["kind", "pet", "plate", "area", "colour"]),
        ({"kind": "land", "plate": "1"}, ["kind", "pet", "area"]),  # a stale answer opens nothing
    ],
)
def test_only_what_applies_is_asked(answers: dict[str, Any], asked: list[str]) -> None:
    assert keys(FORM, answers) == asked


def test_a_step_without_questions_is_skipped() -> None:
    assert [step.key for step in FORM.steps_for({"kind": "land"})] == ["step0", "step1"]
    assert [step.key for step in FORM.steps_for({"kind": "car", "plate": "1"})] == ["step0", "step1", "step2"]


def test_a_condition_of_a_step_counts_for_all_its_questions() -> None:
    data = source([question("kind", "choice")], [question("plate", required=True)])
    data["steps"][1]["condition"] = CAR
    definition = compile_form(data)
    assert keys(definition, {"kind": "land"}) == ["kind"]
    assert definition.clean_all({"kind": "land", "plate": "x"}).values == {"kind": "land"}


def test_required_follows_an_earlier_answer() -> None:
    assert list(FORM.clean_all({"kind": "land"}).errors) == ["area"]
    assert FORM.clean_all({"kind": "car", "plate": "1"}).ok


def test_answers_that_are_asked_no_more_are_dropped() -> None:
    answers = {"kind": "land", "plate": "1", "colour": "red", "area": 3}
    assert FORM.prune(answers) == {"kind": "land", "area": 3}
    assert FORM.clean_all(answers).values == {"kind": "land", "area": 3}
    assert [row.field_key for step in FORM.summary(answers) for row in step.rows] == ["kind", "pet", "area"]


def test_unknown_keys_are_told() -> None:
    assert FORM.clean_all({"kind": "car", "plate": "1", "pla": "1"}).errors == {"pla": ["知らない項目です"]}


def test_step_of_finds_the_question_of_an_error() -> None:
    assert [FORM.step_of(path) for path in ("plate", "colour.0.x", "nothing")] == ["step1", "step2", ""]


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["car", "land", "boat", None]),
        "pet": st.booleans(),
        "plate": st.sampled_from(["1", "2", ""]),
        "area": st.integers(-5, 5) | st.text(max_size=2),
        "colour": st.text(max_size=3),
    },
)


@given(ANSWERS)
def test_what_was_cleaned_stays_clean(answers: dict[str, Any]) -> None:
    first = FORM.clean_all(answers)
    again = FORM.clean_all(first.values)
    assert again.values == first.values == FORM.prune(first.values)
    assert set(again.errors) <= set(first.errors) | {"kind", "plate", "area"}
    json.dumps(first.values)


class Table:
    """A rule table of one expression, as ``compute`` sees it."""

    def __init__(self, text: str) -> None:
        self.expression = compile_expression(text)

    def decide(self, context: Any) -> Any:
        return type("Answer", (), {"value": self.expression(context)})()


def test_values_are_computed_by_expression_and_by_rule() -> None:
    definition = form(
        [question("copies", "number"), question("day", "date")],
        computed=[
            {"key": "fee", "rule": "fee"},
            {"key": "half", "expression": "fee / 16"},
            {"key": "next", "expression": 'day + duration("P1D")'},
            {"key": "all", "expression": "[copies, day]"},
        ],
    )
    rules = {"fee": Table("copies * 400")}
    values = definition.compute({"copies": 3, "day": "2020-11-20"}, rules)
    assert values == {"fee": 1200, "half": 75, "next": "2020-11-21", "all": [3, "2020-11-20"]}
    assert definition.compute({}, rules) == {"fee": None, "half": None, "next": None, "all": [None, None]}
    with pytest.raises(KeyError):
        definition.compute({}, {})


CITY = Path(__file__).parents[4] / "city" / "procedures"
CONTACT = {"applicant_name": NAME, "applicant_phone": "03-5321-1111", "applicant_email": "hanako@example.jp"}
SAMPLES: dict[str, dict[str, Any]] = {
    "nozei-shomei": {
        "tax_kind": "car", "fiscal_year": "2026", "applicant_kind": "individual", "plate_number": "品川 300 あ 12-34",
        "purpose": "inspection", "copies": 1, "applicant_birthday": "1985-04-01", "applicant_address": ADDRESS,
        "identity_document": [FILE], **CONTACT,
    },
    "shisetsu-riyo": {
        "facility": "plaza-room-a", "people": 12, "purpose": "meeting", "purpose_detail": "勉強会", "commercial": False,
        "slot": "1", "slot_label": "12月1日", "applicant_address": ADDRESS, **CONTACT,
    },
    "koza-uketsuke": {
        "course": "course-disaster", "session": "1", "session_label": "12月1日", "attendance": "online", **CONTACT,
    },
}  # fmt: skip
SLOTS = {name: lambda: [("1", "12月1日")] for name in ("facility_slots", "course_sessions")}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_sample_city_takes_a_whole_application(key: str) -> None:
    definition = compile_form((CITY / key / "form.json").read_text())
    result = definition.clean_all(SAMPLES[key], SLOTS)
    assert result.errors == {}
    assert result.values == SAMPLES[key]
    assert len(definition.steps) <= 4
    assert "記入なし" not in str(definition.summary(result.values, "ja")[0])


def texts(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every text of a definition with its place."""
    if isinstance(value, dict) and "ja" not in value:
        named = [(f"{path}.{key}", one) for key, one in value.items()]
        own = [
            (place, one)
            for place, one in named
            if place.rpartition(".")[2] in ("title", "label", "help", "unit", "declaration")
        ]
        return own + [found for place, one in named for found in texts(one, place)]
    return (
        [found for n, one in enumerate(value) for found in texts(one, f"{path}[{n}]")]
        if isinstance(value, list)
        else []
    )


@pytest.mark.parametrize("key", SAMPLES)
def test_the_sample_city_speaks_english(key: str) -> None:
    found = texts(json.loads((CITY / key / "form.json").read_text()))
    assert len(found) > 20
    assert [place for place, text in found if not (isinstance(text, dict) and text.get("en"))] == []
