"""What an entry is, and how entries and blocks are hashed. Pure: no query, no clock.

Every digest is SHA-256 (FIPS 180-4). Canonical JSON is UTF-8, keys sorted, no white space (what ``orjson`` writes with
``OPT_SORT_KEYS``), so that anyone can recompute a digest in any language from the row.

    content = SHA-256(canonical([type, id, kind, at, user, post, acting for, unit, hex of personal digest, data]))
    entry   = SHA-256(previous ‖ seq as 4 bytes ‖ recorded_at as 8 bytes ‖ content); previous is 32 zero bytes at seq 1
    block   = SHA-256(canonical([height, sealed_at, hex of previous, hex of Merkle root, [entry ids]]))

Moments are whole microseconds since 2000-01-01 UTC, as PostgreSQL keeps them; integers in bytes are big-endian.

``ledger_append`` (migration 0002) computes the entry digest in the database, because the chain's head is known only
there; ``entry_digest`` is the same formula for the verification.
"""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]

GENESIS = bytes(32)
ERASED = "ledger.personal_erased"
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: ``Subject("application", 12)``. One chain of entries for each subject."""

    type: str
    id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, in which post, and for whom; all ``None`` when the system acted by itself."""

    user_id: int | None = None
    post_id: int | None = None
    acting_for_id: int | None = None


SYSTEM = Actor()


@dataclass(frozen=True, slots=True)
class Act:
    """One act that is to be recorded; its fields are what ``append`` takes."""

    subject: Subject
    kind: str
    actor: Actor
    at: datetime
    unit: str = ""
    data: Mapping[str, JSON] = field(default_factory=dict)
    personal: Mapping[str, JSON] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it was recorded: ``at`` its moment by the caller's clock, ``recorded_at`` by the database's."""

    id: int
    subject: Subject
    seq: int
    kind: str
    actor: Actor
    at: datetime
    recorded_at: datetime
    unit: str
    data: dict[str, JSON]
    personal_digest: bytes | None
    previous: bytes
    digest: bytes

    @property
    def happened_at(self) -> datetime:
        """The moment that counts. No act lies in the future: a fast clock carries no count into a later month."""
        return min(self.at, self.recorded_at)


def microseconds(at: datetime) -> int:
    """A moment as PostgreSQL keeps it: microseconds since 2000-01-01 UTC."""
    return (at - _POSTGRES_EPOCH) // _MICROSECOND


def canonical(value: object) -> bytes:
    """Canonical JSON of plain values.

    :raises TypeError: for what JSON cannot hold (Decimal, sets, keys that are no text).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_digest(
    *, subject: Subject, kind: str, actor: Actor, at: datetime, unit: str, data: bytes, personal_digest: bytes | None
) -> bytes:
    """Digest of what the caller said; ``data`` is canonical JSON. Independent of the place in the chain."""
    personal = personal_digest.hex() if personal_digest else None
    who = actor.user_id, actor.post_id, actor.acting_for_id
    return said_digest((subject.type, subject.id, kind, microseconds(at), *who, unit, personal), data)


def said_digest(said: Sequence[object], data: str | bytes) -> bytes:
    """``content_digest`` of plain values in their order, for reading many: no objects are built."""
    return hashlib.sha256(orjson.dumps([*said, orjson.Fragment(data)])).digest()


def entry_digest(*, previous: bytes, seq: int, recorded_at: int, content: bytes) -> bytes:
    """Digest of an entry in its chain; the same bytes as ``ledger_append`` hashes. ``recorded_at`` in microseconds."""
    return hashlib.sha256(previous + struct.pack(">iq", seq, recorded_at) + content).digest()


def personal_digest(*, salt: bytes, personal: bytes) -> bytes:
    """Digest of personal data (canonical JSON) under its own salt: once the salt is gone, nothing can be guessed."""
    return hashlib.sha256(salt + personal).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root of the Merkle tree over entry digests, as RFC 9162 section 2.1.1 defines it.

    :raises ValueError: without leaves.
    """
    if not leaves:
        raise ValueError("a Merkle tree needs at least one leaf")
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def block_digest(*, height: int, sealed_at: datetime, previous: bytes, root: bytes, entry_ids: Sequence[int]) -> bytes:
    """Digest of a block; publishing it anchors every entry up to this height."""
    sealed = [height, microseconds(sealed_at), previous.hex(), root.hex(), list(entry_ids)]
    return hashlib.sha256(orjson.dumps(sealed)).digest()


def checked_data(data: Mapping[str, JSON]) -> bytes:
    """Canonical JSON of an entry's data. :raises TypeError: if it is not a mapping of text to plain values."""
    return canonical(dict(data)) if data else b"{}"
