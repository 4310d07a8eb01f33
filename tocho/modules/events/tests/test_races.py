"""What two people do at the same moment, in two transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tocho.core.ledger.api import SYSTEM
from tocho.lib.errors import Refused
from tocho.modules.bookings.models import Slot
from tocho.modules.events import actions
from tocho.modules.events.models import Registration

from .factories import AT, join, make_event

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> None:
    """Run the acts in threads that start together; a refusal is an answer, anything else fails the test."""
    together, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
        except Refused:
            pass
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def test_the_last_seat_goes_to_one() -> None:
    event = make_event(capacity=1)
    at_once(lambda: join(event, "a"), lambda: join(event, "b"), lambda: join(event, "c"))
    states = sorted(Registration.objects.values_list("state", flat=True))
    assert (states, Slot.objects.get().taken) == (["confirmed", "waiting", "waiting"], 1)


def test_the_same_form_twice_at_once_is_one_registration() -> None:
    event = make_event(capacity=5)
    at_once(lambda: join(event, "a"), lambda: join(event, "a"))
    assert (Registration.objects.count(), Slot.objects.get().taken) == (1, 1)


def test_nobody_registers_for_what_is_called_off_at_the_same_moment() -> None:
    event = make_event(capacity=5)
    at_once(
        lambda: join(event, "a"),
        lambda: actions.call_off(event_id=event.id, reason="台風", actor=SYSTEM, at=AT),
    )
    assert set(Registration.objects.values_list("state", flat=True)) <= {"cancelled"}
    assert Slot.objects.get().taken == 0


def test_two_seats_given_back_at_once_move_two_up() -> None:
    event = make_event(capacity=2)
    first, second = join(event, "a"), join(event, "b")
    join(event, "c")
    join(event, "d")
    at_once(
        lambda: actions.withdraw(registration_id=first.id, at=AT),
        lambda: actions.withdraw(registration_id=second.id, at=AT),
    )
    assert dict(Registration.objects.values_list("once", "state")) == {
        "a": "cancelled", "b": "cancelled", "c": "confirmed", "d": "confirmed",
    }  # fmt: skip
