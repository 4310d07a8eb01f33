"""Which rules a value satisfies in one column, without asking each cell.

Cells that compare with constants can change their answer only at those constants. The constants of a column, in order,
cut the values into regions (each constant, and each gap between two), and all values of one region satisfy the same
cells. A region's rules are a bit mask, so a table decides by one look-up and one ``&`` for each column, however many
rules it has. Cells that look at more than the value are asked every time.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tocho.engines.rules.feel.code import Check, Test
from tocho.engines.rules.feel.values import Scope, Value, YearsMonths


class Cell(NamedTuple):
    """A distinct cell of a column and the rules (bit n: the rule of index n) that have it."""

    test: Test
    rules: int


class CellIndex:
    """The cells of one column, arranged by region."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._static = [cell for cell in cells if cell.test.constants is not None]
        self._dynamic: list[tuple[Check, int]] = [(c.test.run, c.rules) for c in cells if c.test.constants is None]
        by_kind: dict[type, set[Value]] = {}
        for cell in self._static:
            for point in cell.test.constants or ():
                if point is not None:
                    by_kind.setdefault(type(point), set()).add(point)
        self._regions = {kind: Regions(sorted(points), self._ask) for kind, points in by_kind.items()}
        self._null = self._ask(None)

    def rules(self, value: Value, scope: Scope) -> int:
        """The mask of the rules whose cell the value satisfies."""
        if value is None:
            mask = self._null
        else:
            regions = self._regions.get(type(value))
            mask = self._ask(value) if regions is None else regions.rules(value)
        for check, rules in self._dynamic:
            if check(value, scope) is True:
                mask |= rules
        return mask

    def _ask(self, value: Value) -> int:
        mask = 0
        for test, rules in self._static:
            if test.run(value, {}) is True:
                mask |= rules
        return mask


class Regions:
    """The regions that constants of one kind make; a gap's mask is worked out when the first value falls into it."""

    def __init__(self, points: list[Value], ask: Callable[[Value], int]) -> None:
        self._points = points
        self._ask = ask
        self._at_point = {point: ask(point) for point in points}
        self._in_gap: list[int | None] = [None] * (len(points) + 1)

    def rules(self, value: Value) -> int:
        """The mask of the value's region."""
        mask = self._at_point.get(value)
        if mask is None:
            gap = bisect_left(self._points, value)
            mask = self._in_gap[gap]
            if mask is None:
                mask = self._in_gap[gap] = self._ask(value)
        return mask


def between(low: Value, high: Value) -> Value:
    """A value above ``low`` and below ``high`` (None: no bound); None where there is none or it is not known."""
    known = high if low is None else low
    if type(known) is str:
        sample: Value = "" if low is None else low + "\0"
    elif type(known) is bool:
        sample = low is not None
    elif type(known) is YearsMonths:
        sample = YearsMonths(known.months + (1 if low is not None else -1))
    else:
        sample = _beside(known, high, above=low is not None)
    return sample if (low is None or low < sample) and (high is None or sample < high) else None


def _beside(known: Value, high: Value, *, above: bool) -> Value:
    """A number midway to ``high`` or one off, a date a day off, a duration a second off."""
    if type(known) is Decimal:
        return (known + high) / 2 if above and high is not None else known + (1 if above else -1)
    step = timedelta(days=1) if type(known) is date else timedelta(seconds=1)
    try:
        return known + step if above else known - step
    except OverflowError:
        return None
