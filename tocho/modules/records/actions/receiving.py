"""What arrives at an office (収受): registered, passed to who handles it, handled, filed."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org

from ..models import ReceivedDocument
from .filing import Filing, enter_document
from .recording import RecordsRefused, known_unit, lock_series, needed

State = ReceivedDocument.State


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
        _record(found, "records.received", {"channel": channel}, actor=actor, at=at)
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
    _record(found, "records.registered", {"number": found.reference}, actor=actor, at=at)
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
    _save(found, State.ASSIGNED, at=at)
    _record(found, "records.assigned", {"to": code}, actor=actor, at=at)
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
    _record(found, "records.handled", actor=actor, at=at)
    return found


def _locked(received_id: int) -> ReceivedDocument:
    return ReceivedDocument.objects.select_for_update().get(id=received_id)


def _save(found: ReceivedDocument, state: str, *, at: datetime) -> None:
    found.state, found.changed_at = state, at
    found.save(force_update=True)


def _record(
    found: ReceivedDocument, kind: str, data: dict[str, JSON] | None = None, *, actor: Actor, at: datetime
) -> None:
    ledger.append(
        subject=Subject("received", found.pk), kind=kind, actor=actor, at=at, unit=found.unit, data=data or {}
    )
