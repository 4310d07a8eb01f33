"""The writes of the ledger: append, erase personal data, seal, and how far somebody has read."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.models import LedgerBlock, LedgerPersonal, LedgerReader
from tocho.core.ledger.queries.entries import sealed_entries, sealed_height
from tocho.core.ledger.rules import (
    ERASED,
    GENESIS,
    JSON,
    Act,
    Actor,
    Entry,
    Subject,
    block_digest,
    canonical,
    checked_data,
    content_digest,
    merkle_root,
    personal_digest,
)
from tocho.lib.errors import Refused

NOTHING: Mapping[str, JSON] = MappingProxyType({})
APPEND = "SELECT * FROM ledger_append(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)"
SEALER_LOCK = 0x746F63686F  # "tocho": the advisory lock that one sealer holds at a time
BLOCK_LIMIT = 1_000
DATA, PERSONAL_DIGEST = 8, 10  # their places in what ``APPEND`` is told


def append(
    *,
    subject: Subject,
    kind: str,
    actor: Actor,
    at: datetime,
    unit: str = "",
    data: Mapping[str, JSON] = NOTHING,
    personal: Mapping[str, JSON] | None = None,
) -> Entry:
    """Record one act at the end of its subject's chain, in the running transaction. One statement.

    Call it last in the action: the chain's head stays locked until the transaction ends. ``unit`` is the code of the
    organisation unit in whose name the act counts. ``data`` holds plain values for counting and proof, never personal
    data; ``personal`` is stored apart under a salted digest and can be erased.

    :raises TypeError: if ``data`` or ``personal`` holds what JSON cannot.
    :raises ValueError: if ``at`` has no time zone.
    """
    said = _said(Act(subject, kind, actor, at, unit, data, personal))
    with connection.cursor() as cursor:
        cursor.execute(APPEND, said)
        entry_id, seq, previous, entry_digest, recorded_at = cursor.fetchone()
    return Entry(
        id=entry_id,
        subject=subject,
        seq=seq,
        kind=kind,
        actor=actor,
        at=at,
        recorded_at=recorded_at,
        unit=unit,
        data=orjson.loads(said[DATA]),
        personal_digest=said[PERSONAL_DIGEST],
        previous=bytes(previous),
        digest=bytes(entry_digest),
    )


def append_all(acts: Iterable[Act]) -> None:
    """Record several acts in this order, as ``append`` records each, in one conversation with the database.

    :raises TypeError, ValueError: as ``append``; nothing is recorded then.
    """
    said = [_said(act) for act in acts]
    if not said:
        return
    with connection.cursor() as cursor:
        cursor.executemany(APPEND, said)


def _said(act: Act) -> tuple[Any, ...]:
    """What ``ledger_append`` is told of an act."""
    if act.at.tzinfo is None:
        raise ValueError("the moment of an act needs a time zone")
    subject, actor, data = act.subject, act.actor, checked_data(act.data)
    salt = digest = personal = None
    if act.personal is not None:
        salt, personal = secrets.token_bytes(32), canonical(dict(act.personal))
        digest = personal_digest(salt=salt, personal=personal)
    content = content_digest(
        subject=subject, kind=act.kind, actor=actor, at=act.at, unit=act.unit, data=data, personal_digest=digest
    )
    who = (actor.user_id, actor.post_id, actor.acting_for_id)
    kept = (data.decode(), content, digest, salt, personal.decode() if personal else None)
    return (subject.type, subject.id, act.kind, *who, act.at, act.unit, *kept)


@transaction.atomic
def erase_personal(*, subject: Subject, reason: str, actor: Actor, at: datetime) -> int:
    """Erase the personal data of all entries of a subject and record that; returns how many entries lost it.

    The salts go too, so the digests that stay can no longer be tied to a person (個人情報保護法22条、98条).
    ``reason`` is the legal ground and is kept for ever: it must not name the person.

    :raises Refused: without a reason.
    """
    if not reason.strip():
        raise Refused(_("個人情報を消去する根拠を入力してください。"))
    rows = LedgerPersonal.objects.filter(entry__subject_type=subject.type, entry__subject_id=subject.id)
    ids = sorted(rows.values_list("entry_id", flat=True))
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tocho.ledger_erasing', 'yes', true)")
        cursor.execute("DELETE FROM ledger_personal WHERE entry_id = ANY(%s)", [ids])
        cursor.execute("SELECT set_config('tocho.ledger_erasing', '', true)")
    append(subject=subject, kind=ERASED, actor=actor, at=at, data={"reason": reason, "entries": list(ids)})
    return len(ids)


def seal(*, at: datetime, limit: int = BLOCK_LIMIT) -> int:
    """Seal everything that is committed and waits, in blocks of at most ``limit`` entries; returns how many entries.

    Harmless when called twice at once: the second caller finds the lock taken and leaves with 0.
    """
    sealed = 0
    while count := _seal_block(at=at, limit=limit):
        sealed += count
    return sealed


@transaction.atomic
def _seal_block(*, at: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "WITH taken AS (DELETE FROM ledger_unsealed WHERE entry_id IN"
            " (SELECT entry_id FROM ledger_unsealed ORDER BY entry_id LIMIT %s) RETURNING entry_id)"
            " SELECT e.id, e.digest FROM taken JOIN ledger_entry e ON e.id = taken.entry_id ORDER BY e.id",
            [limit],
        )
        rows = cursor.fetchall()
    if not rows:
        return 0
    ids, digests = [row[0] for row in rows], [bytes(row[1]) for row in rows]
    last = LedgerBlock.objects.order_by("-height").only("height", "digest").first()
    height = last.height + 1 if last else 1
    previous = bytes(last.digest) if last else GENESIS
    root = merkle_root(digests)
    digest = block_digest(height=height, sealed_at=at, previous=previous, root=root, entry_ids=ids)
    LedgerBlock.objects.create(
        height=height, sealed_at=at, previous=previous, root=root, digest=digest, entry_ids=ids, digests=digests
    )
    return len(rows)


@transaction.atomic
def read_new(*, reader: str, kinds: Collection[str], blocks: int = 50) -> list[Entry]:
    """The entries of these kinds in blocks sealed since this reader last read, oldest first, at most so many blocks.

    What follows from them belongs into the same transaction: then each entry is acted on exactly once, whatever is
    killed when and however many workers read. A reader begins with what is sealed after its first call.
    """
    top = sealed_height()
    LedgerReader.objects.get_or_create(name=reader, defaults={"height": top})
    height = LedgerReader.objects.select_for_update().get(name=reader).height
    if height >= top:
        return []
    up_to = min(top, height + blocks) if kinds else top
    LedgerReader.objects.filter(name=reader).update(height=up_to)
    return list(sealed_entries(above=height, up_to=up_to, kinds=kinds)) if kinds else []
