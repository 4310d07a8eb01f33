"""Places of a slot: never more than there are, the line strictly in order, once for each subject."""

from datetime import UTC, datetime, timedelta

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.modules.bookings import api
from tocho.modules.bookings.models import Reservation, Resource, Slot
from tocho.modules.bookings.signals import seat_promoted

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def make_slot(*, capacity: int = 2, days: int = 5) -> Slot:
    resource, _made = Resource.objects.get_or_create(
        key="koza", defaults={"kind": "course", "name": "講座", "unit": "T"}
    )
    starts_at = AT + timedelta(days=days)
    return Slot.objects.create(
        resource=resource, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=capacity, people=20
    )


def person(number: int) -> Subject:
    return Subject("matter", number)


def reserve(slot: Slot, number: int, *, quantity: int = 1, waiting_list: bool = True) -> api.ReservationView:
    return api.reserve(slot_id=slot.id, subject=person(number), quantity=quantity, waiting_list=waiting_list, at=AT)


def test_reserving_again_gives_the_same_reservation() -> None:
    slot = make_slot()
    assert reserve(slot, 1).id == reserve(slot, 1).id
    slot.refresh_from_db()
    assert slot.taken == 1


def test_a_full_slot_is_refused_where_nobody_may_wait() -> None:
    slot = make_slot(capacity=1)
    reserve(slot, 1)
    with pytest.raises(api.SlotFull, match="埋まりました"):
        reserve(slot, 2, waiting_list=False)


def test_what_has_begun_or_never_was_cannot_be_reserved() -> None:
    for slot_id in (make_slot(days=-1).id, 0):
        with pytest.raises(api.SlotFull, match="もう選べません"):
            api.reserve(slot_id=slot_id, subject=person(1), waiting_list=True, at=AT)


def test_nobody_overtakes_the_head_of_the_line() -> None:
    slot = make_slot(capacity=2)
    reserve(slot, 1, quantity=2)
    assert reserve(slot, 2, quantity=2).position == 1
    assert reserve(slot, 3).position == 2
    told: list[Subject] = []

    def hear(subject: Subject, **news: object) -> None:
        told.append(subject)

    seat_promoted.connect(hear)
    api.cancel(subject=person(1), at=AT)
    assert told == [person(2)]
    left = api.reservation_of(person(3))
    assert left is not None
    assert (left.state, left.position) == ("waiting", 1)


def test_leaving_the_line_frees_nothing_and_is_recorded_once() -> None:
    slot = make_slot(capacity=1)
    reserve(slot, 1)
    waiting = reserve(slot, 2)
    for _again in range(2):
        api.cancel(subject=person(2), at=AT)
    slot.refresh_from_db()
    assert slot.taken == 1
    kinds = [entry.kind for entry in ledger.entries_of(Subject("reservation", waiting.id))]
    assert kinds == ["reservation.waiting", "reservation.cancelled"]


def test_offered_is_what_is_free_and_what_one_holds() -> None:
    held, free, far = make_slot(capacity=1), make_slot(days=6), make_slot(days=90)
    reserve(held, 1)
    assert [slot.id for slot in api.slots("course", at=AT)] == [free.id]
    assert [slot.id for slot in api.slots("course", at=AT, held_by=person(1))] == [held.id, free.id]
    assert [slot.id for slot in api.slots("course", at=AT, with_full=True)] == [held.id, free.id]
    Reservation.objects.update(state="cancelled")
    assert held.id not in [slot.id for slot in api.slots("course", at=AT, held_by=person(1))]
    assert far.id not in [slot.id for slot in api.slots("course", at=AT, with_full=True)]
