"""A bureau fills the survey in with a spreadsheet: read and compared, then written whole or not at all."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.lib.csvfile import unguarded
from tocho.lib.rows import insert_many
from tocho.lib.tablefile import TableRefused, read_table
from tocho.ui.uploads import refusal

from ..definitions import BY_KEY, COLUMNS, READ, CellRefused, Column, read_cell
from ..models import SealRequirement, SealRule
from ..queries.returns import units_of
from .recording import Change, SealRefused, changed, day_of_answer, needs_open, open_round, record, refused, save

MOST_ROWS = 5000  # the largest bureau has some 1,500 affairs
HEAD_ROWS = 5
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: row as the spreadsheet counts, title of the column, what stands there, why not."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Reading:
    """What a file would change. ``changes`` are (row, change); nothing of it is saved."""

    encoding: str
    row_count: int
    changes: list[tuple[int, Change]] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def new(self) -> list[tuple[int, Change]]:
        return [each for each in self.changes if each[1].is_new]

    @property
    def changed(self) -> list[tuple[int, Change]]:
        return [each for each in self.changes if not each[1].is_new]


def read_file(content: bytes, *, bureau: str, at: datetime) -> Reading:
    """Compare a file with what a bureau has answered; writes nothing.

    A row names its requirement by number, or by office, affair, paper and seal; what is not there is new. A column that
    the file lacks stays as it is.

    :raises SealRefused: it is no table, or has no such columns.
    """
    day = org.office_day(at)
    encoding, rows, start, columns = _table(content)
    known = list(SealRequirement.objects.filter(unit__in=units_of(bureau, on=day)).exclude(state="removed"))
    comparing = _Comparing(bureau, day, at, {each.pk: each for each in known}, {_key(each): each for each in known})
    reading = Reading(encoding, len(rows) - start)
    for index, row in enumerate(rows[start:], start=start + 1):
        if any(text.strip() for text in row):
            _take(
                reading,
                comparing,
                index,
                {key: row[place] if place < len(row) else "" for place, key in columns.items()},
            )
    return reading


@transaction.atomic
def import_file(
    content: bytes, *, bureau: str, effective_on: date | None = None, actor: Actor, at: datetime
) -> Reading:
    """Take a file over: all rows in one transaction and one entry of the ledger. The same file again changes nothing.

    :raises SealRefused: a cell is wrong, or the bureau has certified its answer.
    """
    survey = open_round(at=at)
    needs_open({bureau}, survey, at=at)
    reading = read_file(content, bureau=bureau, at=at)
    if reading.faults:
        fault = reading.faults[0]
        raise refused("file", _("%(row)d行目：%(reason)s") % {"row": fault.row, "reason": fault.reason})
    done = [change for _row, change in reading.changes]
    if not done:
        return reading
    new = [each.requirement for each in done if each.is_new]
    old = [each for each in done if not each.is_new]
    save(old)
    insert_many(new)
    day = effective_on or org.office_day(at)
    since = None if effective_on else day_of_answer(survey, at=at)
    subject = Subject("seal_survey", survey.id)
    record("seals.imported", done, subject=subject, reason="", effective_on=day, answers_for=since, actor=actor, at=at)
    return reading


@dataclass
class _Comparing:
    bureau: str
    day: date
    at: datetime
    by_id: dict[int, SealRequirement]
    by_key: dict[Key, SealRequirement]
    rules: dict[str, int] = field(default_factory=lambda: dict(SealRule.objects.values_list("code", "id")))
    seen: dict[Key, int] = field(default_factory=dict)


def _key(each: SealRequirement) -> Key:
    return each.unit, each.affair, each.document, each.seal


def _table(content: bytes) -> tuple[str, list[list[str]], int, dict[int, str]]:
    try:
        table = read_table(content)
    except TableRefused as error:
        raise refused("file", refusal(error, most_rows=MOST_ROWS)) from error
    titles = {column.ja: column.key for column in COLUMNS}
    for index, row in enumerate(table.rows[:HEAD_ROWS]):
        columns = {place: titles[title.strip()] for place, title in enumerate(row) if title.strip() in titles}
        if {"affair", "document"} <= set(columns.values()):
            if len(table.rows) - index - 1 > MOST_ROWS:
                raise refused("file", _("行が多すぎます。%(most)d行までに分けてください。") % {"most": MOST_ROWS})
            return table.encoding, table.rows, index + 1, columns
    raise refused("file", _("見出しの行が見つかりません。先頭の5行のどこかに「事務名」と「書類」の列が要ります。"))


def _take(reading: Reading, comparing: _Comparing, row: int, cells: dict[str, str]) -> None:
    values = _read(reading, comparing, row, cells)
    if values is None:
        return
    requirement = _requirement(reading, comparing, row, values)
    if requirement is None:
        return
    values.pop("number", None)
    try:
        change = changed(requirement, values, at=comparing.at)
    except SealRefused as found:
        for key, reason in found.problems:
            title = BY_KEY[key].ja if key in BY_KEY else ""
            reading.faults.append(Fault(row, title, cells.get(key, "")[:200], reason))
        return
    if change.changes:
        reading.changes.append((row, change))
    else:
        reading.unchanged += 1


def _read(reading: Reading, comparing: _Comparing, row: int, cells: dict[str, str]) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    faults = len(reading.faults)
    for column in (BY_KEY["number"], *READ):
        if column.key not in cells:
            continue
        try:
            values[column.key] = _value(column, unguarded(cells[column.key]), comparing)
        except CellRefused as error:
            reading.faults.append(Fault(row, column.ja, cells[column.key][:200], str(error)))
    if not values.get("unit"):
        values.pop("unit", None)
    return values if len(reading.faults) == faults else None


def _value(column: Column, text: str, comparing: _Comparing) -> Any:
    value = read_cell(column, text)
    if column.kind == "rule":
        if value and value not in comparing.rules:
            raise CellRefused(_("この番号の規定はありません。先に規定の一覧に加えてください。"))
        return comparing.rules.get(value)
    if column.key == "unit" and value and org.bureau_code_of(value, on=comparing.day) != comparing.bureau:
        raise CellRefused(_("この局の組織コードではありません。"))
    return value


def _requirement(reading: Reading, comparing: _Comparing, row: int, values: dict[str, Any]) -> SealRequirement | None:
    """The requirement that a row speaks of, or a new one; None with a fault where it cannot be told."""
    number = values.get("number")
    unit = values.get("unit") or comparing.bureau
    found = comparing.by_id.get(number) if number else None
    if number and found is None:
        reading.faults.append(
            Fault(row, BY_KEY["number"].ja, f"S-{number:05d}", _("この局に、この番号の事務はありません。"))
        )
        return None
    key = (
        found.unit if found and "unit" not in values else unit,
        values["affair"],
        values["document"],
        values.get("seal", found.seal if found else ""),
    )
    if key in comparing.seen:
        reason = _("%(row)d行目と同じ事務、書類、印です。") % {"row": comparing.seen[key]}
        reading.faults.append(Fault(row, BY_KEY["document"].ja, values["document"], reason))
        return None
    comparing.seen[key] = row
    same = comparing.by_key.get(key)
    if found and same and same is not found:
        reason = _("%(number)sと同じ事務、書類、印になります。") % {"number": same.number}
        reading.faults.append(Fault(row, BY_KEY["document"].ja, values["document"], reason))
        return None
    found = found or same
    if found is None:
        values["unit"] = unit
        missing = [column for column in READ if column.is_needed and not values.get(column.key)]
        for column in missing:
            reading.faults.append(Fault(row, column.ja, "", _("空です。必ず書いてください。")))
        return None if missing else SealRequirement()
    return found
