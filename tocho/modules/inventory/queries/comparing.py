"""A file beside the inventory: row by row what is new, changed, unchanged, wrong.

Reads only; in pieces, so that a file of any length needs little memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.facts.api import is_within
from tocho.lib.csvfile import unguarded
from tocho.modules.procedures import api as procedures

from ..definitions import Column, codebook
from ..models import EntryVersion, ProcedureEntry
from ..rules import (
    EMPTY_SURVEY,
    KEPT_WHEN_BLANK,
    CellRefused,
    cell,
    find_head,
    read_cell,
    row_problems,
    values_of,
)

PIECE = 1000
BLANK: dict[str, Any] = {
    **EMPTY_SURVEY,
    **dict.fromkeys(("code", "name", "law", "kind", "online_status", "method", "unit", "bpr_before", "bpr_after"), ""),
    **dict.fromkeys(("procedure_key", "system_name", "system_url", "certifier", "sample_note"), ""),
    **dict.fromkeys(("volume", "volume_online", "volume_offline", "starts", "completes")),
    "state": "surveyed",
    "authority": "own",
    "is_main": False,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be taken: the row as the spreadsheet counts, the column as the file titles it."""

    row: int
    code: str
    name: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """One row that is new (``entry`` None) or changes an entry: the values it sets and column → [before, after]."""

    row: int
    entry: ProcedureEntry | None
    values: dict[str, Any]
    changes: dict[str, list[Any]]


@dataclass(slots=True)
class Piece:
    """What the next rows of the file are."""

    rows: int = 0
    found: list[Found] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Terms:
    """What a file is read under: who owns rows that name no office, whose entries may change, today, the file's day."""

    default_unit: str
    bureaus: frozenset[str]
    today: date
    effective_on: date


class Comparison:
    """One reading of a file. Heads are looked at when it is made; ``pieces`` then goes through the rows once.

    :raises rules.FileRefused: the file has no heads of an inventory.
    """

    def __init__(self, rows: Sequence[Sequence[str]], terms: Terms) -> None:
        self.start, self.columns = find_head(rows)
        self.rows, self.terms = rows, terms
        self.row_count = len(rows) - self.start
        self.published = procedures.current_versions()
        self._codes: dict[str, int] = {}
        self._known_units: dict[str, str] = {}
        self._memory: dict[tuple[str, str], Any] = {}

    def pieces(self) -> Iterator[Piece]:
        """The rows, a thousand at a time."""
        for start in range(self.start, len(self.rows), PIECE):
            yield self._piece(start, self.rows[start : start + PIECE])

    def _piece(self, start: int, rows: Sequence[Sequence[str]]) -> Piece:
        piece = Piece(rows=len(rows))
        read = [self._read(number, row, piece) for number, row in enumerate(rows, start=start + 1) if any(row)]
        known = {
            entry.code: entry
            for entry in ProcedureEntry.objects.filter(code__in=[values.get("code", "") for _row, values, _ok in read])
        }
        for number, values, is_sound in read:
            self._compare(number, values, known.get(values.get("code", "")), piece, is_sound=is_sound)
        self._refuse_the_past(piece)
        return piece

    def _refuse_the_past(self, piece: Piece) -> None:
        """Nothing is changed from a day on that lies before what is already recorded."""
        ids = [found.entry.id for found in piece.found if found.entry is not None]
        later = EntryVersion.objects.filter(entry_id__in=ids, effective_on__gt=self.terms.effective_on)
        days = dict(later.values_list("entry_id").annotate(Max("effective_on")).order_by())
        for found in list(piece.found) if days else []:
            if found.entry is not None and found.entry.id in days:
                words = {"day": days[found.entry.id].isoformat()}
                reason = _("%(day)sの記録があります。基準日をその日以後にしてください。") % words
                piece.faults.append(self._fault(found.row, values_of(found.entry), "code", reason))
                piece.found.remove(found)

    def _read(self, number: int, row: Sequence[str], piece: Piece) -> tuple[int, dict[str, Any], bool]:
        values: dict[str, Any] = {}
        refused: list[tuple[Column, str, str]] = []
        width = len(row)
        for place, column in self.columns.items():
            text = row[place] if place < width else ""
            try:
                values[column.key] = self._value(column, text)
            except CellRefused as error:
                refused.append((column, text, str(error)))
        for column, text, reason in refused:
            piece.faults.append(
                Fault(number, values.get("code", ""), values.get("name", ""), column.ja, text[:200], reason)
            )
        return number, values, not refused

    def _value(self, column: Column, text: str) -> Any:
        """The meaning of a cell; of columns with few different cells each is read once."""
        if column.kind in ("text", "id"):
            return read_cell(column, unguarded(text)) if text else ""
        key = (column.key, text)
        if key not in self._memory:
            try:
                self._memory[key] = read_cell(column, text)
            except CellRefused as error:
                self._memory[key] = error
        known = self._memory[key]
        if isinstance(known, CellRefused):
            raise known
        return known

    def _compare(
        self, row: int, values: dict[str, Any], entry: ProcedureEntry | None, piece: Piece, *, is_sound: bool
    ) -> None:
        for key in KEPT_WHEN_BLANK:
            if not values.get(key):
                values.pop(key, None)
        if entry is None:
            values.setdefault("unit", self.terms.default_unit)
        before = values_of(entry) if entry else BLANK
        whole = {**before, **values}
        problems = list(self._problems(row, whole, values, entry)) if is_sound else []
        for key, reason in problems:
            piece.faults.append(self._fault(row, whole, key, reason))
        if problems or not is_sound:
            return
        changes = {key: [before[key], value] for key, value in values.items() if before[key] != value}
        if entry is not None and not changes:
            piece.unchanged += 1
        else:
            piece.found.append(Found(row, entry, values if entry else whole, changes if entry else {}))

    def _problems(
        self, row: int, whole: dict[str, Any], values: dict[str, Any], entry: ProcedureEntry | None
    ) -> Iterator[tuple[str, str]]:
        yield from row_problems(whole, published=self.published)
        first = self._codes.setdefault(whole["code"], row)
        if whole["code"] and first != row:
            yield "code", _("%(first)d行目と同じ手続IDです。") % {"first": first}
        if entry is not None and values.get("state", entry.state) != entry.state:
            yield "state", _("状態はファイルでは変えられません。手続のページで、理由を書いて進めてください。")
        units = {whole["unit"], entry.unit} if entry else {whole["unit"]}
        for unit in sorted(units):
            if reason := self._unit_problem(unit):
                yield "unit", reason

    def _unit_problem(self, unit: str) -> str:
        if unit not in self._known_units:
            self._known_units[unit] = unit_problem(unit, self.terms)
        return self._known_units[unit]

    def _fault(self, row: int, whole: dict[str, Any], key: str, reason: str) -> Fault:
        column = codebook().by_key[key]
        return Fault(row, whole["code"], whole["name"], column.ja, cell(column, whole[key])[:200], reason)


def unit_problem(unit: str, terms: Terms) -> str:
    """Why an office cannot own an entry of this file; empty when it can."""
    try:
        found = org.unit(unit, on=terms.today)
    except org.UnknownUnit:
        if is_within(unit, terms.bureaus, on=terms.today) and org.successors_of(unit, on=terms.today):
            return ""
        return _("この組織コードの組織はありません。")
    if is_within(unit, terms.bureaus, on=terms.today):
        return ""
    return _("%(bureau)sの手続です。自分の局の手続だけを取り込めます。") % {"bureau": found.bureau_name or found.name}
