import threading
from datetime import timedelta

import pytest
from django.db import connection

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor
from tocho.core.notify.models import Message
from tocho.lib.errors import Refused
from tocho.modules.bookings import api as bookings
from tocho.modules.bookings.models import Slot
from tocho.modules.consultations import actions
from tocho.modules.consultations.models import Consultation
from tocho.modules.decisions.tests.factories import make_office
from tocho.modules.messages import api as messages

from .factories import AT, book, make_slot, make_theme

pytestmark = pytest.mark.django_db


def test_booking_takes_the_slot_and_tells_by_mail_once() -> None:
    theme, slot = make_theme(), make_slot()
    booked = book(theme, slot)
    assert book(theme, slot) == booked  # the same form again
    slot.refresh_from_db()
    assert slot.taken == 1
    mail = Message.objects.get()
    assert "/consultations/" in mail.body
    assert "都税の相談" in mail.body


def test_two_people_do_not_get_one_slot() -> None:
    theme, slot = make_theme(), make_slot()
    book(theme, slot)
    with pytest.raises(Refused):
        book(theme, slot, once="another")
    assert Consultation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_do_not_get_one_slot() -> None:
    theme, slot = make_theme(), make_slot()
    both, answers = threading.Barrier(2), []

    def one(once: str) -> None:
        both.wait()
        try:
            answers.append(book(theme, slot, once=once).once)
        except Refused:
            answers.append("refused")
        connection.close()

    threads = [threading.Thread(target=one, args=(once,)) for once in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers)[-1] == "refused"
    assert Slot.objects.get().taken == 1


@pytest.mark.parametrize("changes", [{"way": "letter"}, {"way": "phone"}, {"answers": {}}, {"slot_id": 0}])
def test_what_is_missing_or_not_offered_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        book(make_theme(), make_slot(), **changes)
    assert not Consultation.objects.exists()


def test_a_talk_is_moved_and_stays_where_the_new_time_is_taken() -> None:
    theme, first, second = make_theme(), make_slot(), make_slot(hours=72)
    booked = book(theme, first)
    actions.change(consultation_id=booked.id, slot_id=second.id, at=AT)
    first.refresh_from_db()
    assert first.taken == 0
    other = book(theme, first, once="other")
    with pytest.raises(Refused):
        actions.change(consultation_id=other.id, slot_id=second.id, at=AT)
    reservation = bookings.reservation_of(actions.subject_of(other))
    assert reservation is not None
    assert reservation.slot.id == first.id


def test_a_cancelled_talk_frees_its_slot_and_its_chat_is_closed() -> None:
    booked = book(make_theme(), make_slot())
    actions.cancel(consultation_id=booked.id, at=AT)
    actions.cancel(consultation_id=booked.id, at=AT)
    assert Slot.objects.get().taken == 0
    with pytest.raises(Refused):
        actions.change(consultation_id=booked.id, slot_id=Slot.objects.get().id, at=AT)


def test_who_asked_in_confidence_is_nowhere_in_the_ledger_or_mail() -> None:
    make_office()
    person = User.objects.create_user("emp", "emp@example.jp", "a long pass phrase", kind="employee")
    theme = make_theme(confidential=True, title="職員相談")
    booked = book(theme, make_slot(), user=person)
    actions.write(
        consultation=booked,
        draft=messages.Draft(text="つらいです", once="1"),
        is_office=False,
        actor=Actor(user_id=person.id),
        at=AT,
    )
    entries = ledger.entries_of(actions.subject_of(booked))
    assert entries
    assert all(entry.actor.user_id is None for entry in entries)
    assert "職員相談" not in Message.objects.get().body


def test_reminders_are_mailed_once_each() -> None:
    booked = book(make_theme(), make_slot(hours=48))
    for hours in (10, 24, 24.5, 47.2, 47.9):
        actions.remind(at=AT + timedelta(hours=hours))
    assert Message.objects.filter(template="consultations/reminder").count() == 2
    assert booked.state == "booked"


def test_a_talk_ends_with_its_record_and_is_counted_by_its_way() -> None:
    office = make_office()
    booked = book(make_theme(), make_slot(hours=2))
    officer, later = Actor(user_id=office.drafter.id), AT + timedelta(hours=2)
    with pytest.raises(Refused):
        actions.finish(consultation_id=booked.id, was_held=True, record="", actor=officer, at=AT)
    actions.take_over(consultation_id=booked.id, actor=officer, at=AT)
    actions.finish(consultation_id=booked.id, was_held=True, record="案内した", actor=officer, at=later)
    actions.finish(consultation_id=booked.id, was_held=True, record="案内した。補足", actor=officer, at=later)
    kinds = [entry.kind for entry in ledger.entries_of(actions.subject_of(booked))]
    assert kinds.count("consultation.held") == 1
    assert Consultation.objects.get().record == "案内した。補足"


def test_old_talks_are_erased_and_stay_counted() -> None:
    booked = book(make_theme(), make_slot())
    actions.cancel(consultation_id=booked.id, at=AT)
    assert actions.erase_old(at=AT + timedelta(days=300)) == 0
    assert actions.erase_old(at=AT + timedelta(days=400)) == 1
    found = Consultation.objects.get()
    assert (found.name, found.email, found.answers) == ("", "", {})
    assert actions.erase_old(at=AT + timedelta(days=400)) == 0
