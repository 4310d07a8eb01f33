"""What follows on what, and how long, without a database."""

from datetime import date

import pytest

from tocho.modules.records.models import RecordFile
from tocho.modules.records.rules import HELD_BACK, MOVES, period, refusal_to_move, state_on


def test_every_state_is_known_and_two_are_final() -> None:
    assert set(MOVES) == set(RecordFile.State.values)
    assert {state for state, following in MOVES.items() if not following} == {"transferred", "disposed"}


@pytest.mark.parametrize(
    ("retention", "closed_on", "begins", "ends"),
    [
        ("y3", date(2020, 3, 31), date(2020, 4, 1), date(2023, 3, 31)),
        ("y3", date(2020, 4, 1), date(2021, 4, 1), date(2024, 3, 31)),
        ("y30", date(2020, 11, 20), date(2021, 4, 1), date(2051, 3, 31)),
        ("long", date(2020, 11, 20), date(2021, 4, 1), date(2051, 3, 31)),
        ("under_1", date(2020, 11, 20), date(2020, 11, 20), date(2021, 3, 31)),
    ],
)
def test_the_period_begins_in_april(retention: str, closed_on: date, begins: date, ends: date) -> None:
    assert period(retention, closed_on) == (begins, ends)


@pytest.mark.parametrize(
    ("state", "on", "then"),
    [
        ("closed", date(2021, 3, 31), "closed"),
        ("closed", date(2021, 4, 1), "retained"),
        ("retained", date(2024, 3, 31), "retained"),
        ("retained", date(2024, 4, 1), "due"),
        ("closed", date(2024, 4, 1), "due"),
        ("extended", date(2024, 4, 1), "due"),
        ("disposal_review", date(2024, 4, 1), "disposal_review"),
    ],
)
def test_what_time_brings(state: str, on: date, then: str) -> None:
    assert state_on(state, starts_on=date(2021, 4, 1), ends_on=date(2024, 3, 31), on=on) == then


def test_a_hold_keeps_from_every_end_and_from_nothing_else() -> None:
    for state, following in MOVES.items():
        for to in following:
            assert bool(refusal_to_move(state, to, holds=1)) is (to in HELD_BACK)
            assert refusal_to_move(state, to, holds=0) == ""
    assert refusal_to_move("current", "disposed", holds=0)
