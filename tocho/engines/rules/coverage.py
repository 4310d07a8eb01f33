"""Gaps, overlaps and rows that can never fire, found before a table is published, each with an example.

Every column's values are cut into pieces (``pieces``); a table is then a set of boxes, and a gap a box that no row
touches. The search goes column by column with the mask of the rows that are still possible, never twice into the same
situation, so that a hundred rows of six columns take milliseconds; beyond ``MAX_STEPS`` it stops and says so. Columns
are taken as independent: a gap may be a case that cannot occur. Cells that look at more than their own value are taken
to match where that keeps a finding silent.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from tocho.engines.rules.answer import shown
from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel.code import Test
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_tests
from tocho.engines.rules.feel.tokens import Names
from tocho.engines.rules.feel.values import Value
from tocho.engines.rules.grid import Grid, GridColumn
from tocho.engines.rules.pieces import ANY, Domain, Piece, cell_of, pieces_of
from tocho.engines.rules.plain import said

MAX_STEPS = 60_000
MAX_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``kind`` is "gap", "overlap", "hidden" (an earlier row always comes first) or "never" (no value that
    can come fits). ``rows`` are counted from 1; ``cells`` are the inputs of the row that would fill a gap; ``example``
    is a value by heading."""

    kind: str
    message: str
    rows: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()
    example: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was found; ``complete`` is False when the search gave up or more was found than is listed."""

    findings: tuple[Finding, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Axis:
    """One input column: its pieces, and the rows whose cell here cannot be judged by the value alone."""

    column: GridColumn
    pieces: tuple[Piece, ...]
    unsure: int


class _TooLong(Exception):
    """The search took more than MAX_STEPS."""


def coverage_of(grid: Grid, *, domains: Mapping[str, Domain] | None = None, names: Collection[str] = ()) -> Coverage:
    """The gaps, overlaps and idle rows of a table whose cells can be read; what cannot is left to ``faults``.

    :param domains: what is known of the values of an expression (mostly a form field), by the expression.
    :param names: names that hold blanks or signs.
    """
    inputs = grid.places("input")
    if not inputs or not grid.rows:
        return Coverage()
    try:
        axes = [_axis(grid, place, (domains or {}).get(grid.columns[place].text), names) for place in inputs]
    except RuleError:
        return Coverage(complete=False)
    never = _never(grid, axes)
    if any(not axis.pieces for axis in axes):
        return Coverage(tuple(never))
    findings = [*never, *_overlaps(grid, axes)]
    complete = True
    try:
        findings += _hidden(grid, axes, {row for finding in never for row in finding.rows})
        gaps = _gaps(grid, axes)
        findings += gaps
        complete = len(gaps) < MAX_FINDINGS
    except _TooLong:
        complete = False
    return Coverage(tuple(findings), complete)


def _axis(grid: Grid, place: int, domain: Domain | None, names: Collection[str]) -> _Axis:
    column = grid.columns[place]
    texts: dict[str, int] = {}
    for bit, row in enumerate(grid.rows):
        texts[row.cells[place]] = texts.get(row.cells[place], 0) | 1 << bit
    read = partial(_test, names=Names(names), functions=names)
    tests = [(read(text), rows) for text, rows in texts.items()]
    allowed = (domain and domain.tests) or column.allowed
    pieces = pieces_of(
        [(test, rows) for test, rows in tests if test.constants is not None],
        column.kind,
        domain=read(allowed) if allowed else None,
        whole=bool(domain and domain.whole),
    )
    return _Axis(column, tuple(pieces), sum(rows for test, rows in tests if test.constants is None))


def _test(text: str, names: Names, functions: Collection[str]) -> Test:
    return Compiler(text, functions=functions).tests(parse_tests(text, names))


# --- what is found


def _never(grid: Grid, axes: Sequence[_Axis]) -> list[Finding]:
    """Rows of which a cell fits no value that can come."""
    found = []
    for bit, _row in enumerate(grid.rows):
        for axis in axes:
            if not any((piece.rows | axis.unsure) >> bit & 1 for piece in axis.pieces):
                message = _("規則%(row)sの「%(column)s」に当てはまる値はありません。この規則は使われません。")
                words = {"row": bit + 1, "column": heading(axis.column)}
                found.append(Finding("never", message % words, (bit + 1,)))
                break
    return found[:MAX_FINDINGS]


def _overlaps(grid: Grid, axes: Sequence[_Axis]) -> list[Finding]:
    """Pairs of rows of a UNIQUE table that one input satisfies; of an ANY table, those that then disagree."""
    if grid.policy not in ("UNIQUE", "ANY"):
        return []
    together = [-1] * len(grid.rows)
    for axis in axes:
        reach = [0] * len(grid.rows)
        for rows in {piece.rows & ~axis.unsure for piece in axis.pieces}:
            for bit in range(rows.bit_length()):
                if rows >> bit & 1:
                    reach[bit] |= rows
        together = [before & now for before, now in zip(together, reach, strict=True)]
    pairs = [(a, b) for a, rows in enumerate(together) for b in range(a + 1, rows.bit_length()) if rows >> b & 1]
    if grid.policy == "ANY":
        outputs = grid.places("output")
        pairs = [(a, b) for a, b in pairs if _cells(grid, a, outputs) != _cells(grid, b, outputs)]
    return [_overlap(grid, axes, a, b) for a, b in pairs[:MAX_FINDINGS]]


def _cells(grid: Grid, row: int, places: Sequence[int]) -> list[str]:
    return [grid.rows[row].cells[place] for place in places]


def _overlap(grid: Grid, axes: Sequence[_Axis], a: int, b: int) -> Finding:
    both = 1 << a | 1 << b
    example = _example(axes, [next(p for p in axis.pieces if p.rows & both == both) for axis in axes])
    message = _("規則%(first)sと同時に当てはまる入力があります（UNIQUE は一つだけ）。")
    if grid.policy == "ANY":
        message = _("規則%(first)sと同時に当てはまる入力があり、結果が違います（ANY はすべて同じ）。")
    given = "、".join(f"{label}が{_shown(value, axis)}" for (label, value), axis in zip(example, axes, strict=True))
    where = _("例: %(given)s。") % {"given": given}
    return Finding("overlap", message % {"first": a + 1} + where, (b + 1, a + 1), (), example)


def _hidden(grid: Grid, axes: Sequence[_Axis], never: set[int]) -> list[Finding]:
    """Rows of a FIRST table that earlier rows cover wholly."""
    if grid.policy != "FIRST":
        return []
    found: list[Finding] = []
    for bit in range(1, len(grid.rows)):
        if bit + 1 in never or len(found) == MAX_FINDINGS:
            continue
        own = [[p.rows & ~axis.unsure for p in axis.pieces if (p.rows | axis.unsure) >> bit & 1] for axis in axes]
        if _uncovered(own, (1 << bit) - 1) is None:
            message = _("規則%(row)sは、それより上の規則がすべての場合に先に当てはまるので、使われません。")
            found.append(Finding("hidden", message % {"row": bit + 1}, (bit + 1,)))
    return found


def _gaps(grid: Grid, axes: Sequence[_Axis]) -> list[Finding]:
    """Boxes of inputs that no row satisfies; none where the table has a default, or collects whatever matches."""
    if grid.policy.startswith(("COLLECT", "RULE", "OUTPUT")):
        return []
    if any(grid.columns[place].default for place in grid.places("output")):
        return []
    masks = [[piece.rows | axis.unsure for piece in axis.pieces] for axis in axes]
    everything = (1 << len(grid.rows)) - 1
    found: list[Finding] = []
    while len(found) < MAX_FINDINGS and (hole := _uncovered(masks, everything)) is not None:
        box = _widened(masks, hole, everything)
        found.append(_gap(axes, box))
        mark = 1 << (len(grid.rows) + len(found) - 1)  # the gap counts as a row from now on
        everything |= mark
        for column, chosen in zip(masks, box, strict=True):
            for index in chosen:
                column[index] |= mark
    return found


def _gap(axes: Sequence[_Axis], box: list[list[int]]) -> Finding:
    cells = tuple(cell_of(axis.pieces, chosen) for axis, chosen in zip(axes, box, strict=True))
    asked = [
        _("「%(label)s」が%(value)s") % {"label": heading(axis.column), "value": said(cell, dict(axis.column.words))}
        for axis, cell in zip(axes, cells, strict=True)
        if cell != "-"
    ]
    case = "、".join(asked) if asked else _("入力がどの値")
    example = _example(axes, [axis.pieces[chosen[0]] for axis, chosen in zip(axes, box, strict=True)])
    return Finding("gap", _("%(case)sのとき、どの規則にも当たりません。") % {"case": case}, (), cells, example)


def _example(axes: Sequence[_Axis], pieces: Sequence[Piece]) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (heading(axis.column), None if piece.sample is ANY else piece.sample)
        for axis, piece in zip(axes, pieces, strict=True)
    )


def _shown(value: Value, axis: _Axis) -> str:
    if value is None:
        return _("何でも")
    if type(value) is str and value.endswith("\0"):
        return _("ほかの値")
    return shown(value, dict(axis.column.words))


def heading(column: GridColumn) -> str:
    """What a column is called: its heading, else its expression or name."""
    return column.label or column.text


# --- the search


def _uncovered(masks: Sequence[Sequence[int]], everything: int) -> list[int] | None:
    """One piece of each column such that no row of ``everything`` satisfies them all; None where there is none.

    :raises _TooLong: the search was given up.
    """
    groups = [{mask & everything: index for index, mask in reversed([*enumerate(column)])} for column in masks]
    order = sorted(range(len(groups)), key=lambda column: len(groups[column]))
    always = [everything] * (len(order) + 1)  # rows that no later column can rule out
    for level in range(len(order) - 1, -1, -1):
        always[level] = always[level + 1]
        for mask in groups[order[level]]:
            always[level] &= mask
    closed: list[set[int]] = [set() for _level in order]
    steps = 0

    def search(level: int, rows: int) -> list[int] | None:
        nonlocal steps
        if not rows:
            return []
        if level == len(order) or rows & always[level] or rows in closed[level]:
            return None
        steps += 1
        if steps > MAX_STEPS:
            raise _TooLong
        for mask, index in sorted(groups[order[level]].items(), key=lambda pair: (pair[0] & rows).bit_count()):
            rest = search(level + 1, rows & mask)
            if rest is not None:
                return [index, *rest]
        closed[level].add(rows)
        return None

    path = search(0, everything)
    if path is None:
        return None
    found = [0] * len(order)
    for column, index in zip(order, path, strict=False):
        found[column] = index
    return found


def _widened(masks: Sequence[Sequence[int]], hole: list[int], everything: int) -> list[list[int]]:
    """The hole made as large as it goes, column by column: a box, as lists of pieces."""
    box = [[index] for index in hole]
    for column, pieces in enumerate(masks):
        others = everything
        for each, chosen in enumerate(box):
            if each != column:
                others &= _any_of(masks[each][index] for index in chosen)
        box[column] = [index for index, mask in enumerate(pieces) if not mask & others]
    return box


def _any_of(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
