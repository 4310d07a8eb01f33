"""What comes back from the page of a table (``rules/_grid.html``): the cells that were typed, the button pressed."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from tocho.engines.rules import edits
from tocho.engines.rules.faults import faults_of
from tocho.engines.rules.grid import POLICIES, Grid, GridColumn, clean_text
from tocho.engines.rules.plain import Speech
from tocho.engines.rules.sheets import MAX_ROWS, MAX_TEXT
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

CELL = re.compile(r"c-(\d{1,4})-(\d{1,3})")
NEW_COLUMNS = {
    "input": GridColumn("input", "", "", ""),
    "output": GridColumn("output", "", "", ""),
    "note": GridColumn("note", "備考"),
}
ROW_ACTS: dict[str, Callable[[Grid, int], Grid]] = {
    "row_up": lambda grid, at: edits.move_row(grid, at, -1),
    "row_down": lambda grid, at: edits.move_row(grid, at, 1),
    "row_copy": edits.copy_row,
    "row_add": lambda grid, at: edits.add_row(grid, at),
    "row_delete": edits.delete_row,
}
COLUMN_ACTS: dict[str, Callable[[Grid, int], Grid]] = {
    "column_left": lambda grid, at: edits.move_column(grid, at, -1),
    "column_right": lambda grid, at: edits.move_column(grid, at, 1),
    "column_copy": edits.copy_column,
    "column_delete": edits.delete_column,
}


class UnknownPress(ValueError):
    """The button is none of those that the page has."""


def typed(grid: Grid, posted: Mapping[str, str], speech: Speech) -> Grid:
    """The grid with the cells, title and hit policy that were posted; what is missing stays as it is."""
    cells = {
        (int(found[1]), int(found[2])): text[:MAX_TEXT]
        for key, text in posted.items()
        if (found := CELL.fullmatch(key)) and isinstance(text, str)
    }
    policy = posted.get("policy", grid.policy)
    title = clean_text(posted.get("title", "")).strip()[:200] or grid.name
    return replace(
        edits.with_texts(grid, cells, speech=speech),
        policy=policy if policy in POLICIES else grid.policy,
        name=title,
    )


def split(press: str) -> tuple[str, str]:
    """The act of a button and where: ``row_up:3``."""
    act, _colon, where = press.partition(":")
    return act, where


def pressed(act: str, where: str, grid: Grid, *, has_columns: bool = True) -> tuple[Grid, str]:
    """The grid after a button that changes it, and what to say.

    :param has_columns: whether columns may be changed too.
    :raises UnknownPress: there is no such button. :raises Refused: the table would have too many rules.
    """
    if act == "fill":
        return _bounded(edits.add_row(grid, inputs=where.split("\t"))), _("規則を追加しました。結果を書いてください。")
    if has_columns and act == "column_add" and where in NEW_COLUMNS:
        added = edits.add_column(grid, NEW_COLUMNS[where])
        return added, _("列を追加しました。見出しを押して、内容を決めてください。")
    place, change = whole_number(where), ROW_ACTS.get(act) or (COLUMN_ACTS.get(act) if has_columns else None)
    most = len(grid.rows) + (act == "row_add") if act in ROW_ACTS else len(grid.columns)
    if change is None or place is None or place >= most:
        raise UnknownPress(act)
    return _bounded(change(grid, place)), _("保存しました。")


def _bounded(grid: Grid) -> Grid:
    if len(grid.rows) > MAX_ROWS:
        raise Refused(_("規則は%(rows)s行までです。") % {"rows": MAX_ROWS})
    return grid


def cell_alone(
    grid: Grid, place: int, text: str, names: Collection[str], speech: Speech
) -> tuple[str, tuple[str, ...]]:
    """What a text means in a column, as FEEL, and what is wrong with it there."""
    column = grid.columns[place]
    feel = speech.mean(text[:MAX_TEXT], column)
    row = replace(edits.add_row(replace(grid, columns=(column,), rows=())).rows[0], cells=(feel,))
    alone = replace(grid, columns=(column,), rows=(row,), policy="FIRST")
    return feel, tuple(fault.message for fault in faults_of(alone, names=names) if fault.row == 1)
