"""A version of the authority table as it is read, taken in and compared."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.rules.api import (
    Fault,
    Grid,
    Merge,
    SheetError,
    Speech,
    coverage_of,
    edits,
    faults_of,
    merged,
    names_in,
    read_csv,
    read_excel,
    read_grid,
    write_grid,
)

from ..models import AuthorityTable
from ..rules.authority import faults_in_authority
from .routes import chief_of, lacking_on
from .speech import QUOTED, duty_word, speech_on

MOST_LATER = 5


@dataclass(frozen=True)
class TableView:
    """A table to read: headings, and the rows (number, cells) that hold all words looked for."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    total: int


def table_view(xml: str, words: str = "", *, on: date) -> TableView:
    """The table in words, where these mean the same as its FEEL.

    :param on: the day by whose organisation offices are called.
    """
    grid, speech = read_grid(xml), speech_on(on)
    shown = [
        (number, tuple(_shown(text, grid, place, speech) for place, text in enumerate(row.cells)))
        for number, row in enumerate(grid.rows, 1)
    ]
    rows = tuple(row for row in shown if all(word in " ".join(row[1]) for word in words.split()))
    return TableView(tuple(column.label or column.text for column in grid.columns), rows, len(grid.rows))


def _shown(text: str, grid: Grid, place: int, speech: Speech) -> str:
    """As ``speech`` says it; values that a condition lists stand with a dot between them."""
    column = grid.columns[place]
    if column.role == "note":
        return text
    words = dict(column.words)
    parts = [part.strip().strip('"') for part in text.split(",")]
    if column.role == "input" and set(parts) <= set(words):
        return "・".join(words[part] for part in parts)
    return speech.say(text, column)


def read_sheet(data: bytes, xml: str, *, on: date) -> str:
    """The DMN that an uploaded Excel or CSV makes of the table; taken whole or not at all.

    :param on: the first day it is to be in force, by whose organisation duties and units are known.
    :raises SheetError: with every fault, by row and column.
    """
    found = read_excel(data) if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else read_csv(data)
    known, before = names_in(xml), read_grid(xml)
    table = found[-1]
    grid = edits.renamed(edits.understood(table.grid, speech=speech_on(on, known)), before.id)
    faults = [fault for fault in authority_faults(grid, xml, on=on) if fault.is_error]
    if faults:
        raise SheetError([table.place(fault) for fault in faults])
    return write_grid(grid, xml)


def authority_faults(grid: Grid, xml: str, *, on: date) -> tuple[Fault, ...]:
    """Everything that is wrong with a grid: what no route could follow, and in other cells what cannot be read.

    :param on: the day by whose organisation duties and units are known.
    """
    found = list(faults_in_authority(grid, lacks=lacking_on(on)))
    said = {(fault.row, fault.column) for fault in found if fault.row}
    more = (fault for fault in faults_of(grid, names=names_in(xml)) if (fault.row, fault.column) not in said)
    return (*more, *found)


def changes_between(before: Grid, after: Grid, *, on: date) -> list[str]:
    """What differs between two versions, a sentence for each."""
    speech = speech_on(on)
    return edits.changes(before, after, say=lambda text, grid, place: _shown(text, grid, place, speech))


def merge_of(base: str, theirs: str, mine: str, *, on: date) -> Merge:
    """What one version changed of another done to a third, and in words where both had changed the same."""
    speech = speech_on(on)
    grids = (read_grid(xml) for xml in (base, theirs, mine))
    return merged(*grids, say=lambda text, grid, place: _shown(text, grid, place, speech))


def later_tables(table: AuthorityTable) -> list[AuthorityTable]:
    """The versions that come into force after one (or on its day, decided later), the nearest first."""
    later = Q(effective_from__gt=table.effective_from) | Q(effective_from=table.effective_from, id__gt=table.id)
    return list(AuthorityTable.objects.filter(later).defer("xml").order_by("effective_from", "id")[:MOST_LATER])


@dataclass(frozen=True)
class Asked:
    """Whom the table has asked in a bureau (or, where it names an office, there): the post of the duty and who holds
    it. ``post`` is "" where there is none, ``person`` where it is vacant."""

    duty: str
    office: str
    post: str
    person: str

    @property
    def is_lacking(self) -> bool:
        """Whether a matter that needs it could not circulate, or would wait for nobody."""
        return not self.person


def asked_by(xml: str, *, at: datetime) -> list[Asked]:
    """Who examines and is consulted by a table, duty by duty and bureau by bureau, those that lack somebody first."""
    on = org.office_day(at)
    duties, units = _named_in(read_grid(xml))
    found = [
        (duty_word(duty), bureau.name, org.reviewer_post(bureau.code, duty=duty, on=on))
        for duty in duties
        for bureau in org.bureaus(on=on)
    ]
    found += [(_("協議"), org.label_of(unit, on=on), chief_of(unit, on=on)) for unit in units]
    people = org.holders([post.id for _duty, _office, post in found if post], at=at)
    rows = [
        Asked(
            duty, office, post.label if post else "", people[post.id].display_name if post and post.id in people else ""
        )
        for duty, office, post in found
    ]
    return sorted(rows, key=lambda row: not row.is_lacking)


def _named_in(grid: Grid) -> tuple[list[str], list[str]]:
    """The duties and the codes of units that its rules name, each once."""
    places = [place for place in grid.places("output") if grid.columns[place].text in ("reviews", "consults")]
    names = dict.fromkeys(name for row in grid.rows for place in places for name in QUOTED.findall(row.cells[place]))
    return [one for one in names if one in org.Duty.values], [one for one in names if one not in org.Duty.values]


def findings_in(xml: str) -> list[str]:
    """Gaps, overlaps and idle lines of a table."""
    return [finding.message for finding in coverage_of(read_grid(xml), names=names_in(xml)).findings]
