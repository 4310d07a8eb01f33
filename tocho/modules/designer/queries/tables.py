"""What the page of one rule table shows: the grid with its faults beside the cells, what was found, who changed it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tocho.engines.rules.api import (
    KIND_WORDS,
    POLICIES,
    POLICY_WORDS,
    ROLE_WORDS,
    Fault,
    Finding,
    Grid,
    GridColumn,
    TableError,
    choices_of,
    coverage_of,
    faults_of,
    heading,
    names_in,
    read_grids,
    spoken,
)

from ..definitions.names import InputName, domains_of, names_of
from ..models import Design, Revision
from ..rules.tables import POLICY_NOTES, TABLE_KINDS

HISTORY = 12


@dataclass(frozen=True)
class TableRow:
    """One table in the list: its name in the procedure, title, size, how many faults and findings."""

    name: str
    title: str
    use: str
    rules: int
    errors: int
    findings: int


@dataclass(frozen=True)
class ColumnView:
    """The head of a column; ``list_id`` names the choices that its cells offer."""

    place: int
    role: str
    role_word: str
    heading: str
    expression: str
    kind: str
    choices: tuple[str, ...]
    list_id: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class CellView:
    """A cell as it is edited: the words, the FEEL behind them where it reads otherwise, what is wrong with it.

    ``same`` stays when rules and columns move (``id`` says where it stands); empty in a table whose rules have no ids.
    """

    id: str
    same: str
    column: ColumnView
    value: str
    label: str
    feel: str
    faults: tuple[str, ...]
    is_bad: bool


@dataclass(frozen=True)
class RowView:
    number: int
    cells: tuple[CellView, ...]


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
class Change:
    """One revision that changed the table."""

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
class TablePage:
    """All of one table's page but what is tried out on it."""

    name: str
    table: str
    title: str
    others: tuple[tuple[str, str], ...]
    policies: tuple[PolicyView, ...]
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    faults: tuple[str, ...]
    findings: tuple[FindingView, ...]
    is_complete: bool
    has_errors: bool
    names: tuple[InputName, ...] = field(repr=False)

    @property
    def table_url(self) -> str:
        """The link of this table among those of its file."""
        return f"?table={quote(self.table)}"

    @property
    def add_row(self) -> str:
        """The button that adds a rule at the end."""
        return f"row_add:{len(self.rows)}"


def table_rows(design: Design) -> list[TableRow]:
    """The tables of a design; a file that is no DMN shows as one with an error."""
    return [_table_row(design, name, xml) for name, xml in design.source["rules"].items()]


def _table_row(design: Design, name: str, xml: str) -> TableRow:
    use = next((str(kind.label) for kind in TABLE_KINDS if kind.name == name), "")
    try:
        grids = read_grids(xml)
    except TableError:
        return TableRow(name, name, use, 0, 1, 0)
    names = names_of(design.source, table=name)
    known = known_names(names, xml)
    errors = sum(fault.is_error for grid in grids for fault in faults_of(grid, names=known))
    found = sum(len(coverage_of(grid, domains=domains_of(names)).findings) for grid in grids)
    title = grids[-1].name if grids else name
    return TableRow(name, title, use, sum(len(grid.rows) for grid in grids), errors, 0 if errors else found)


def known_names(names: Iterable[InputName], xml: str) -> frozenset[str]:
    """Every name that a cell may use: those of the procedure and those that the file defines."""
    return frozenset(name.key for name in names) | names_in(xml)


