"""What the page of one rule table shows: the grid with its faults beside the cells, what was found, who changed it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import quote

from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.engines.rules.api import (
    POLICIES,
    POLICY_WORDS,
    Asked,
    Grid,
    GridPage,
    PolicyView,
    TableError,
    Version,
    coverage_of,
    edits,
    faults_of,
    grid_page,
    names_in,
    read_grids,
    speech_of,
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
class TablePage:
    """All of one table's page but what is tried out on it; ``table`` is its id in the file, or its name."""

    name: str
    table: str
    grid: GridPage
    others: tuple[tuple[str, str], ...]
    names: tuple[InputName, ...] = field(repr=False)

    @property
    def table_url(self) -> str:
        """The link of this table among those of its file."""
        return f"?table={quote(self.table)}"


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
    table = grid.id or grid.name
    asked = Asked(speech_of(known), partial(_column_url, design, name, table), as_feel=as_feel)
    policies = tuple(PolicyView(key, _(POLICY_WORDS[key]), POLICY_NOTES[key], key == grid.policy) for key in POLICIES)
    return TablePage(
        name=name,
        table=table,
        grid=grid_page(grid, faults, coverage, asked, policies=policies),
        others=tuple((each.name, f"?table={quote(each.id or each.name)}") for each in read_grids(xml)),
        names=names,
    )


def _column_url(design: Design, name: str, table: str, place: int) -> str:
    return f"{reverse('designer:table_column', args=[design.id, name, place])}?table={quote(table)}"


# --- history


def part_history(design: Design, part: str) -> list[Version]:
    """The latest revisions that changed a part, newest first; the first is what stands there now."""
    rows = _revisions_of(design, part)
    firsts = [row for row, older in zip(rows, [*rows[1:], None], strict=True) if older is None or row[3] != older[3]]
    return [Version(number, at, editor or _("システム")) for number, at, editor, _text in firsts[:HISTORY]]


def undo_target(design: Design, part: str) -> str | None:
    """What the part was before its latest change that has not been undone yet; None where there is nothing before."""
    return edits.undo_target([text for _number, _at, _editor, text in _revisions_of(design, part)])


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
