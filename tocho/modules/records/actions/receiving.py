"""What arrives at an office (収受): registered, passed to who handles it, handled, filed; what came of it is named."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process

from ..models import ReceivedDocument, ReceivedLink
from ..queries.sources import matters
from .filing import Filing, enter_document
from .recording import RecordsRefused, apart, known_unit, lock_series, needed
from .wording import word_received

State = ReceivedDocument.State
HANDLE = "records.handle"


@transaction.atomic
def receive_document(
    *,
    unit: str,
    title: str,
    sender: str,
    channel: str,
    arrived_on: date,
    once: str,
    stored_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> ReceivedDocument:
    """Note that a document has arrived. The same ``once`` is the same document.

    :raises RecordsRefused: it would arrive in the future.
    """
    if known := ReceivedDocument.objects.filter(once=once).first():
        return known
    if arrived_on > org.office_day(at):
        raise RecordsRefused(_("到達の日は今日か、それより前の日にしてください。"), field="arrived_on")
    found, is_new = ReceivedDocument.objects.get_or_create(
        once=once,
        defaults={
            "unit": known_unit(unit, at=at),
            "title": title,
            "sender": sender,
            "channel": channel,
            "arrived_on": arrived_on,
            "stored_id": stored_id,
            "changed_at": at,
        },
    )
    if is_new:
        word_received(found)
        record_received(found, "records.received", {"channel": channel}, actor=actor, at=at)
    return found


@transaction.atomic
def correct_received(
    *, received_id: int, title: str, sender: str, reason: str, actor: Actor, at: datetime
) -> ReceivedDocument:
    """Correct what was typed of it, until it is handled; what stood there is named in the ledger's reason only.

    :raises RecordsRefused: it is handled, or there is no reason.
    """
    found, reason = _locked(received_id), needed(reason)
    if found.state == State.HANDLED:
        raise RecordsRefused(_("処理の済んだ収受文書は直せません。"))
    changed = [name for name, new in (("title", title), ("sender", sender)) if getattr(found, name) != new]
    if not changed:
        return found
    found.title, found.sender = title, sender
    _save(found, found.state, at=at)
    word_received(found)
    data: dict[str, JSON] = {"columns": [*changed]}
    record_received(found, "records.received_corrected", data, reason=reason, actor=actor, at=at)
    return found


@transaction.atomic
def attach_scan(*, received_id: int, stored_id: int, actor: Actor, at: datetime) -> ReceivedDocument:
    """Add the scan of what arrived on paper, once.

    :raises RecordsRefused: it has one, or it is handled and filed already.
    """
    found = _locked(received_id)
    if found.stored_id == stored_id:
        return found
    if found.stored_id is not None or found.state == State.HANDLED:
        raise RecordsRefused(_("ファイルはもう加えられています。処理の済んだものには加えられません。"), field="file")
    found.stored_id = stored_id
    _save(found, found.state, at=at)
    digest = files.view(stored_id).digest_hex
    record_received(found, "records.scanned", {"digest": digest}, actor=actor, at=at)
    return found


@transaction.atomic
def register_received(*, received_id: int, actor: Actor, at: datetime) -> ReceivedDocument:
    """Give it the next number of the office and fiscal year (収受番号), without gaps. Once only."""
    found = _locked(received_id)
    if found.state != State.RECEIVED:
        return found
    year = calendar.fiscal_year(org.office_day(at))
    lock_series(f"received:{found.unit}:{year}")
    rows = ReceivedDocument.objects.filter(unit=found.unit, fiscal_year=year)
    found.fiscal_year, found.number = year, (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    _save(found, State.REGISTERED, at=at)
    word_received(found)
    record_received(found, "records.registered", {"number": found.reference}, actor=actor, at=at)
    return found


@transaction.atomic
def assign_received(*, received_id: int, unit: str, actor: Actor, at: datetime) -> ReceivedDocument:
    """Pass it to the office that handles it; again, when it was the wrong one.

    :raises RecordsRefused: not registered yet, or handled already.
    """
    found = _locked(received_id)
    if found.state not in (State.REGISTERED, State.ASSIGNED):
        raise RecordsRefused(_("収受してから配布してください。処理の済んだものは配布できません。"))
    code = known_unit(unit, at=at)
    if found.assigned_unit == code:
        return found
    found.assigned_unit = code
    if found.task_id is not None:
        process.cancel_task(found.task_id, at=at)
    found.task_id = process.open_task(
        kind=HANDLE,
        subject=Subject("received", found.pk),
        title=found.title,
        address=f"unit:{org.unit(code, on=org.office_day(at)).id}",
        due_on=None,
        at=at,
    )
    _save(found, State.ASSIGNED, at=at)
    record_received(found, "records.assigned", {"to": code}, actor=actor, at=at)
    return found


@transaction.atomic
def handle_received(
    *, received_id: int, handling: str, classification: str, actor: Actor, at: datetime
) -> ReceivedDocument:
    """Say what was done about it, and file it with the office that handled it.

    :raises RecordsRefused: not passed to an office yet, nothing said, or the class is unknown.
    """
    found, handling = _locked(received_id), needed(handling, field="handling")
    if found.state == State.HANDLED:
        return found
    if found.state != State.ASSIGNED:
        raise RecordsRefused(_("担当する部署に配布してから、処理を記録してください。"))
    found.handling = handling
    if found.task_id is not None:
        process.cancel_task(found.task_id, at=at)
        found.task_id = None
    _save(found, State.HANDLED, at=at)
    digest = files.view(found.stored_id).digest_hex if found.stored_id else ""
    filing = Filing(
        kind="received",
        title=found.title,
        dated_on=org.office_day(at),
        unit=found.assigned_unit,
        classification=classification,
        subject_type="received",
        subject_id=found.pk,
        number=found.reference,
        stored_id=found.stored_id,
        digest=digest,
    )
    enter_document(filing, actor=actor, at=at)
    record_received(found, "records.handled", actor=actor, at=at)
    return found


@transaction.atomic
def link_received(*, received_id: int, subject_type: str, subject_id: int, actor: Actor, at: datetime) -> ReceivedLink:
    """Say that a matter came of a received document; the same again is the same link.

    :raises RecordsRefused: the document is destroyed, or nothing of that kind comes of documents.
    """
    found = _locked(received_id)
    if found.gone_at is not None or subject_type not in matters():
        raise RecordsRefused(_("この収受文書には結び付けられません。"))
    key = {"received": found, "subject_type": subject_type, "subject_id": subject_id}
    if known := ReceivedLink.objects.filter(**key, ended_at=None).first():
        return known
    link = ReceivedLink.objects.create(**key, linked_at=at, linked_by_id=actor.user_id)
    data: dict[str, JSON] = {"to": subject_type, "id": subject_id}
    record_received(found, "records.linked", data, actor=actor, at=at)
    return link


@transaction.atomic
def unlink_received(*, link_id: int, actor: Actor, at: datetime) -> ReceivedLink:
    """Take a link off that was wrong; a second click changes nothing."""
    link = ReceivedLink.objects.select_for_update().get(id=link_id)
    if link.ended_at is None:
        link.ended_at = at
        link.save(update_fields=["ended_at"])
        data: dict[str, JSON] = {"to": link.subject_type, "id": link.subject_id}
        record_received(link.received, "records.unlinked", data, actor=actor, at=at)
    return link


def _locked(received_id: int) -> ReceivedDocument:
    return ReceivedDocument.objects.select_for_update().get(id=received_id)


def _save(found: ReceivedDocument, state: str, *, at: datetime) -> None:
    found.state, found.changed_at = state, at
    found.save(force_update=True)


def record_received(
    found: ReceivedDocument,
    kind: str,
    data: dict[str, JSON] | None = None,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """One act on what arrived in the ledger; never with title or sender."""
    ledger.append(
        subject=Subject("received", found.pk),
        kind=kind,
        actor=actor,
        at=at,
        unit=found.unit,
        data=data or {},
        personal=apart(reason),
    )
