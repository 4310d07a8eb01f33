from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.rows import insert, update
from tocho.lib.transactions import one_transaction

from .models import Reservation, Resource, Slot
from .queries import live_reservation
from .signals import seat_promoted


class SlotFull(Refused):
    """The slot has no room left, or has begun."""


class SlotTooSmall(Refused):
    """A slot cannot be made smaller than what is taken of it."""


@kept
def _locked_slot(slot_id: int) -> QuerySet[Slot]:
    return Slot.objects.select_for_update(of=("self",)).select_related("resource").filter(id=slot_id)


@kept
def _line(slot_id: int) -> QuerySet[Reservation, int]:
    """Whether somebody waits: the first of the line."""
    waiting = Reservation.objects.filter(slot_id=slot_id, state=Reservation.State.WAITING)
    return waiting.order_by("id").values_list("id", flat=True)[:1]


@one_transaction
def reserve_slot(*, slot_id: int, subject: Subject, quantity: int, waiting_list: bool, at: datetime) -> Reservation:
    """Take ``quantity`` places of a slot for a subject, or a place in the waiting line where that is allowed.

    Asked again for the same subject it returns the live reservation. The slot row is locked: nobody overbooks.
    :raises SlotFull: no room (and no waiting line), or the slot has begun.
    """
    if (already := live_reservation.first(subject.type, subject.id)) is not None:
        return already
    slot = _locked_slot.first(slot_id)
    if slot is None or slot.starts_at <= at:
        raise SlotFull(_("この枠はもう選べません。ほかの枠を選んでください。"))
    fits = slot.taken + quantity <= slot.capacity and not _line(slot.id)
    if not fits and not waiting_list:
        raise SlotFull(_("この枠は、いま埋まりました。ほかの枠を選んでください。入力した内容は残っています。"))
    state = Reservation.State.CONFIRMED if fits else Reservation.State.WAITING
    reservation = Reservation(
        slot=slot,
        subject_type=subject.type,
        subject_id=subject.id,
        quantity=quantity,
        state=state,
        reserved_at=at,
        confirmed_at=at if fits else None,
    )
    insert(reservation)
    if fits:
        slot.taken += quantity
        update(slot, "taken")
    _record(reservation, f"reservation.{state}", subject=subject, unit=slot.resource.unit, at=at)
    return reservation


@transaction.atomic
def cancel_reservation(*, subject: Subject, at: datetime) -> Reservation | None:
    """Give the places of a subject back and move the waiting line up. None when there is no live reservation."""
    found = (
        Reservation.objects.filter(subject_type=subject.type, subject_id=subject.id)
        .exclude(state=Reservation.State.CANCELLED)
        .first()
    )
    if found is None:
        return None
    slot = _locked_slot.get(found.slot_id)
    reservation = Reservation.objects.select_for_update().get(id=found.id)
    if reservation.state == Reservation.State.CANCELLED:
        return reservation
    if reservation.state == Reservation.State.CONFIRMED:
        slot.taken -= reservation.quantity
        update(slot, "taken")
    reservation.state, reservation.cancelled_at = Reservation.State.CANCELLED, at
    update(reservation, "state", "cancelled_at")
    _record(reservation, "reservation.cancelled", subject=subject, unit=slot.resource.unit, at=at)
    _promote(slot, at=at)
    return reservation


@dataclass(frozen=True)
class Offer:
    """What a module lets people book: one stretch of time of a resource of its own. ``key`` names it for ever."""

    key: str
    kind: str
    name: str
    place: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    online: bool = False


@transaction.atomic
def offer_slot(*, offer: Offer, at: datetime) -> Slot:
    """Make the one slot of an offer, or change it; where it grew, the waiting line moves up.

    :raises SlotTooSmall: more places are taken than the slot shall have.
    """
    named = {"kind": offer.kind, "name": offer.name, "place": offer.place, "unit": offer.unit}
    resource, is_new = Resource.objects.update_or_create(key=offer.key, defaults=named)
    slot = Slot(resource=resource)
    if not is_new:
        slot = Slot.objects.select_for_update(of=("self",)).select_related("resource").get(resource=resource)
    if offer.capacity < slot.taken:
        raise SlotTooSmall(
            _("すでに%(taken)d人が申し込んでいます。定員はそれより少なくできません。") % {"taken": slot.taken}
        )
    slot.starts_at, slot.ends_at, slot.online = offer.starts_at, offer.ends_at, offer.online
    slot.capacity = slot.people = offer.capacity
    slot.save()
    ledger.append(
        subject=Subject("slot", slot.id),
        kind="slot.offered",
        actor=SYSTEM,
        at=at,
        unit=offer.unit,
        data={"resource": offer.key, "capacity": offer.capacity},
    )
    _promote(slot, at=at)
    return slot


@transaction.atomic
def close_slot(*, slot_id: int, at: datetime) -> int:
    """Cancel everything that is reserved of a slot; nobody moves up and nothing can be reserved any more. How many."""
    slot = _locked_slot.get(slot_id)
    live = slot.reservations.exclude(state=Reservation.State.CANCELLED)
    count = live.update(state=Reservation.State.CANCELLED, cancelled_at=at)
    slot.capacity = slot.taken = 0
    update(slot, "capacity", "taken")
    ledger.append(
        subject=Subject("slot", slot.id),
        kind="slot.closed",
        actor=SYSTEM,
        at=at,
        unit=slot.resource.unit,
        data={"reservations": count},
    )
    return count


def _promote(slot: Slot, *, at: datetime) -> None:
    """Confirm from the head of the waiting line while there is room; nobody is overtaken by a smaller party."""
    if slot.starts_at <= at:
        return
    for waiting in slot.reservations.select_for_update().filter(state=Reservation.State.WAITING).order_by("id"):
        if slot.taken + waiting.quantity > slot.capacity:
            return
        slot.taken += waiting.quantity
        update(slot, "taken")
        waiting.state, waiting.confirmed_at = Reservation.State.CONFIRMED, at
        update(waiting, "state", "confirmed_at")
        subject = Subject(waiting.subject_type, waiting.subject_id)
        _record(waiting, "reservation.promoted", subject=subject, unit=slot.resource.unit, at=at)
        seat_promoted.send(Reservation, subject=subject, reservation_id=waiting.id, at=at)


def _record(reservation: Reservation, kind: str, *, subject: Subject, unit: str, at: datetime) -> None:
    ledger.append(
        subject=Subject("reservation", reservation.id),
        kind=kind,
        actor=SYSTEM,
        at=at,
        unit=unit,
        data={"slot": reservation.slot_id, "quantity": reservation.quantity, "for": f"{subject.type}:{subject.id}"},
    )
