import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Act, Actor, Subject
from tocho.lib.errors import Refused
from tocho.lib.rows import insert_many
from tocho.lib.transactions import one_transaction
from tocho.ui.markup import listed

from . import providers
from .models import StoredFile
from .rules import KINDS, clean_name, ending, kind_of

logger = logging.getLogger(__name__)


class FileRefused(Refused):
    """A file that is not stored; the message says what to do instead."""


def store_file(
    stream: BinaryIO, *, name: str, max_bytes: int, allowed: frozenset[str] | None, by: Actor, at: datetime
) -> StoredFile:
    """Check a file by its content and keep it.

    The content is stored before the row: a crash in between leaves an unnamed content, never a row without content.
    :param allowed: content types or endings that are taken; all of ``rules.KINDS`` when None.
    :raises FileRefused: empty, too large, another kind than its name or the field says, or malware in it.
    """
    content = stream.read(max_bytes + 1)
    name = clean_name(name)
    if not content:
        raise FileRefused(
            _("「%(name)s」は空のファイルです。中身を確かめて、もう一度選んでください。") % {"name": name}
        )
    if len(content) > max_bytes:
        raise FileRefused(
            _("「%(name)s」は大きすぎます。%(limit)dMBまでにしてください。写真は小さくして撮り直すと収まります。")
            % {"name": name, "limit": max_bytes // 1_000_000}
        )
    kind = _checked_kind(content, name, allowed)
    _scan(content, name)
    return keep_contents([(name, content)], content_type=kind, by=by, at=at)[0]


@one_transaction
def keep_contents(
    contents: Sequence[tuple[str, bytes]], *, content_type: str, by: Actor, at: datetime
) -> list[StoredFile]:
    """Keep contents of a known kind, each under its name: looked at before, or made by this system."""
    if not contents:
        return []
    digests = [hashlib.sha256(content).hexdigest() for _name, content in contents]
    _lock(*digests)
    store = providers.store()
    for digest, (_name, content) in zip(digests, contents, strict=True):
        store.put(digest, content)
    rows = [
        StoredFile(name=clean_name(name), digest=digest, size=len(content), content_type=content_type)
        for digest, (name, content) in zip(digests, contents, strict=True)
    ]
    _write(rows, by=by, at=at)
    return rows


def _write(rows: Sequence[StoredFile], *, by: Actor, at: datetime) -> None:
    for row in rows:
        row.stored_at, row.stored_by_id = at, by.user_id
    insert_many(rows)
    ledger.append_all(
        Act(
            Subject("file", row.id),
            "file.stored",
            by,
            at,
            data={"digest": row.digest, "size": row.size, "type": row.content_type},
        )
        for row in rows
    )


def keep_made(path: Path, *, name: str, content_type: str, by: Actor, at: datetime) -> StoredFile:
    """Keep a file that this system made itself (a package for the archive), however large: read piece by piece.

    In the transaction that names it; :raises OSError: it cannot be read or stored.
    """
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    _lock(digest)
    providers.store().take(digest, path)
    stored = StoredFile(name=clean_name(name), digest=digest, size=path.stat().st_size, content_type=content_type)
    _write([stored], by=by, at=at)
    return stored


def _checked_kind(content: bytes, name: str, allowed: frozenset[str] | None) -> str:
    kind = kind_of(content, name=name)
    takes = {kind, *KINDS.get(kind, ())}
    if not kind or (allowed is not None and not takes & allowed):
        endings = sorted(e for k, es in KINDS.items() for e in es if allowed is None or ({k} | es) & allowed)
        raise FileRefused(
            _("「%(name)s」は使えない形式です。%(kinds)s のどれかにしてください。")
            % {"name": name, "kinds": listed(e.upper() for e in endings)}
        )
    if ending(name) not in KINDS[kind]:
        raise FileRefused(
            _("「%(name)s」の中身は%(kind)sです。名前の終わりを .%(right)s に直してから選んでください。")
            % {"name": name, "kind": kind, "right": sorted(KINDS[kind])[0]}
        )
    return kind


def _scan(content: bytes, name: str) -> None:
    scanner = providers.scanner()
    if scanner is None:
        return
    try:
        found = scanner.find(content)
    except OSError as error:
        logger.exception("the malware scanner is out of reach")
        raise FileRefused(
            _("ファイルの検査がいまできません。少し待って、もう一度お試しください。ほかの入力は残っています。")
        ) from error
    if found:
        raise FileRefused(
            _("「%(name)s」からウイルスが見つかりました（%(found)s）。別のファイルを選んでください。")
            % {"name": name, "found": found}
        )


@transaction.atomic
def forget_file(*, file_id: int, by: Actor, at: datetime) -> None:
    """Erase a file's content at the end of its retention; the row stays as a tombstone (name and digest)."""
    stored = StoredFile.objects.select_for_update().get(id=file_id)
    if stored.forgotten_at is not None:
        return
    stored.forgotten_at = at
    stored.save(update_fields=["forgotten_at"])
    ledger.append(
        subject=Subject("file", stored.id), kind="file.forgotten", actor=by, at=at, data={"digest": stored.digest}
    )
    transaction.on_commit(lambda: _erase_unnamed(stored.digest, at=at))


def erase_forgotten(*, at: datetime) -> int:
    """Erase the contents of files that were forgotten by a process that died before it erased them; returns how many.

    A failing store leaves them for the next run.
    """
    rows = StoredFile.objects.filter(forgotten_at__isnull=False, erased_at=None)
    digests = list(rows.order_by("digest").values_list("digest", flat=True).distinct())
    for digest in digests:
        _erase_unnamed(digest, at=at)
    return len(digests)


@transaction.atomic
def _erase_unnamed(digest: str, *, at: datetime) -> None:
    _lock(digest)
    rows = StoredFile.objects.filter(digest=digest)
    if not rows.filter(forgotten_at=None).exists():
        providers.store().delete(digest)
    rows.filter(forgotten_at__isnull=False, erased_at=None).update(erased_at=at)


def _lock(*digests: str) -> None:
    """One at a time for each content: nobody names a content while another erases it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(one, 0)) FROM unnest(%s::text[]) one", [sorted(digests)]
        )
