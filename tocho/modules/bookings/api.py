"""The door to bookings: slots of facilities and courses, reservations and waiting lines."""

from datetime import datetime

from tocho.core.ledger.api import Subject

from . import actions
from .actions import Offer, SlotFull, SlotTooSmall
from .queries import ReservationView, SlotView, reservation_of, reservations_about, slots, slots_by_id

__all__ = [
    "Offer",
    "ReservationView",
    "SlotFull",
    "SlotTooSmall",
    "SlotView",
    "cancel",
    "close",
    "offer",
    "reservation_of",
    "reservations_about",
    "reserve",
    "slots",
    "slots_by_id",
]


def reserve(
    *, slot_id: int, subject: Subject, quantity: int = 1, waiting_list: bool = False, at: datetime
) -> ReservationView:
    """Take places of a slot; see ``actions.reserve_slot``. :raises SlotFull:"""
    actions.reserve_slot(slot_id=slot_id, subject=subject, quantity=quantity, waiting_list=waiting_list, at=at)
    found = reservation_of(subject)
    assert found is not None  # reserved a line above, in the caller's transaction
    return found


def cancel(*, subject: Subject, at: datetime) -> None:
    """Give a subject's places back; the waiting line moves up (signal ``seat_promoted``)."""
    actions.cancel_reservation(subject=subject, at=at)


def offer(*, offer: Offer, at: datetime) -> int:
    """Make or change the one slot of an offer and return its id; see ``actions.offer_slot``. :raises SlotTooSmall:"""
    return actions.offer_slot(offer=offer, at=at).id


def close(*, slot_id: int, at: datetime) -> None:
    """Cancel all reservations of a slot for good, e.g. when what it was for does not take place."""
    actions.close_slot(slot_id=slot_id, at=at)
