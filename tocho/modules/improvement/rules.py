"""Pure: what a mean says, which states follow, which words may be told."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

FOLLOWS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"planned", "done", "declined"}),
    "planned": frozenset({"open", "done", "declined"}),
    "done": frozenset(),
    "declined": frozenset({"open"}),
}
ENOUGH = 5  # fewer reviews than this say nothing in public
LONGEST_WORDS = 2000


def may_follow(state: str, new: str) -> bool:
    """Whether an item may go from one state to another; what is done is done, a further wish is another item."""
    return new in FOLLOWS[state]


def mean_of(counts: Mapping[int, int]) -> Decimal | None:
    """The mean of ratings to one digit, half up; None where nobody rated.

    :param counts: how many gave each level, 1 to 5.
    """
    total = sum(counts.values())
    if not total:
        return None
    summed = sum(level * count for level, count in counts.items())
    return (Decimal(summed) / total).quantize(Decimal("0.1"), ROUND_HALF_UP)


def is_telling(counts: Mapping[int, int]) -> bool:
    """Whether there are enough reviews to show a mean in public."""
    return sum(counts.values()) >= ENOUGH
