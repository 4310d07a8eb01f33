from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, transaction

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.notify.models import Message
from tocho.lib.errors import Refused
from tocho.modules.bookings.models import Slot
from tocho.modules.events import actions, rules
from tocho.modules.events.models import Event, Registration

from .factories import AT, join, make_event, said, wish

pytestmark = pytest.mark.django_db


def mails(template: str) -> list[str]:
    return sorted(Message.objects.filter(template=f"events/{template}").values_list("to_email", flat=True))


def states() -> dict[str, str]:
    return dict(Registration.objects.values_list("once", "state"))


def test_the_database_says_what_the_rules_say() -> None:
    guards = import_module("tocho.modules.events.migrations.0002_guards")
    assert {tuple(move.split(">")) for move in guards.MOVES} == rules.MOVES
    event = make_event()
    for wrong in ({"state": "draft"}, {"ends_at": AT}, {"capacity": 0}, {"way": "onsite"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.filter(id=event.id).update(**wrong)


def test_a_registration_is_mailed_and_the_same_form_is_one() -> None:
    event = make_event(capacity=5)
    first = join(event, people=2)
    assert join(event, people=2) == first
    assert Slot.objects.get().taken == 2
    assert "/events/my/" in Message.objects.get().body
    assert "secret-room" not in Message.objects.get().body


def test_the_same_name_and_address_get_their_link_again_by_mail_only() -> None:
    event = make_event()
    first = join(event)
    again = actions.register(
        event_id=event.id, request=wish("two", name=first.name, email=first.email), user_id=None, at=AT
    )
    assert (again.registration, again.was_known) == (first, True)
    assert len(mails("registered")) == 2


def test_a_full_event_refuses_or_lets_wait_and_moves_up_in_order() -> None:
    event = make_event(capacity=2)
    first = join(event, "one", people=2)
    join(event, "two", people=2)
    join(event, "three")
    assert states() == {"one": "confirmed", "two": "waiting", "three": "waiting"}
    actions.withdraw(registration_id=first.id, at=AT)
    actions.withdraw(registration_id=first.id, at=AT)
    assert states() == {"one": "cancelled", "two": "confirmed", "three": "waiting"}
    assert mails("promoted") == ["two@example.jp"]
    no_line = make_event(capacity=1, has_waiting_list=False)
    join(no_line, "four")
    with pytest.raises(Refused):
        join(no_line, "five")


def test_more_room_moves_the_line_up_and_less_than_taken_is_refused() -> None:
    event = make_event(capacity=1)
    join(event, "one")
    join(event, "two")
    actions.change_event(event_id=event.id, particulars=said(capacity=2), revision=0, actor=SYSTEM, at=AT)
    assert states()["two"] == "confirmed"
    with pytest.raises(Refused):
        actions.change_event(event_id=event.id, particulars=said(capacity=1), revision=1, actor=SYSTEM, at=AT)


def test_an_edit_on_an_old_revision_overwrites_nothing() -> None:
    event = make_event(published=False)
    actions.change_event(event_id=event.id, particulars=said(title="新"), revision=0, actor=SYSTEM, at=AT)
    with pytest.raises(actions.Conflict):
        actions.change_event(event_id=event.id, particulars=said(title="古"), revision=0, actor=SYSTEM, at=AT)
    assert Event.objects.get().title == "新"


def test_a_new_time_is_told_to_everybody_once(run_jobs: RunJobs) -> None:
    event = make_event()
    join(event, "one")
    actions.change_event(event_id=event.id, particulars=said(hours=80), revision=0, actor=SYSTEM, at=AT)
    actions.change_event(event_id=event.id, particulars=said(hours=80, body="追記"), revision=1, actor=SYSTEM, at=AT)
    run_jobs()
    actions.tell_everybody(event_id=event.id, template="changed", key="1", at=AT)
    assert mails("changed") == ["one@example.jp"]


def test_calling_off_ends_every_registration_and_tells_why(run_jobs: RunJobs) -> None:
    event = make_event(capacity=1)
    join(event, "one")
    join(event, "two")
    actions.withdraw(registration_id=join(event, "three").id, at=AT)
    later = AT + timedelta(hours=1)
    for _twice in range(2):
        actions.call_off(event_id=event.id, reason="台風のため", actor=SYSTEM, at=later)
    run_jobs()
    assert mails("called_off") == ["one@example.jp", "two@example.jp"]
    assert mails("promoted") == []
    assert "台風のため" in Message.objects.filter(template="events/called_off")[0].body
    with pytest.raises(Refused):
        join(event, "four")


def test_reminders_go_out_once_each() -> None:
    event = make_event()
    join(event, "one")
    for hours in (20, 48, 48.5, 71, 71.5):
        actions.remind(at=AT + timedelta(hours=hours))
    assert len(mails("reminder")) == 2
    late = AT + timedelta(hours=71.2)
    join(event, "late", at=late)
    actions.remind(at=AT + timedelta(hours=71.5))
    assert len(mails("reminder")) == 2


def test_opening_the_link_counts_once_and_corrections_are_differences() -> None:
    event = make_event()
    mine = join(event, people=3)
    begun, ended = event.starts_at, event.ends_at
    actions.attend(registration_id=mine.id, at=begun)
    actions.attend(registration_id=mine.id, at=begun)
    with pytest.raises(Refused):
        actions.count_attendance(event_id=event.id, online=5, onsite=2, actor=SYSTEM, at=AT)
    actions.count_attendance(event_id=event.id, online=5, onsite=2, actor=SYSTEM, at=ended)
    actions.count_attendance(event_id=event.id, online=4, onsite=2, actor=SYSTEM, at=ended)
    event.refresh_from_db()
    assert event.state == "held"
    counted = [one for one in ledger.entries_of(Subject("event", event.id)) if one.kind == "event.counted"]
    assert [(one.data["online"], one.data["onsite"]) for one in counted] == [(2, 2), (-1, 0)]
    attended = ledger.entries_of(Subject(actions.REGISTRATION, mine.id))[-1]
    assert (attended.kind, attended.data["online"]) == ("event.attended", 3)


def test_what_nobody_closed_is_noted_as_held() -> None:
    event = make_event()
    assert actions.close_past(at=event.ends_at + timedelta(hours=1)) == 0
    assert actions.close_past(at=event.ends_at + timedelta(hours=7)) == 1
    assert actions.close_past(at=event.ends_at + timedelta(hours=8)) == 0


def test_a_recording_is_told_and_its_views_are_counted(run_jobs: RunJobs) -> None:
    event = make_event()
    mine = join(event)
    given = {"for_whom": "registered", "until": None, "actor": SYSTEM, "at": event.ends_at}
    with pytest.raises(Refused):
        actions.set_recording(event_id=event.id, url="javascript:1", **given)
    actions.set_recording(event_id=event.id, url="https://video.example.org/1", **given)
    run_jobs()
    assert mails("recording") == ["one@example.jp"]
    actions.watch_recording(event_id=event.id, registration_id=mine.id, at=event.ends_at)
    assert Event.objects.get().recording_views == 1


def test_who_registered_is_erased_after_its_time_and_nothing_personal_is_in_the_ledger() -> None:
    event = make_event()
    mine = join(event, answer="聞きたいこと")
    assert actions.erase_old(at=event.ends_at + timedelta(days=80)) == 0
    assert actions.erase_old(at=event.ends_at + timedelta(days=91)) == 1
    mine.refresh_from_db()
    assert (mine.name, mine.email, mine.answer, mine.people) == ("", "", "", 1)
    assert "はなこ" not in str([one.data for one in ledger.entries_of(Subject(actions.REGISTRATION, mine.id))])
