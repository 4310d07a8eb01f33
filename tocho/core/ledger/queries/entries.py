"""Reads of entries: of one subject, in sealed order, behind a figure."""

# ruff: noqa: S608  every query is put together from COLUMNS

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from tocho.core.ledger.models import LedgerBlock, LedgerEntry, LedgerPersonal
from tocho.core.ledger.rules import JSON, Actor, Entry, Subject

COLUMNS = (
    "e.id, e.subject_type, e.subject_id, e.seq, e.kind, e.user_id, e.post_id, e.acting_for_id, e.at, e.recorded_at,"
    " e.unit, e.data, e.personal_digest, e.previous, e.digest"
)


def entry_from_row(row: Sequence[Any]) -> Entry:
    """The entry of a row that was read by ``COLUMNS``."""
    return Entry(
        id=row[0],
        subject=Subject(row[1], row[2]),
        seq=row[3],
        kind=row[4],
        actor=Actor(row[5], row[6], row[7]),
        at=row[8],
        recorded_at=row[9],
        unit=row[10],
        data=orjson.loads(row[11]),
        personal_digest=bytes(row[12]) if row[12] is not None else None,
        previous=bytes(row[13]),
        digest=bytes(row[14]),
    )


def _fetch(sql: str, params: list[Any]) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [entry_from_row(row) for row in cursor.fetchall()]


def entries_of(subject: Subject) -> list[Entry]:
    """All entries of a subject, oldest first, sealed or not."""
    return _fetch(
        f"SELECT {COLUMNS} FROM ledger_entry e WHERE e.subject_type = %s AND e.subject_id = %s ORDER BY e.seq",
        [subject.type, subject.id],
    )


def entries_about(
    subject_type: str, subject_ids: Iterable[int], *, kinds: Iterable[str], before: int | None = None, limit: int = 50
) -> list[Entry]:
    """The newest entries of some kinds about several subjects; ``before`` goes on after the entry with this id."""
    return _fetch(
        f"SELECT {COLUMNS} FROM ledger_entry e WHERE e.subject_type = %s AND e.subject_id = ANY(%s)"
        " AND e.kind = ANY(%s) AND (%s::bigint IS NULL OR e.id < %s) ORDER BY e.id DESC LIMIT %s",
        [subject_type, list(subject_ids), sorted(kinds), before, before, limit],
    )


def personal_of(subject: Subject) -> dict[int, dict[str, JSON]]:
    """The personal data still kept of a subject's entries: entry id → data. Whoever shows it checks who may see it."""
    rows = LedgerPersonal.objects.filter(entry__subject_type=subject.type, entry__subject_id=subject.id)
    return {entry_id: orjson.loads(data) for entry_id, data in rows.values_list("entry_id", "data")}


def sealed_height() -> int:
    """Height of the newest block; 0 before the first."""
    return LedgerBlock.objects.order_by("-height").values_list("height", flat=True).first() or 0


def anchor() -> tuple[int, bytes]:
    """Height and digest of the newest block, to be published elsewhere; ``(0, b"")`` before the first."""
    block = LedgerBlock.objects.order_by("-height").only("height", "digest").first()
    return (block.height, bytes(block.digest)) if block else (0, b"")


def sealed_entries(*, above: int, up_to: int, kinds: Iterable[str]) -> Iterator[Entry]:
    """The entries of these kinds in blocks ``above < height <= up_to``, in the total order of the ledger."""
    return iter(
        _fetch(
            f"SELECT {COLUMNS} FROM ledger_block b, unnest(b.entry_ids) WITH ORDINALITY AS place(entry_id, position)"
            " JOIN ledger_entry e ON e.id = place.entry_id"
            " WHERE b.height > %s AND b.height <= %s AND e.kind = ANY(%s) ORDER BY b.height, place.position",
            [above, up_to, sorted(kinds)],
        )
    )


def entries_between(
    *, units: Sequence[str], kinds: Iterable[str], start: datetime, end: datetime, after: int = 0, limit: int = 100
) -> list[Entry]:
    """Entries of these kinds and units that happened in ``[start, end)``: the ``limit`` first ids above ``after``."""
    return _fetch(
        f"SELECT {COLUMNS} FROM ledger_entry e WHERE e.unit = ANY(%s) AND LEAST(e.at, e.recorded_at) >= %s"
        " AND LEAST(e.at, e.recorded_at) < %s AND e.kind = ANY(%s) AND e.id > %s ORDER BY e.id LIMIT %s",
        [list(units), start, end, sorted(kinds), after, limit],
    )


def entries_by_id(ids: Sequence[int]) -> dict[int, Entry]:
    """Entries by their ids; unknown ids are left out."""
    found = _fetch(f"SELECT {COLUMNS} FROM ledger_entry e WHERE e.id = ANY(%s)", [list(ids)])
    return {entry.id: entry for entry in found}


def entry_count() -> int:
    """How many entries there are, exactly (reads the whole index: for commands, not for pages)."""
    return LedgerEntry.objects.count()
