"""What an officer does to a table: each edit gives a new grid, nothing is changed in place. Indexes count from 0."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext as _

from tocho.engines.rules.coverage import heading
from tocho.engines.rules.grid import ROLES, Grid, GridColumn, GridRow, Role, identified
from tocho.engines.rules.plain import Speech, speech_of

T = TypeVar("T")


def with_texts(
    grid: Grid, cells: Mapping[tuple[int, int], str], names: Collection[str] = (), *, speech: Speech | None = None
) -> Grid:
    """The grid with what was typed into cells (row, column), read as FEEL where it was said in words."""
    speech = speech or speech_of(names)
    rows = [
        replace(
            row,
            cells=tuple(
                speech.mean(cells[at, place], column) if (at, place) in cells else text
                for place, (text, column) in enumerate(zip(row.cells, grid.columns, strict=True))
            ),
        )
        for at, row in enumerate(grid.rows)
    ]
    return replace(grid, rows=tuple(rows))


def understood(grid: Grid, names: Collection[str] = (), *, speech: Speech | None = None) -> Grid:
    """The grid with every cell read as FEEL where it was said in words, and with ids: what came from a spreadsheet."""
    cells = {(at, place): text for at, row in enumerate(grid.rows) for place, text in enumerate(row.cells)}
    return identified(with_texts(grid, cells, names, speech=speech))


def renamed(grid: Grid, identity: str) -> Grid:
    """The grid under the id of the table whose place it takes."""
    return replace(grid, id=identity)


def add_row(grid: Grid, at: int | None = None, inputs: Collection[str] = ()) -> Grid:
    """A new row before the row ``at`` (None: last); ``inputs`` fills its conditions, which else ask nothing."""
    given = iter(inputs)
    cells = tuple(next(given, "-") if column.role == "input" else "" for column in grid.columns)
    rows = [*grid.rows]
    rows.insert(len(rows) if at is None else at, GridRow(cells))
    return identified(replace(grid, rows=tuple(rows)))


def copy_row(grid: Grid, at: int) -> Grid:
    """The row once more, below itself."""
    rows = [*grid.rows]
    rows.insert(at + 1, replace(rows[at], id=""))
    return identified(replace(grid, rows=tuple(rows)))


def delete_row(grid: Grid, at: int) -> Grid:
    """The grid without a row."""
    return replace(grid, rows=tuple(row for index, row in enumerate(grid.rows) if index != at))


def move_row(grid: Grid, at: int, by: int) -> Grid:
    """A row moved up (-1) or down (1); at the edge it stays."""
    return replace(grid, rows=_moved(grid.rows, at, at + by))


def add_column(grid: Grid, column: GridColumn) -> Grid:
    """A new column, last of its role; conditions ask nothing yet."""
    place = sum(ROLES.index(each.role) <= ROLES.index(column.role) for each in grid.columns)
    text = "-" if column.role == "input" else ""
    columns = (*grid.columns[:place], column, *grid.columns[place:])
    rows = [replace(row, cells=(*row.cells[:place], text, *row.cells[place:])) for row in grid.rows]
    return identified(replace(grid, columns=columns, rows=tuple(rows)))


def copy_column(grid: Grid, place: int) -> Grid:
    """The column once more, to the right of itself, with its cells; an output gets a name of its own."""
    column = replace(grid.columns[place], id="")
    if column.role == "output":
        names = {each.text for each in grid.columns}
        number = next(n for n in range(2, 99) if f"{column.text}{n}" not in names)
        column = replace(column, text=f"{column.text}{number}")
    columns = (*grid.columns[: place + 1], column, *grid.columns[place + 1 :])
    rows = [replace(r, cells=(*r.cells[: place + 1], r.cells[place], *r.cells[place + 1 :])) for r in grid.rows]
    return identified(replace(grid, columns=columns, rows=tuple(rows)))


def change_column(grid: Grid, place: int, column: GridColumn) -> Grid:
    """The head of a column replaced; its role and cells stay."""
    columns = [*grid.columns]
    columns[place] = replace(column, role=columns[place].role, id=columns[place].id)
    return identified(replace(grid, columns=tuple(columns)))


def delete_column(grid: Grid, place: int) -> Grid:
    """The grid without a column and its cells."""
    columns = tuple(column for index, column in enumerate(grid.columns) if index != place)
    rows = [replace(row, cells=(*row.cells[:place], *row.cells[place + 1 :])) for row in grid.rows]
    return replace(grid, columns=columns, rows=tuple(rows))


def move_column(grid: Grid, place: int, by: int) -> Grid:
    """A column moved left (-1) or right (1) among those of its role."""
    to = place + by
    if not 0 <= to < len(grid.columns) or grid.columns[to].role != grid.columns[place].role:
        return grid
    rows = [replace(row, cells=_moved(row.cells, place, to)) for row in grid.rows]
    return replace(grid, columns=_moved(grid.columns, place, to), rows=tuple(rows))


def _moved(items: tuple[T, ...], at: int, to: int) -> tuple[T, ...]:
    if not (0 <= at < len(items) and 0 <= to < len(items)):
        return items
    rest = [*items]
    rest.insert(to, rest.pop(at))
    return tuple(rest)


def undo_target(texts: Collection[str | None]) -> str | None:
    """What a table was before its latest change that has not been undone yet, by all it ever was, the newest first;
    None where there is nothing before. To undo is a change too: pressed again, it goes further back."""
    values: list[str | None] = []
    for text in texts:
        if not values or values[-1] != text:
            values.append(text)
    if not values:
        return None
    oldest = max(index for index, value in enumerate(values) if value == values[0])
    return values[oldest + 1] if oldest + 1 < len(values) else None


# --- what changed


Say = Callable[[str, Grid, int], str]


def as_written(text: str, _grid: Grid, _place: int) -> str:
    """A cell as FEEL has it."""
    return text


def changes(before: Grid, after: Grid, *, say: Say = as_written) -> list[str]:
    """What is different, line by line, for somebody who must agree: columns and rows are followed by their ids.

    :param say: how the text of a cell (of a grid, at a place in its row) reads.
    """
    found = []
    if before.name != after.name:
        found.append(_("表の名前: %(before)s → %(after)s") % {"before": before.name, "after": after.name})
    if before.policy != after.policy:
        found.append(_("当てはめ方: %(before)s → %(after)s") % {"before": before.policy, "after": after.policy})
    found += _column_changes(before, after)
    old = {row.id: (number, row) for number, row in enumerate(before.rows, 1)}
    kept = set()
    for number, row in enumerate(after.rows, 1):
        if row.id in old:
            kept.add(row.id)
            found += _row_changes(number, before, old[row.id][1], after, row, say)
        else:
            cells = "｜".join(say(text, after, place) or "—" for place, text in enumerate(row.cells))
            found.append(_("規則%(row)s（新しい）: %(cells)s") % {"row": number, "cells": cells})
    for identity, (number, _row) in old.items():
        if identity not in kept:
            found.append(_("前の規則%(row)sを削除") % {"row": number})
    order = [row.id for row in after.rows if row.id in old]
    if order != [row.id for row in before.rows if row.id in kept]:
        found.append(_("規則の順番を変更"))
    return found


def _key(column: GridColumn) -> tuple[Role, str]:
    return column.role, column.id or column.label


def _column_changes(before: Grid, after: Grid) -> list[str]:
    old, new = ({_key(column): column for column in grid.columns} for grid in (before, after))
    found = [_("列「%(name)s」を削除") % {"name": heading(column)} for key, column in old.items() if key not in new]
    for key, column in new.items():
        if key not in old:
            found.append(_("列「%(name)s」を追加") % {"name": heading(column)})
        elif column != old[key]:
            found.append(_("列「%(name)s」の設定を変更") % {"name": heading(column)})
    return found


def _row_changes(number: int, before: Grid, old: GridRow, after: Grid, new: GridRow, say: Say) -> list[str]:
    places = {_key(column): place for place, column in enumerate(before.columns)}
    words = _("規則%(row)sの「%(column)s」: %(before)s → %(after)s")
    found = []
    for place, (column, text) in enumerate(zip(after.columns, new.cells, strict=True)):
        was = places.get(_key(column))
        if was is None or old.cells[was] == text:
            continue
        sides = {"before": say(old.cells[was], before, was) or "—", "after": say(text, after, place) or "—"}
        found.append(words % {"row": number, "column": heading(column), **sides})
    return found
