"""What the page of one table shows: its cells in words with their faults beside them, what was found, who changed it.

Whoever has tables to be edited (designer, decisions) shows them by ``rules/_grid.html`` and takes what comes back by
``presses``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tocho.engines.rules.coverage import Coverage, Finding, heading
from tocho.engines.rules.faults import Fault
from tocho.engines.rules.grid import Grid, GridColumn
from tocho.engines.rules.plain import Speech, speech_of
from tocho.engines.rules.sheets import KIND_WORDS, ROLE_WORDS, choices_of

MOST_FAULTS_ELSEWHERE = 10


@dataclass(frozen=True)
class ColumnView:
    """The head of a column; ``list_id`` names the choices of its cells, ``url`` leads to where it is changed."""

    place: int
    role: str
    role_word: str
    heading: str
    expression: str
    kind: str
    choices: tuple[str, ...]
    list_id: str
    faults: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class CellView:
    """A cell as it is edited: the words, the FEEL behind them where it reads otherwise, what is wrong with it.

    ``same`` stays when rules and columns move (``id`` says where it stands); empty in a table whose rules have no ids.
    ``was``: what stood there in the table that this one is compared with, where that is something else.
    """

    id: str
    same: str
    column: ColumnView
    value: str
    label: str
    feel: str
    faults: tuple[str, ...]
    is_bad: bool
    was: str = ""


@dataclass(frozen=True)
class RowView:
    """A rule; ``at`` counts from 0. ``is_new``: the table that this one is compared with has no such rule."""

    at: int
    cells: tuple[CellView, ...]
    is_new: bool = False

    @property
    def number(self) -> int:
        """As the officer counts."""
        return self.at + 1


@dataclass(frozen=True)
class FindingView:
    """A gap, an overlap or an idle rule; ``cells`` fill the row that closes a gap."""

    message: str
    kind: str
    cells: tuple[str, ...]

    @property
    def fill(self) -> str:
        """The button that adds a rule for a gap."""
        return "fill:" + "\t".join(self.cells)


@dataclass(frozen=True)
class Version:
    """One saved state of a table."""

    number: int
    at: datetime
    editor: str

    @property
    def back(self) -> str:
        """The button that brings it back."""
        return f"back:{self.number}"


@dataclass(frozen=True)
class PolicyView:
    value: str
    word: str
    note: Promise | str
    current: bool


@dataclass(frozen=True)
class Asked:
    """What a page wants of a table beside its cells: how they are said, where columns are changed (None: not at all),
    what is offered in a column beside its own words, the rules to be shown (None: all), the table it is compared with,
    and whether cells are shown as FEEL."""

    speech: Speech = field(default_factory=speech_of)
    column_url: Callable[[int], str] | None = None
    offered: Callable[[GridColumn], Iterable[str]] = lambda _column: ()
    shown: Collection[int] | None = None
    before: Grid | None = None
    as_feel: bool = False


@dataclass(frozen=True)
class GridPage:
    """A table as it is shown and edited."""

    table: str
    title: str
    policies: tuple[PolicyView, ...]
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    total: int
    faults: tuple[str, ...]
    elsewhere: tuple[tuple[int, str], ...]
    findings: tuple[FindingView, ...]
    is_complete: bool
    has_errors: bool
    has_column_tools: bool
    as_feel: bool

    @property
    def add_row(self) -> str:
        """The button that adds a rule below those shown."""
        return f"row_add:{self.rows[-1].number if self.rows else self.total}"


def grid_page(
    grid: Grid,
    faults: Collection[Fault],
    coverage: Coverage | None,
    asked: Asked,
    *,
    policies: tuple[PolicyView, ...] = (),
) -> GridPage:
    """The page of a grid.

    :param coverage: None while the grid has errors.
    :param policies: what may be chosen for its hit policy; none where that is fixed.
    """
    columns = tuple(_column(place, column, faults, asked) for place, column in enumerate(grid.columns))
    wanted = range(len(grid.rows)) if asked.shown is None else sorted(asked.shown)
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    shown = {at + 1 for at in wanted}
    hidden = [fault for fault in faults if fault.row and fault.is_error and fault.row not in shown]
    row_of = _Rows(grid, columns, by_row, asked, _before(grid, asked.before))
    return GridPage(
        table=grid.id or grid.name,
        title=grid.name,
        policies=policies,
        columns=columns,
        rows=tuple(row_of(at) for at in wanted),
        total=len(grid.rows),
        faults=tuple(fault.message for fault in faults if fault.column is None),
        elsewhere=tuple((fault.row, fault.message) for fault in hidden[:MOST_FAULTS_ELSEWHERE]),
        findings=tuple(_finding(each) for each in (coverage.findings if coverage else ())),
        is_complete=coverage is None or coverage.complete,
        has_errors=coverage is None,
        has_column_tools=asked.column_url is not None,
        as_feel=asked.as_feel,
    )


def _column(place: int, column: GridColumn, faults: Collection[Fault], asked: Asked) -> ColumnView:
    words = [word for _value, word in column.words]
    choices = (*asked.offered(column),) or (
        *choices_of(column),
        *(f"{word}以外" for word in words if column.role == "input"),
    )
    if column.kind == "boolean":
        choices = ("はい", "いいえ", "-") if column.role == "input" else ("はい", "いいえ")
    return ColumnView(
        place=place,
        role=column.role,
        role_word=_(ROLE_WORDS[column.role]),
        heading=heading(column) or _("（名前なし）"),
        expression=column.text if column.text != column.label else "",
        kind=_(KIND_WORDS[column.kind]) if column.kind in KIND_WORDS else column.kind,
        choices=choices,
        list_id=f"choices-{place}" if choices else "",
        faults=tuple(fault.message for fault in faults if fault.column == place and not fault.row),
        url=asked.column_url(place) if asked.column_url else "",
    )


def _before(grid: Grid, before: Grid | None) -> dict[str, tuple[str | None, ...]] | None:
    """The cells of each rule as they were, by its id, in the order of the columns of today; None without a table."""
    if before is None:
        return None
    places = {(column.id or column.label, column.text): place for place, column in enumerate(before.columns)}
    wanted = [places.get((column.id or column.label, column.text)) for column in grid.columns]
    return {row.id: tuple(None if at is None else row.cells[at] for at in wanted) for row in before.rows}


@dataclass(frozen=True)
class _Rows:
    """Makes the views of rows."""

    grid: Grid
    columns: tuple[ColumnView, ...]
    faults: Mapping[int, Collection[Fault]]
    asked: Asked
    before: Mapping[str, tuple[str | None, ...]] | None

    def __call__(self, at: int) -> RowView:
        row = self.grid.rows[at]
        old = self.before.get(row.id) if self.before is not None else None
        was = old or (None,) * len(row.cells)
        cells = tuple(
            self._cell(at, place, text, was[place] if was[place] != text else None)
            for place, text in enumerate(row.cells)
        )
        return RowView(at, cells, is_new=self.before is not None and old is None)

    def _cell(self, at: int, place: int, text: str, was: str | None) -> CellView:
        column, head = self.grid.columns[place], self.columns[place]
        words = text if self.asked.as_feel else self.asked.speech.say(text, column)
        here = [fault for fault in self.faults.get(at + 1, ()) if fault.column == place]
        return CellView(
            id=f"c-{at}-{place}",
            same=_identity(self.grid, at, place),
            column=head,
            value=words,
            label=_("規則%(row)sの%(column)s") % {"row": at + 1, "column": head.heading},
            feel=text if words != text and text.startswith(('"', "not", "[", "(", "<", ">", "date")) else "",
            faults=tuple(fault.message for fault in here),
            is_bad=any(fault.is_error for fault in here),
            was="" if was is None else self.asked.speech.say(was, column) or "—",
        )


def _identity(grid: Grid, at: int, place: int) -> str:
    row, column = grid.rows[at].id, grid.columns[place]
    return f"{row} {column.id or column.label}" if row else ""


def _finding(finding: Finding) -> FindingView:
    where = _("規則%(row)s: ") % {"row": finding.rows[0]} if finding.kind == "overlap" else ""
    return FindingView(where + finding.message, finding.kind, finding.cells)
