"""Is the ledger whole? Three independent looks: each entry and chain, each block, and the entries against the blocks.

Whoever can switch the triggers off can rewrite rows; these looks say which. Whoever rewrites *everything* consistently,
blocks included, is found only by an anchor (height and digest of a block) that was published elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction

from tocho.core.ledger.models import LedgerBlock, LedgerEntry
from tocho.core.ledger.queries.comparisons import COMPARISONS
from tocho.core.ledger.rules import GENESIS, block_digest, entry_digest, merkle_root, said_digest

# Columns in the order of rules.said_digest, then what the chain adds; moments as the database keeps them.
SAID = """
    SELECT subject_type, subject_id, kind, (extract(epoch FROM at) * 1000000)::bigint - 946684800000000,
        user_id, post_id, acting_for_id, unit, encode(personal_digest, 'hex'), data,
        id, seq, (extract(epoch FROM recorded_at) * 1000000)::bigint - 946684800000000, previous, digest
    FROM ledger_entry ORDER BY subject_type, subject_id, seq
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; ``text`` says which entry or block and what about it.

    ``name`` is altered, missing, reordered, unsealed, chain, block, personal or anchor.
    """

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
                cursor.execute("SET LOCAL enable_nestloop = off")  # fatal where the planner knows no statistics yet
        yield


def _problems(counts: dict[str, int], anchors: tuple[tuple[int, bytes], ...]) -> Iterator[Problem]:
    yield from _chain_problems(counts)
    yield from _block_problems(counts, dict(anchors))
    for comparison in COMPARISONS:
        for row in _rows(comparison.sql):
            yield Problem(comparison.name, comparison.text.format(*row))


def _rows(sql: str, chunk: int = 2_000) -> Iterator[tuple[Any, ...]]:
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
    subject, last, last_digest = (object(), object()), 0, GENESIS
    for *said, data, row_id, seq, recorded_at, previous, digest in _rows(SAID):
        counts["entries"] += 1
        if (said[0], said[1]) != subject:
            subject, last, last_digest = (said[0], said[1]), 0, GENESIS
        if seq != last + 1:
            missing = f"{last + 1}" if seq == last + 2 else f"{last + 1}–{seq - 1}"
            yield Problem("missing", f"{said[0]}:{said[1]} entry {missing} is missing")
        elif previous != last_digest:
            yield Problem("altered", f"{said[0]}:{said[1]} entry {seq} (id {row_id}) does not follow from entry {last}")
        content = said_digest(said, data)
        if entry_digest(previous=previous, seq=seq, recorded_at=recorded_at, content=content) != digest:
            yield Problem("altered", f"{said[0]}:{said[1]} entry {seq} (id {row_id}) is not what was recorded")
        last, last_digest = seq, digest


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
