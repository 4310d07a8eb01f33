"""Signatures that last: proofs and a timestamp over the file soon after it is sealed, and again before they get old."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.jobs.api import AlreadyEnqueued, app
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.engines.documents import api as documents

from .. import rules
from ..models import UNSEALED, Notice, NoticeCopy
from .recording import NoticeRefused, record
from .sealing import keep_files

AT_ONCE = 25  # notices that one run of the renewal handles before it makes way for other jobs


def due_for_timestamp(*, at: datetime) -> QuerySet[Notice]:
    """Sealed notices whose signature needs a (new) timestamp, the oldest need first."""
    older = ~Q(timestamp_hash__in=("", settings.TIMESTAMP_HASH))
    return Notice.objects.filter(Q(renew_at__lte=at) | (Q(renew_at__isnull=False) & older)).order_by("renew_at", "id")


def archive_notice(*, notice_id: int, at: datetime) -> bool:
    """Bring one notice's file to PAdES B-LTA, or renew its timestamp; False when there is nothing to do.

    The digest of the file it replaces is kept: who has downloaded that copy still holds a genuine one. The CPU work and
    the request come before the transaction; of two runs at once the second finds another file and writes nothing.
    A file that cannot be archived keeps the reason and is asked about no more until a person looks.

    :raises ArchiveError: when the timestamp service fails; nothing has changed then.
    """
    notice = due_for_timestamp(at=at).filter(id=notice_id, file__isnull=False).first()
    if notice is None or notice.file_id is None:
        return False
    with files.open_file(notice.file_id) as stream:
        before = stream.read()
    try:
        archived = documents.archive(before, at=at)
    except documents.NotArchivable as error:
        Notice.objects.filter(id=notice_id).update(problem=str(error), renew_at=None)
        return False
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
        if notice.file_id is None or bytes(notice.pdf_sha256 or b"") != sha256(before).digest():
            return False
        _keep(notice, before, archived, at=at)
    return True


def _keep(notice: Notice, before: bytes, archived: documents.Signed, *, at: datetime) -> None:
    """The new file takes the old one's place: it begins with it, byte by byte, so only the digest must stay."""
    old_file = notice.file_id
    assert old_file is not None
    NoticeCopy.objects.create(
        notice=notice,
        sha256=sha256(before).digest(),
        level=notice.signature_level,
        made_at=notice.timestamped_at or notice.signed_at or at,
    )
    renewed = notice.signature_level == archived.level
    keep_files([notice], [archived.pdf], at=at)
    notice.signature_level, notice.timestamp_hash = archived.level, archived.hash
    notice.timestamped_at, notice.provable_until, notice.problem = at, archived.provable_until, ""
    notice.renew_at = rules.renewal_moment(archived.provable_until, at=at)
    fields = ["file", "pdf_sha256", "signature_level", "timestamp_hash", "timestamped_at", "provable_until"]
    notice.save(update_fields=[*fields, "problem", "renew_at"])
    digest = sha256(archived.pdf).hexdigest()
    record(notice, "archived", at=at, data={"sha256": digest, "level": archived.level, "renewal": renewed})
    files.forget(old_file, by=SYSTEM, at=at)


@transaction.atomic
def retry_notice(*, notice_id: int, actor: Actor, at: datetime) -> None:
    """Have a notice that stands still sealed once more, or its timestamp asked for once more.

    :raises NoticeRefused: it does not stand still (any more), or there is no timestamp service.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if not notice.problem:
        raise NoticeRefused(_("もうやり直されています。"))
    is_out = notice.state not in UNSEALED
    if is_out and not documents.archives():
        raise NoticeRefused(_("タイムスタンプの設定がありません。情報基盤の担当に知らせてください。"))
    notice.problem, notice.renew_at = "", at if is_out else notice.renew_at
    notice.save(update_fields=["problem", "renew_at"])
    record(notice, "retried", actor=actor, at=at)
    app.configure_task("notices.archive_notice" if is_out else "notices.seal_notice").defer(notice_id=notice.id)


def renew_timestamps(*, at: datetime) -> int:
    """Handle the next few notices that are due, and have the rest done by a further job; how many were handled.

    :raises ArchiveError: when the timestamp service fails; the next tick begins where this one ended.
    """
    if not documents.archives():
        return 0
    ids = list(due_for_timestamp(at=at).values_list("id", flat=True)[:AT_ONCE])
    for notice_id in ids:
        archive_notice(notice_id=notice_id, at=at)
    if len(ids) == AT_ONCE:
        continue_renewal(at=at)
    return len(ids)


def continue_renewal(*, at: datetime) -> None:
    """A further run of the renewal, where anything is due and none waits already."""
    if not documents.archives() or not due_for_timestamp(at=at).exists():
        return
    try:
        with transaction.atomic():
            app.configure_task(
                "notices.renew_timestamps", priority=rules.LATER, queueing_lock="notices.renew_timestamps"
            ).defer()
    except AlreadyEnqueued:
        return