def table_page(design: Design, name: str, grid: Grid, xml: str, *, as_feel: bool = False) -> TablePage:
    """The page of a grid that stands in a design, or that is to be saved into it.

    :param as_feel: shows cells as FEEL where they would be shown in words.
    """
    names = names_of(design.source, table=name)
    known = known_names(names, xml)
    faults = faults_of(grid, names=known)
    has_errors = any(fault.is_error for fault in faults)
    coverage = None if has_errors else coverage_of(grid, domains=domains_of(names), names=known)
    columns = tuple(_column(place, column, faults) for place, column in enumerate(grid.columns))
    return TablePage(
        name=name,
        table=grid.id or grid.name,
        title=grid.name,
        others=tuple((each.name, f"?table={quote(each.id or each.name)}") for each in read_grids(xml)),
        policies=tuple(
            PolicyView(key, _(POLICY_WORDS[key]), POLICY_NOTES[key], key == grid.policy) for key in POLICIES
        ),
        columns=columns,
        rows=tuple(_row(grid, at, columns, faults, known, as_feel=as_feel) for at in range(len(grid.rows))),
        faults=tuple(fault.message for fault in faults if fault.column is None),
        findings=tuple(_finding(each) for each in (coverage.findings if coverage else ())),
        is_complete=coverage is None or coverage.complete,
        has_errors=has_errors,
        names=names,
    )


def _column(place: int, column: GridColumn, faults: tuple[Fault, ...]) -> ColumnView:
    words = [word for _value, word in column.words]
    choices = (*choices_of(column), *(f"{word}以外" for word in words if column.role == "input"))
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
    )


def _row(
    grid: Grid,
    at: int,
    columns: tuple[ColumnView, ...],
    faults: tuple[Fault, ...],
    known: frozenset[str],
    *,
    as_feel: bool,
) -> RowView:
    mine = [fault for fault in faults if fault.row == at + 1]
    cells = []
    for place, text in enumerate(grid.rows[at].cells):
        words = text if as_feel else spoken(text, grid.columns[place], known)
        here = [fault for fault in mine if fault.column == place]
        cells.append(
            CellView(
                id=f"c-{at}-{place}",
                same=_identity(grid, at, place),
                column=columns[place],
                value=words,
                label=_("規則%(row)sの%(column)s") % {"row": at + 1, "column": columns[place].heading},
                feel=text if words != text and text.startswith(('"', "not", "[", "(", "<", ">", "date")) else "",
                faults=tuple(fault.message for fault in here),
                is_bad=any(fault.is_error for fault in here),
            )
        )
    return RowView(at + 1, tuple(cells))


def _identity(grid: Grid, at: int, place: int) -> str:
    row, column = grid.rows[at].id, grid.columns[place]
    return f"{row} {column.id or column.label}" if row else ""


def _finding(finding: Finding) -> FindingView:
    where = _("規則%(row)s: ") % {"row": finding.rows[0]} if finding.kind == "overlap" else ""
    return FindingView(where + finding.message, finding.kind, finding.cells)


# --- history


def part_history(design: Design, part: str) -> list[Change]:
    """The latest revisions that changed a part, newest first; the first is what stands there now."""
    rows = _revisions_of(design, part)
    firsts = [row for row, older in zip(rows, [*rows[1:], None], strict=True) if older is None or row[3] != older[3]]
    return [Change(number, at, editor or _("システム")) for number, at, editor, _text in firsts[:HISTORY]]


def undo_target(design: Design, part: str) -> str | None:
    """What the part was before its latest change that has not been undone yet; None where there is nothing before."""
    values: list[str | None] = []
    for _number, _at, _editor, text in _revisions_of(design, part):
        if not values or values[-1] != text:
            values.append(text)
    if not values:
        return None
    oldest = max(index for index, value in enumerate(values) if value == values[0])
    return values[oldest + 1] if oldest + 1 < len(values) else None


def part_at(design: Design, part: str, number: int) -> str | None:
    """The text of a part as it stood at a revision; None where there is none."""
    return Revision.objects.filter(design=design, number=number).values_list(_text_of(part), flat=True).first()


def _revisions_of(design: Design, part: str) -> list[tuple[int, datetime, str, str | None]]:
    rows = Revision.objects.filter(design=design, part__in=("", part)).order_by("-number")
    return [*rows.values_list("number", "at", "editor__display_name", _text_of(part))[:200]]


def _text_of(part: str) -> KeyTextTransform:
    """The text of a part inside the source of a revision, so that the rest is not read."""
    folder, _slash, name = part.partition("/")
    return KeyTextTransform(name, KeyTransform(folder, "source")) if name else KeyTextTransform(folder, "source")
