"""What the page of a working copy of the authority table shows, and how far back it can be undone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tocho.engines.rules.api import (
    Asked,
    Grid,
    GridPage,
    Version,
    coverage_of,
    edits,
    grid_page,
    names_in,
    presses,
    read_grid,
)

from ..models import AuthoritySheet, SheetRevision
from ..rules.authority import faults_in_cell
from .authority import authority_faults, changes_between
from .routes import lacking_on
from .speech import offered, speech_on

PAGE, HISTORY, UNDONE = 50, 12, 200


@dataclass(frozen=True)
class SheetPage:
    """A working copy in the grid: the rules from one on, what differs from its base, where the parts begin."""

    grid: GridPage
    changes: list[str]
    starts: tuple[tuple[str, str], ...]  # (what, address)
    current: str


def sheet_page(
    sheet: AuthoritySheet, grid: Grid, *, on: date, row: int = 1, reach: int = 0, as_feel: bool = False
) -> SheetPage:
    """The page of a grid that is, or is to be saved as, the working copy.

    :param row: the rule, from 1, on whose part of the table the page is. :param reach: a rule that must be shown too.
    """
    speech = speech_on(on, names_in(sheet.xml))
    faults = authority_faults(grid, sheet.xml, on=on)
    has_errors = any(fault.is_error for fault in faults)
    coverage = None if has_errors else coverage_of(grid, names=names_in(sheet.xml))
    asked = Asked(
        speech,
        offered=lambda column: offered(column, grid, on=on, speech=speech),
        shown=shown_rows(grid, row, reach),
        before=read_grid(sheet.base.xml),
        as_feel=as_feel,
    )
    starts = tuple((f"{at + 1}–{min(at + PAGE, len(grid.rows))}", f"?row={at + 1}") for at in _starts(grid))
    current = f"?row={_start(grid, row) + 1}"
    return SheetPage(grid_page(grid, faults, coverage, asked), _changes(sheet, grid, on=on), starts, current)


def shown_rows(grid: Grid, row: int, reach: int = 0) -> Collection[int]:
    """The places of the rules on the page on which the rule ``row`` (from 1) stands."""
    start = _start(grid, row)
    return range(start, min(max(start + PAGE, reach), len(grid.rows)))


def _start(grid: Grid, row: int) -> int:
    last = max(len(grid.rows) - 1, 0)
    return min(max(row - 1, 0), last) // PAGE * PAGE


def _starts(grid: Grid) -> range:
    return range(0, len(grid.rows), PAGE)


def _changes(sheet: AuthoritySheet, grid: Grid, *, on: date) -> list[str]:
    return changes_between(read_grid(sheet.base.xml), grid, on=on)


def sheet_at(sheet: AuthoritySheet, number: int) -> str | None:
    """What the working copy was at a revision; None where there is none of the version that it is made from now."""
    found = SheetRevision.objects.filter(sheet=sheet, number=number, number__gte=sheet.since)
    return found.values_list("xml", flat=True).first()


def undo_target(sheet: AuthoritySheet) -> str | None:
    """What it was before its latest change that has not been undone yet."""
    return edits.undo_target(list(_revisions(sheet).values_list("xml", flat=True)[:UNDONE]))


def _revisions(sheet: AuthoritySheet) -> QuerySet[SheetRevision]:
    """What may be brought back: what was made from another version would undo what that one says."""
    return sheet.revisions.filter(number__gte=sheet.since)


def sheet_history(sheet: AuthoritySheet) -> list[Version]:
    """The latest revisions, newest first; the first is what stands there now."""
    name = sheet.editor.display_name
    rows = _revisions(sheet).values_list("number", "at")[:HISTORY]
    return [Version(number, at, name) for number, at in rows]


def said_in_cell(sheet: AuthoritySheet, place: int, text: str, *, on: date) -> tuple[str, tuple[str, ...]]:
    """What a text means in a column as FEEL, and what is wrong with it. :raises IndexError: no such column."""
    grid, known = read_grid(sheet.xml), names_in(sheet.xml)
    column = grid.columns[place]
    feel, faults = presses.cell_alone(grid, place, text, known, speech_on(on, known))
    own = tuple(faults_in_cell(column.text, feel, lacks=lacking_on(on))) if column.role == "output" else ()
    return feel, own or faults
