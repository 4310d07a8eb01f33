"""A version of the authority table as it is read, taken in and compared."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.rules.api import (
    Grid,
    SheetError,
    coverage_of,
    edits,
    faults_of,
    names_in,
    read_csv,
    read_excel,
    read_grid,
    spoken,
    write_grid,
)
from tocho.ui.numerals import exact_yen

from ..rules.authority import faults_in_authority
from .routes import LEGAL_REVIEW, known_on

NUMBER = re.compile(r"\d[\d,]*")


@dataclass(frozen=True)
class TableView:
    """A table to read: headings, and the rows (number, cells) that hold all words looked for."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    total: int


def table_view(xml: str, words: str = "") -> TableView:
    """The table in words, where these mean the same as its FEEL."""
    grid = read_grid(xml)
    shown = [
        (number, tuple(_shown(text, grid, place) for place, text in enumerate(row.cells)))
        for number, row in enumerate(grid.rows, 1)
    ]
    rows = tuple(row for row in shown if all(word in " ".join(row[1]) for word in words.split()))
    return TableView(tuple(column.label or column.text for column in grid.columns), rows, len(grid.rows))


def _shown(text: str, grid: Grid, place: int) -> str:
    column = grid.columns[place]
    if column.role == "note":
        return text
    if column.role == "output":
        return _answer_words(text, column.text) or spoken(text, column)
    words = dict(column.words)
    parts = [part.strip().strip('"') for part in text.split(",")]
    if set(parts) <= set(words):
        return "・".join(words[part] for part in parts)
    said = spoken(text, column)
    return NUMBER.sub(_amount_words, said) if column.text == "amount" else said


def _amount_words(found: re.Match[str]) -> str:
    return exact_yen(int(found[0].replace(",", "")))


def _answer_words(text: str, name: str) -> str:
    """A result in words: ranks by their names, duties by theirs, an empty list as none; "" when it is neither."""
    parts = [part.strip().strip('"') for part in text.strip().strip("[]").split(",") if part.strip()]
    if name in ("decider_rank", "deputies") and all(part.isdigit() for part in parts):
        return "、".join(rank_word(int(part)) for part in parts) or _("なし")
    if name in ("reviews", "consults"):
        return "、".join(map(duty_word, parts)) or _("なし")
    return ""


def rank_word(rank: int) -> str:
    """How a rank reads (課長)."""
    return str(org.Rank(rank).label) if rank in org.Rank.values else str(rank)


def duty_word(name: str, *, on: date | None = None) -> str:
    """How a duty or unit that a rule names reads (文書審査, 主税局徴収部徴収課)."""
    if name == LEGAL_REVIEW:
        return _("文書審査")
    try:
        return org.unit(name, on=on).full_name if on else name
    except org.UnknownUnit:
        return name


def read_sheet(data: bytes, xml: str, *, on: date) -> str:
    """The DMN that an uploaded Excel or CSV makes of the table; taken whole or not at all.

    :param on: the first day it is to be in force, by whose organisation duties and units are known.
    :raises SheetError: with every fault, by row and column.
    """
    found = read_excel(data) if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else read_csv(data)
    known, before = names_in(xml), read_grid(xml)
    table = found[-1]
    grid = edits.renamed(edits.understood(table.grid, known), before.id)
    faults = [fault for fault in faults_of(grid, names=known) if fault.is_error]
    faults = faults or list(faults_in_authority(grid, knows=known_on(on)))
    if faults:
        raise SheetError([table.place(fault) for fault in faults])
    return write_grid(grid, xml)


def changes_between(before: str, after: str) -> list[str]:
    """What differs between two versions, a sentence for each."""
    return edits.changes(read_grid(before), read_grid(after), say=_shown)


def findings_in(xml: str) -> list[str]:
    """Gaps, overlaps and idle lines of a table."""
    return [finding.message for finding in coverage_of(read_grid(xml), names=names_in(xml)).findings]
