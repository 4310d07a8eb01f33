from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.modules.improvement.rules import FOLLOWS, is_telling, may_follow, mean_of


def test_mean_is_rounded_half_up() -> None:
    assert mean_of({4: 19, 5: 1}) == Decimal("4.1")  # 4.05
    assert mean_of({}) is None


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 10_000)))
def test_mean_lies_among_the_levels(counts: dict[int, int]) -> None:
    mean = mean_of(counts)
    assert mean is None or Decimal("1.0") <= mean <= Decimal("5.0")


def test_few_reviews_say_nothing() -> None:
    assert not is_telling({5: 4})
    assert is_telling({5: 4, 1: 1})


@pytest.mark.parametrize("state", FOLLOWS)
def test_what_is_done_stays_done(state: str) -> None:
    assert not may_follow("done", state)
    assert not may_follow(state, state)
