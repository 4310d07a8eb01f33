"""The values of one input column cut into pieces, within each of which every cell gives the same answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from tocho.engines.rules.cells import between
from tocho.engines.rules.feel.code import Test
from tocho.engines.rules.feel.functions.conversion import feel_text
from tocho.engines.rules.feel.functions.times import duration_text
from tocho.engines.rules.feel.values import Value, YearsMonths

TYPES: Mapping[str, type] = {"number": Decimal, "string": str, "boolean": bool, "date": date}
ANY = object()  # the sample of a column about which nothing is known


@dataclass(frozen=True, slots=True)
class Domain:
    """What values a name can have, as far as is known: FEEL tests that all of them pass, and whether numbers are
    whole. Made from the form that asks for them."""

    tests: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A point (``low`` is ``high``) or an open interval (None: without end), with a value of it and the mask of the
    rows whose cell it satisfies (bit n: the row of index n)."""

    low: Value
    high: Value
    sample: Value
    rows: int

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


def pieces_of(tests: Sequence[tuple[Test, int]], kind: str, *, domain: Test | None, whole: bool) -> list[Piece]:
    """The pieces of a column, in order, of the values that it can have.

    :param tests: the distinct cells that look at the value alone, each with the mask of its rows.
    :param domain: the test that the values pass; None where any value may come.
    """

    def ask(value: Value) -> int:
        return sum(rows for test, rows in tests if test.run(value, {}) is True)

    points = {point for test, _rows in tests for point in test.constants or ()}
    points |= {*((domain and domain.constants) or ())}
    wanted = TYPES.get(kind.rpartition(":")[2])
    if wanted is bool or (wanted is None and any(type(point) is bool for point in points)):
        found = [Piece(value, value, value, ask(value)) for value in (True, False)]
    else:
        types = {wanted} if wanted else {type(point) for point in points} - {type(None)}
        found = [
            piece
            for each in sorted(types, key=str)
            for piece in _cut(sorted(point for point in points if type(point) is each), ask, whole=whole)
        ]
    found = [piece for piece in found if domain is None or domain.run(piece.sample, {}) is True]
    if not found and domain is None:
        return [Piece(None, None, ANY, ask(ANY))]
    return _merged_texts(found)


def _cut(points: list[Value], ask: Callable[[Value], int], *, whole: bool) -> list[Piece]:
    """Points and the intervals between them; an interval without a value in it is left out."""
    if not points:
        return []
    found = []
    for low, high in zip([None, *points], [*points, None], strict=True):
        if low is not None:
            found.append(Piece(low, low, low, ask(low)))
        sample = _inside(low, high, whole=whole)
        if sample is not None:
            found.append(Piece(low, high, sample, ask(sample)))
    return found


def _inside(low: Value, high: Value, *, whole: bool) -> Value:
    """A value of an open interval that reads well: a whole number where there is one."""
    if type(high if low is None else low) is Decimal:
        near = high.to_integral_value(ROUND_FLOOR) if low is None else low.to_integral_value(ROUND_FLOOR) + 1
        near = near - 1 if low is None and near == high else near
        if (low is None or low < near) and (high is None or near < high):
            return near
        if whole:
            return None
    return between(low, high)


def _merged_texts(pieces: list[Piece]) -> list[Piece]:
    """Texts beyond those that are named are one piece where all cells treat them alike, as they mostly do."""
    others = [piece for piece in pieces if type(piece.sample) is str and not piece.is_point]
    if len(others) < 2 or len({piece.rows for piece in others}) > 1:
        return pieces
    rest = replace(others[-1], low=None, high=None)
    return [*(piece for piece in pieces if piece not in others), rest]


# --- pieces as the text of a cell


def cell_of(pieces: Sequence[Piece], chosen: Sequence[int]) -> str:
    """The FEEL cell that the chosen pieces satisfy and the others of the column do not."""
    if len(chosen) == len(pieces):
        return "-"
    picked = {*chosen}
    if any(type(piece.sample) is str and piece.low is piece.high is None for piece in pieces):
        return _texts(pieces, picked)
    parts, run = [], list[int]()
    for index in range(len(pieces) + 1):
        if index in picked and (not run or _touch(pieces[run[-1]], pieces[index])):
            run.append(index)
        elif run:
            parts.append(_interval(pieces[run[0]], pieces[run[-1]]))
            run = [index] if index in picked else []
    return ", ".join(parts)


def _touch(before: Piece, after: Piece) -> bool:
    """Whether two neighbours are one stretch; truth values and texts that are listed are not."""
    return type(before.sample) is type(after.sample) and type(before.sample) not in (bool, str)


def _texts(pieces: Sequence[Piece], picked: set[int]) -> str:
    rest = next(index for index, piece in enumerate(pieces) if piece.low is piece.high is None)
    named = [index for index in range(len(pieces)) if (index in picked) is not (rest in picked) and index != rest]
    listed = ", ".join(feel_of(pieces[index].low) for index in named)
    return f"not({listed})" if rest in picked else listed


def _interval(first: Piece, last: Piece) -> str:
    if first.is_point and first == last:
        return feel_of(first.low)
    if first.low is None:
        return f"{'<=' if last.is_point else '<'} {feel_of(last.high)}"
    if last.high is None:
        return f"{'>=' if first.is_point else '>'} {feel_of(first.low)}"
    brackets = ("[" if first.is_point else "("), ("]" if last.is_point else ")")
    return f"{brackets[0]}{feel_of(first.low)}..{feel_of(last.high)}{brackets[1]}"


def feel_of(value: Value) -> str:
    """A value as FEEL source that gives it back."""
    if type(value) is date:
        return f'date("{value.isoformat()}")'
    if type(value) in (timedelta, YearsMonths):
        return f'duration("{duration_text(value)}")'
    return feel_text(value)
