"""Is the ledger whole? Three independent looks: each entry and chain, each block, and the entries against the blocks.

Whoever can switch the triggers off can rewrite rows; these looks say which. Whoever rewrites *everything* consistently,
blocks included, is found only by an anchor (height and digest of a block) that was published elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from tocho.core.ledger.models import LedgerBlock, LedgerEntry
from tocho.core.ledger.queries.comparisons import COMPARISONS
from tocho.core.ledger.queries.entries import COLUMNS, entry_from_row
from tocho.core.ledger.rules import (
    GENESIS,
    Entry,
    Subject,
    block_digest,
    content_digest,
    entry_digest,
    merkle_root,
)

# Problems by their names: altered, missing, reordered, unsealed, chain, block, personal, anchor.


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; ``name`` is a word to count by, ``text`` says which entry or block and what about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verification saw. ``problems`` is cut at the limit asked for; ``ok`` means that there was none."""

    entries: int
    blocks: int
    waiting: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(*, anchors: tuple[tuple[int, bytes], ...] = (), limit: int = 100) -> Verdict:
    """Read the whole ledger in one snapshot and say what is altered, missing or out of order.

    ``anchors`` are (height, digest) of blocks published earlier. Memory does not grow with the ledger.
    """
    counts = {"entries": 0, "blocks": 0}
    with _snapshot():
        problems = tuple(islice(_problems(counts, anchors), limit))
        if len(problems) == limit:  # not everything was read
            counts = {"entries": LedgerEntry.objects.count(), "blocks": LedgerBlock.objects.count()}
        waiting = _number("SELECT count(*) FROM ledger_unsealed")
    return Verdict(entries=counts["entries"], blocks=counts["blocks"], waiting=waiting, problems=problems)


@contextmanager
def _snapshot() -> Iterator[None]:
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _problems(counts: dict[str, int], anchors: tuple[tuple[int, bytes], ...]) -> Iterator[Problem]:
    yield from _chain_problems(counts)
    yield from _block_problems(counts, dict(anchors))
    for comparison in COMPARISONS:
        for row in _rows(comparison.sql):
            yield Problem(comparison.name, comparison.text.format(*row))


def _rows(sql: str, chunk: int = 2_000) -> Iterator[tuple[object, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(chunk):
            yield from rows


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _chain_problems(counts: dict[str, int]) -> Iterator[Problem]:
    """Each entry against its own digest, and against the one before it in its subject's chain."""
    subject, seq, digest = Subject("", 0), 0, GENESIS
    for row in _rows(f"SELECT {COLUMNS} FROM ledger_entry e ORDER BY e.subject_type, e.subject_id, e.seq"):  # noqa: S608
        entry = entry_from_row(row)
        counts["entries"] += 1
        if entry.subject != subject:
            subject, seq, digest = entry.subject, 0, GENESIS
        name = f"{subject.type}:{subject.id}"
        if entry.seq != seq + 1:
            missing = f"{seq + 1}" if entry.seq == seq + 2 else f"{seq + 1}–{entry.seq - 1}"
            yield Problem("missing", f"{name} entry {missing} is missing")
        elif entry.previous != digest:
            yield Problem("altered", f"{name} entry {entry.seq} (id {entry.id}) does not follow from entry {seq}")
        if _digest_of(entry, str(row[11]).encode()) != entry.digest:
            yield Problem("altered", f"{name} entry {entry.seq} (id {entry.id}) is not what was recorded")
        seq, digest = entry.seq, entry.digest


def _digest_of(entry: Entry, data: bytes) -> bytes:
    content = content_digest(
        subject=entry.subject,
        kind=entry.kind,
        actor=entry.actor,
        at=entry.at,
        unit=entry.unit,
        data=data,
        personal_digest=entry.personal_digest,
    )
    return entry_digest(previous=entry.previous, seq=entry.seq, recorded_at=entry.recorded_at, content=content)


def _block_problems(counts: dict[str, int], anchors: dict[int, bytes]) -> Iterator[Problem]:
    height, previous = 0, GENESIS
    for block in LedgerBlock.objects.order_by("height").iterator(chunk_size=100):
        counts["blocks"] += 1
        if block.height != height + 1:
            yield Problem("missing", f"block {height + 1} is missing")
        elif bytes(block.previous) != previous:
            yield Problem("block", f"block {block.height} does not follow from block {height}")
        if block.entry_ids != sorted(set(block.entry_ids)):
            yield Problem("reordered", f"block {block.height} does not list its entries in order")
        if not block.digests or merkle_root([bytes(leaf) for leaf in block.digests]) != bytes(block.root):
            yield Problem("block", f"block {block.height}: the Merkle root does not fit its entries")
        digest = block_digest(
            height=block.height,
            sealed_at=block.sealed_at,
            previous=bytes(block.previous),
            root=bytes(block.root),
            entry_ids=block.entry_ids,
        )
        if digest != bytes(block.digest):
            yield Problem("block", f"block {block.height} is not what was sealed")
        if anchors.pop(block.height, digest) != digest:
            yield Problem("anchor", f"block {block.height} is not the one that was published")
        height, previous = block.height, bytes(block.digest)
    for lost in anchors:
        yield Problem("anchor", f"block {lost} was published and is missing")
