"""What keeps a file from its end (廃棄の停止): placed and released, each office its own."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor

from ..models import DisclosureRequest, Hold, RecordFile
from ..rules import ENDED
from .recording import RecordsRefused, needed, record


@transaction.atomic
def hold_file(*, file_id: int, ground: str, reason: str, unit: str = "", actor: Actor, at: datetime) -> Hold:
    """Stop whatever would end a file, whoever asks for that later; ``unit`` is the office that asks. Several holds
    stand beside each other, and the file goes on when all are released.

    :raises RecordsRefused: it is gone already, or there is no reason.
    """
    file, reason = _locked(file_id), needed(reason)
    if file.state in ENDED:
        raise RecordsRefused(_("このファイルはもうありません。"))
    return _place(file, ground=ground, reason=reason, unit=unit or file.unit, actor=actor, at=at)


@transaction.atomic
def release_hold(*, hold_id: int, reason: str, actor: Actor, at: datetime) -> Hold:
    """Let a file go on; other holds still stand.

    :raises RecordsRefused: there is no reason, or it stands for a request for disclosure that is not closed.
    """
    known = Hold.objects.select_related("request").get(id=hold_id)
    file, reason = _locked(known.file_id), needed(reason)
    hold = Hold.objects.select_for_update().get(id=hold_id)
    if known.request is not None and hold.released_at is None:
        words = _("開示請求%(number)sのための停止です。請求を完結すると解けます。")
        raise RecordsRefused(words % {"number": known.request.reference})
    _release(hold, file, reason=reason, actor=actor, at=at)
    return hold


def hold_for_request(request: DisclosureRequest, file_ids: Collection[int], *, actor: Actor, at: datetime) -> int:
    """Keep the files of documents that a request is about, as long as it is open; how many were not held for it yet."""
    held = set(Hold.objects.filter(request=request, released_at=None).values_list("file_id", flat=True))
    placed = 0
    for file_id in sorted(set(file_ids) - held):
        file = _locked(file_id)
        if file.state in ENDED:
            continue
        reason = _("開示請求%(number)s") % {"number": request.reference}
        _place(file, ground="disclosure", reason=reason, unit=request.unit, request=request, actor=actor, at=at)
        placed += 1
    return placed


def release_for_request(request: DisclosureRequest, *, reason: str, actor: Actor, at: datetime) -> int:
    """Let the files go on that were kept for a request; how many."""
    holds = Hold.objects.filter(request=request, released_at=None).order_by("file_id")
    for hold_id, file_id in list(holds.values_list("id", "file_id")):
        file = _locked(file_id)
        _release(Hold.objects.select_for_update().get(id=hold_id), file, reason=reason, actor=actor, at=at)
    return len(holds)


def _place(
    file: RecordFile,
    *,
    ground: str,
    reason: str,
    unit: str,
    request: DisclosureRequest | None = None,
    actor: Actor,
    at: datetime,
) -> Hold:
    hold = Hold.objects.create(
        file=file,
        ground=ground,
        reason=reason,
        unit=unit,
        request=request,
        placed_at=at,
        placed_by_id=actor.user_id,
    )
    record(file, "records.held", {"ground": ground, "hold": hold.pk, "for": unit}, actor=actor, at=at)
    return hold


def _release(hold: Hold, file: RecordFile, *, reason: str, actor: Actor, at: datetime) -> None:
    if hold.released_at is not None:
        return
    hold.released_at, hold.release_reason = at, reason
    hold.save(update_fields=["released_at", "release_reason"])
    record(file, "records.released", {"ground": hold.ground, "hold": hold.pk}, actor=actor, at=at)


def _locked(file_id: int) -> RecordFile:
    return RecordFile.objects.select_for_update().get(id=file_id)
