"""What follows on what, without a database."""

from datetime import date
from typing import Any

import pytest

from tocho.modules.seals.definitions import BY_KEY, COLUMNS, CellRefused, cell, read_cell
from tocho.modules.seals.models import State
from tocho.modules.seals.rules import MOVES, class_of, problems, refusal_to_move, settled_state

ON = date(2020, 11, 20)


def values(**given: Any) -> dict[str, Any]:
    whole = {"unit": "A", "affair": "申請", "document": "申請書", "basis": "regulation", "basis_text": "規則第1条"}
    whole |= {"disposition": "abolish", "substitute": "", "state": "classified", "rule": None, "planned_on": None}
    return {**whole, "retained_reason": "", "review_on": None, **given}


def test_every_state_is_known_and_only_what_is_taken_out_is_final() -> None:
    assert set(MOVES) == set(State.values)
    assert {to for following in MOVES.values() for to in following} <= set(State.values)
    assert [state for state, following in MOVES.items() if not following] == ["removed"]


@pytest.mark.parametrize(
    ("basis", "disposition", "state"),
    [
        ("habit", "abolish", "abolished"),
        ("none", "digital", "abolished"),
        ("habit", "certificate", "classified"),
        ("regulation", "abolish", "classified"),
        ("regulation", "", "surveyed"),
    ],
)
def test_a_habit_falls_at_once(basis: str, disposition: str, state: str) -> None:
    assert settled_state(values(basis=basis, disposition=disposition, state="surveyed")) == state


def test_what_goes_on_already_is_not_settled_anew() -> None:
    assert settled_state(values(basis="habit", state="retained")) == "retained"


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"basis_text": ""}, "basis_text"),
        ({"basis": "habit", "disposition": "by_law"}, "disposition"),
        ({"disposition": ""}, "disposition"),
        ({"disposition": "digital"}, "substitute"),
        ({"affair": ""}, "affair"),
    ],
)
def test_what_a_requirement_may_not_say(given: dict[str, Any], column: str) -> None:
    assert [key for key, _reason in problems(values(**given))] == [column]


@pytest.mark.parametrize(
    ("given", "to", "amended_on", "is_refused"),
    [
        ({}, "abolished", None, True),
        ({"basis": "habit", "basis_text": ""}, "abolished", None, False),
        ({}, "planned", None, True),
        ({"rule": 1, "planned_on": ON}, "planned", None, False),
        ({"rule": 1, "planned_on": ON, "disposition": "by_law"}, "planned", None, True),
        ({"state": "planned"}, "rule_amended", None, True),
        ({"state": "planned"}, "rule_amended", date(2020, 11, 21), True),
        ({"state": "planned"}, "rule_amended", ON, False),
        ({"state": "rule_amended"}, "abolished", ON, False),
        ({}, "retained", None, True),
        ({"retained_reason": "儀礼", "review_on": ON}, "retained", None, True),
        ({"retained_reason": "儀礼", "review_on": date(2021, 4, 1)}, "retained", None, False),
        ({}, "state_request", None, True),
        ({"basis": "law", "disposition": "by_law"}, "state_request", None, False),
        ({"state": "abolished"}, "classified", None, True),
    ],
)
def test_moves(given: dict[str, Any], to: str, amended_on: date | None, is_refused: bool) -> None:
    assert bool(refusal_to_move(values(**given), to, amended_on=amended_on, on=ON)) is is_refused


@pytest.mark.parametrize(
    ("state", "disposition", "name"),
    [
        ("abolished", "abolish", "abolished"),
        ("planned", "digital", "to_abolish"),
        ("state_request", "by_law", "by_law"),
        ("surveyed", "", "unclassified"),
    ],
)
def test_how_the_report_counts(state: str, disposition: str, name: str) -> None:
    assert class_of(state, disposition) == name


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("seal", "公印", "official"),
        ("substitute", "廃止", "nothing"),
        ("volume", "1,200件", 1200),
        ("volume", "不明", None),
        ("number", "s-00012", 12),
        ("is_main", "○", True),
        ("affair", " 休暇　の 申請 ", "休暇 の 申請"),
    ],
)
def test_cells_are_read_as_people_write_them(key: str, text: str, value: Any) -> None:
    assert read_cell(BY_KEY[key], text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [("seal", "はんこ"), ("volume", "たくさん"), ("number", "12番"), ("affair", ""), ("affair", "あ\x00")],
)
def test_cells_that_mean_nothing_say_so(key: str, text: str) -> None:
    with pytest.raises(CellRefused):
        read_cell(BY_KEY[key], text)


def test_what_is_written_is_read_back() -> None:
    said = {"number": "S-00012", "seal": "official", "basis": "habit", "volume": 0, "is_main": True, "affair": "表彰"}
    for column in COLUMNS:
        if column.key in said and column.key != "number":
            assert read_cell(column, str(cell(column, said[column.key]))) == said[column.key]
