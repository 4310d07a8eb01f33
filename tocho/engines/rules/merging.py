"""Two people changed the same table: what each did to the version that both began with, in one grid.

Cell by cell, heading by heading, by the ids of rows and columns. Where only one of them changed something, that change
stands; where both did and not in the same way, ``mine`` stands and is told as a conflict. Nothing that either changed
goes without a word.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tocho.engines.rules.coverage import heading
from tocho.engines.rules.edits import Say, as_written
from tocho.engines.rules.grid import ROLES, Grid, GridColumn, GridRow, Role, identified

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Key = tuple[Role, str]
SETTINGS = ("label", "text", "kind", "default")


@dataclass(frozen=True, slots=True)
class Merge:
    """One grid of two, and in words where both had changed the same: of each what stands in it, and what does not."""

    grid: Grid
    conflicts: tuple[str, ...]


def merged(base: Grid, theirs: Grid, mine: Grid, *, say: Say = as_written) -> Merge:
    """What ``mine`` changed of ``base``, done to ``theirs``.

    :param say: how the text of a cell (of a grid, at a place in its row) reads.
    """
    return _Merging(base, theirs, mine, say).done()


def _key(column: GridColumn) -> Key:
    return column.role, column.id or column.label


def _three(base: T, theirs: T, mine: T) -> tuple[T, bool]:
    """What stands, and whether both changed it otherwise."""
    if mine in (base, theirs):
        return theirs, False
    return mine, theirs != base


class _Merging:
    def __init__(self, base: Grid, theirs: Grid, mine: Grid, say: Say) -> None:
        self.base, self.theirs, self.mine = base, theirs, _with_own_ids(base, theirs, mine)
        self.say = say
        self.conflicts: list[str] = []
        self.rows = [{row.id: row for row in grid.rows} for grid in (self.base, self.theirs, self.mine)]
        self.places = [
            {_key(column): place for place, column in enumerate(grid.columns)}
            for grid in (self.base, self.theirs, self.mine)
        ]

    def done(self) -> Merge:
        name = self._one(_("表の名前"), self.base.name, self.theirs.name, self.mine.name)
        policy = self._one(_("当てはめ方"), self.base.policy, self.theirs.policy, self.mine.policy)
        columns = self._columns()
        rows = tuple(
            GridRow(tuple(self._cell(identity, number, column) for column in columns), identity)
            for number, identity in enumerate(self._order(), 1)
        )
        grid = replace(self.theirs, name=name, policy=policy, columns=columns, rows=rows)
        return Merge(identified(grid), tuple(self.conflicts))

    def _one(self, what: str, base: str, theirs: str, mine: str) -> str:
        found, clashes = _three(base, theirs, mine)
        if clashes:
            self._tell(what, mine, theirs)
        return found

    def _tell(self, what: str, mine: str, theirs: str) -> None:
        words = _("%(what)s: この案「%(mine)s」、合わせる表「%(theirs)s」。この案のままにしました。")
        self.conflicts.append(words % {"what": what, "mine": mine or "—", "theirs": theirs or "—"})

    # --- columns

    def _columns(self) -> tuple[GridColumn, ...]:
        base, theirs, mine = ({_key(column): column for column in grid.columns} for grid in self._grids())
        found = []
        for key in [*theirs, *(one for one in mine if one not in theirs)]:
            sides = [side.get(key) for side in (base, theirs, mine)]
            if (column := self._column(sides)) is not None:
                found.append(column)
        return tuple(sorted(found, key=lambda column: ROLES.index(column.role)))

    def _grids(self) -> tuple[Grid, Grid, Grid]:
        return self.base, self.theirs, self.mine

    def _column(self, sides: Sequence[GridColumn | None]) -> GridColumn | None:
        base, theirs, mine = sides
        if theirs is None or mine is None:
            there = theirs or mine
            if base is None or there is None or there == base:
                return there if base is None else None
            self.conflicts.append(
                _("列「%(name)s」: 一方が消し、一方が直しています。残しました。") % {"name": heading(there)}
            )
            return there
        start = base or theirs
        what = _("列「%(name)s」の設定") % {"name": heading(theirs)}
        settings: dict[str, Any] = {
            name: self._one(what, getattr(start, name), getattr(theirs, name), getattr(mine, name)) for name in SETTINGS
        }
        words = self._united(what, dict(start.words), dict(theirs.words), dict(mine.words))
        return replace(theirs, **settings, words=tuple(words.items()), allowed=_allowed(start, theirs, mine))

    def _united(
        self, what: str, base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]
    ) -> dict[str, str]:
        """How coded values read: each by its code."""
        found = {}
        for code in [*theirs, *(one for one in mine if one not in theirs)]:
            word = self._one(what, base.get(code, ""), theirs.get(code, ""), mine.get(code, ""))
            if word:
                found[code] = word
        return found

    # --- rows

    def _order(self) -> list[str]:
        """The rules that stay: in the order of who moved some, each new one after the rule that it followed."""
        known = [[one for one in side if all(one in other for other in self.rows)] for side in self.rows]
        base, theirs, mine = known
        lead, other = (2, 1) if mine != base == theirs else (1, 2)
        if mine not in (base, theirs) and theirs != base:
            self.conflicts.append(_("規則の順番: 両方が変えています。合わせる表の順番にしました。"))
        order = [*self.rows[lead]]
        before = ""
        for identity in self.rows[other]:
            if identity not in self.rows[lead]:
                order.insert(order.index(before) + 1 if before in order else 0, identity)
            before = identity
        return [identity for identity in order if self._stays(identity)]

    def _stays(self, identity: str) -> bool:
        base, theirs, mine = (side.get(identity) for side in self.rows)
        if base is None or (theirs and mine):
            return True
        there = theirs or mine
        if there is None or self._cells(there, 1 if theirs else 2) == self._cells(base, 0):
            return False
        cells = "｜".join(there.cells)
        self.conflicts.append(_("規則「%(cells)s」: 一方が消し、一方が直しています。残しました。") % {"cells": cells})
        return True

    def _cells(self, row: GridRow, side: int) -> dict[Key, str]:
        """By column, as far as the version both began with has it."""
        return {key: row.cells[place] for key, place in self.places[side].items() if key in self.places[0]}

    def _cell(self, identity: str, number: int, column: GridColumn) -> str:
        key = _key(column)
        texts = [self._text(side, identity, key) for side in range(3)]
        there = [text for text in texts[1:] if text is not None]
        if len(there) < 2:
            return there[0] if there else ("-" if column.role == "input" else "")
        base, theirs, mine = texts
        assert theirs is not None
        assert mine is not None
        found, clashes = _three(base, theirs, mine)
        if clashes and base is not None:
            said = [
                self.say(text, grid, places[key])
                for text, grid, places in zip((mine, theirs), (self.mine, self.theirs), self.places[:0:-1], strict=True)
            ]
            what = _("規則%(row)sの「%(column)s」") % {"row": number, "column": heading(column)}
            self._tell(what, *said)
        assert found is not None
        return found

    def _text(self, side: int, identity: str, key: Key) -> str | None:
        row, place = self.rows[side].get(identity), self.places[side].get(key)
        return row.cells[place] if row is not None and place is not None else None


def _with_own_ids(base: Grid, theirs: Grid, mine: Grid) -> Grid:
    """``mine`` with other ids for new rules that by chance have that of another new rule of ``theirs``."""
    known = {row.id for row in base.rows}
    new = {row.id: row.cells for row in theirs.rows if row.id not in known}
    taken = {row.id for grid in (base, theirs, mine) for row in grid.rows}
    rows = []
    for row in mine.rows:
        if row.id in new and new[row.id] != row.cells:
            fresh = next(f"{row.id}-{n}" for n in range(2, len(taken) + 3) if f"{row.id}-{n}" not in taken)
            taken.add(fresh)
            row = replace(row, id=fresh)
        rows.append(row)
    return replace(mine, rows=tuple(rows))


def _allowed(base: GridColumn, theirs: GridColumn, mine: GridColumn) -> str:
    """The values of a column: where both changed a list of them, with what either added and without what either took
    away."""
    found, clashes = _three(base.allowed, theirs.allowed, mine.allowed)
    if not clashes:
        return found
    old, left, right = (_listed(column.allowed) for column in (base, theirs, mine))
    gone = {one for one in old if one not in left or one not in right}
    return ", ".join(one for one in _unique([*left, *right]) if one not in gone)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _unique(items: Iterable[K]) -> list[K]:
    return list(dict.fromkeys(items))
