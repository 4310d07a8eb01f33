"""The list of the inventory: filtered, sorted, in keyset pages; and the same entries as rows of a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.ui.narrowing import Narrowing

from ..definitions import codebook
from ..models import ProcedureEntry
from ..rules import cell, like, values_of
from .places import units_of
from .words import quarter_months

PAGE = 50
MOST_COUNTED = 1001
AT_ONCE = 1000  # rows that a file may have to be written while one waits; a longer one is a job
FIRST_SHOWN = 10  # of those that a bulk change is about
UNDECIDED = 99999  # sorts after every quarter
DISTINCT = """
    WITH RECURSIVE found(value) AS (
        (SELECT {key} FROM inventory_procedureentry ORDER BY 1 LIMIT 1)
        UNION ALL
        SELECT (SELECT {key} FROM inventory_procedureentry WHERE {key} > found.value ORDER BY 1 LIMIT 1)
        FROM found WHERE found.value IS NOT NULL
    ) SELECT value FROM found WHERE value IS NOT NULL
"""
SORTS: dict[str, tuple[Any, bool]] = {
    "code": (F("code"), False),
    "name": (F("name"), False),
    "volume": (Coalesce("volume", -1), True),
    "completes": (Coalesce("completes", UNDECIDED), False),
    "changed": (F("changed_at"), True),
}


@dataclass(frozen=True)
class Filters(Narrowing):
    """What a list is narrowed to; empty means all."""

    q: str = ""
    bureau: str = ""
    state: str = ""
    authority: str = ""
    main: str = ""
    online: str = ""
    quarter: str = ""
    sort: str = "code"
    after: str = ""

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked for than words."""
        chosen = (self.bureau, self.state, self.authority, self.main, self.online, self.quarter)
        return any(chosen) or self.sort not in ("", "code")

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order is asked for."""
        return any((self.q, self.bureau, self.state, self.authority, self.main, self.online, self.quarter))


@dataclass(frozen=True)
class EntryRow:
    """One line of the list."""

    id: int
    code: str
    name: str
    is_main: bool
    state: str
    state_label: str
    tone: str
    authority_label: str
    unit_label: str
    volume: int | None
    completes_label: str


@dataclass(frozen=True)
class EntryPage:
    """One keyset page; ``next`` is the cursor of the following one, ``count`` is capped at ``MOST_COUNTED``."""

    rows: tuple[EntryRow, ...]
    next: str
    count: int
    quarters: tuple[int, ...] = field(default_factory=tuple)


TONES = {
    "live": "ok",
    "improving": "ok",
    "trial": "info",
    "building": "info",
    "planned": "wait",
    "state_request": "wait",
    "retired": "neutral",
    "abolished": "neutral",
}


def filtered(entries: QuerySet[ProcedureEntry], filters: Filters, *, on: date) -> QuerySet[ProcedureEntry]:
    """The entries that fit. Each word of the search must stand in id, name or law."""
    for words in filters.q.split()[:6]:
        entries = entries.filter(search_text__contains=like(words))
    for name in ("state", "authority"):
        if value := getattr(filters, name):
            entries = entries.filter(**{name: value})
    if filters.main:
        entries = entries.filter(is_main=filters.main == "yes")
    if filters.online:
        entries = entries.filter(online_status=filters.online)
    if filters.quarter.isascii() and filters.quarter.isdecimal():
        entries = entries.filter(completes=int(filters.quarter[:5]))
    if filters.bureau:
        entries = entries.filter(unit__in=units_of(filters.bureau, _distinct("unit"), on=on))
    return entries


def entry_page(entries: QuerySet[ProcedureEntry], filters: Filters, *, on: date, limit: int = PAGE) -> EntryPage:
    """One page of the entries that fit. :raises ValueError: the cursor is none of ours."""
    found = filtered(entries, filters, on=on)
    count = found.order_by()[:MOST_COUNTED].count()
    key, down = SORTS.get(filters.sort, SORTS["code"])
    rows = found.annotate(sort_key=key)
    if filters.after:
        value, code = _cursor(filters)
        beyond = Q(sort_key__lt=value) if down else Q(sort_key__gt=value)
        rows = rows.filter(beyond | Q(sort_key=value, code__gt=code))
    rows = rows.order_by(F("sort_key").desc() if down else F("sort_key"), "code")
    columns = ("id", "code", "name", "is_main", "state", "authority", "unit", "volume", "completes")
    read = list(rows.only(*columns)[: limit + 1])
    cursor = _mark(read[limit - 1]) if len(read) > limit else ""
    return EntryPage(tuple(_row(entry, on=on) for entry in read[:limit]), cursor, count, quarters())


def quarters() -> tuple[int, ...]:
    """The quarters in which something is to be ready."""
    return tuple(quarter for quarter in _distinct("COALESCE(completes, 99999)") if quarter != UNDECIDED)


def _distinct(key: str) -> list[Any]:
    """The different values of an indexed key: from one to the next by the index, not through all rows."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT.format(key=key))
        return [value for (value,) in cursor.fetchall()]


def _mark(entry: Any) -> str:
    value = entry.sort_key
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{entry.code}"


def _cursor(filters: Filters) -> tuple[Any, str]:
    value, sign, code = filters.after.rpartition("~")
    if not sign:
        raise ValueError(filters.after)
    if filters.sort in ("volume", "completes"):
        return int(value[:18]), code
    return (datetime.fromisoformat(value) if filters.sort == "changed" else value), code


def _row(entry: ProcedureEntry, *, on: date) -> EntryRow:
    return EntryRow(
        id=entry.id,
        code=entry.code,
        name=entry.name,
        is_main=entry.is_main,
        state=entry.state,
        state_label=entry.get_state_display(),
        tone=TONES.get(entry.state, "neutral"),
        authority_label=entry.get_authority_display(),
        unit_label=org.label_of(entry.unit, on=on),
        volume=entry.volume,
        completes_label=quarter_months(entry.completes),
    )


def file_columns() -> list[str]:
    """The titles of a file, in Japanese whoever asks: the 46 of the survey, then ours."""
    return [column.ja for column in codebook().columns]


def file_rows(entries: QuerySet[ProcedureEntry], *, on: date) -> Iterator[list[Value]]:
    """Entries as the rows of a file, as they are read back; a thousand at a time."""
    columns = codebook().columns
    labels: dict[str, str] = {}
    for entry in entries.order_by("code").iterator(chunk_size=1000):
        values = values_of(entry)
        if entry.unit not in labels:
            labels[entry.unit] = org.label_of(entry.unit, on=on)
        yield [
            labels[entry.unit]
            if column.kind == "shown"
            else (values[column.key] if column.kind == "number" else cell(column, values[column.key]))
            for column in columns
        ]
