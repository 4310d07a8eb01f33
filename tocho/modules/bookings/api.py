"""The door to bookings: slots of facilities and courses, reservations and waiting lines."""

from datetime import datetime

from tocho.core.ledger.api import Subject

from . import actions
from .actions import SlotFull
from .queries import ReservationView, SlotView, reservation_of, reservations_about, slots

__all__ = [
    "ReservationView",
    "SlotFull",
    "SlotView",
    "cancel",
    "reservation_of",
    "reservations_about",
    "reserve",
    "slots",
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
