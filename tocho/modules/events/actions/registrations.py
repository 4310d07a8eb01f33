from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.notify import api as notify
from tocho.lib.errors import Refused
from tocho.lib.rows import insert
from tocho.modules.bookings import api as bookings
from tocho.modules.improvement import api as improvement

from ..models import Event, Registration
from ..rules import KEPT_DAYS, may_register
from .telling import tell

REGISTRATION = "event_registration"  # the subject's type in bookings and ledger


class NotOpen(Refused):
    """The event takes no registrations (any more), or a registration cannot be changed now."""


@dataclass(frozen=True)
class Request:
    """Who wants to come, and with how many people (themselves included)."""

    name: str
    email: str
    organisation: str
    people: int
    answer: str
    language: str
    once: str


@dataclass(frozen=True)
class Registered:
    """What came of it. ``was_known``: the same name and address had registered before; its link was mailed again."""

    registration: Registration
    was_known: bool = False


@transaction.atomic
def register(*, event_id: int, request: Request, user_id: int | None, at: datetime) -> Registered:
    """Register for an event, or join its waiting line; the same form sent again is the same registration.

    :raises NotOpen: it has begun, ended or been called off.
    :raises bookings.SlotFull: no room and no waiting line.
    """
    event = Event.objects.get(id=event_id)
    if not may_register(event.state, event.starts_at, at=at) or event.slot_id is None:
        raise NotOpen(_("この催しの申込みは終わりました。"))
    registration = Registration(
        event=event,
        user_id=user_id,
        name=request.name,
        email=request.email,
        organisation=request.organisation,
        people=request.people,
        answer=request.answer,
        language=request.language,
        once=request.once,
        registered_at=at,
    )
    if not insert(registration, or_pass=True):
        return _known(event, request, at=at)
    notify.allow_unproved(email=request.email, at=at)
    reservation = bookings.reserve(
        slot_id=event.slot_id,
        subject=Subject(REGISTRATION, registration.id),
        quantity=request.people,
        waiting_list=event.has_waiting_list,
        at=at,
    )
    if not Event.objects.filter(id=event.id, state=Event.State.PUBLISHED).exists():  # seen behind the slot's lock
        raise NotOpen(_("この催しの申込みは終わりました。"))
    registration.state = Registration.State(reservation.state)
    registration.save(update_fields=["state"])
    _record(registration, "event.registered", actor=Actor(user_id=user_id), at=at, state=registration.state)
    tell(registration, "registered", key="0", at=at)
    return Registered(registration)


def _known(event: Event, request: Request, *, at: datetime) -> Registered:
    """The registration that stood in the way: of the same form, or of the same name and address."""
    found = Registration.objects.select_related("event")
    same_form = found.filter(once=request.once, event=event, email=request.email).first()
    if same_form is not None:
        return Registered(same_form)
    known = found.exclude(state=Registration.State.CANCELLED).get(event=event, email=request.email, name=request.name)
    tell(known, "registered", key=f"again:{at:%Y%m%d%H}", at=at)
    return Registered(known, was_known=True)


@transaction.atomic
def promote(*, registration_id: int, at: datetime) -> None:
    """A place became free for the head of the waiting line (news from bookings)."""
    registration = Registration.objects.select_for_update(of=("self",)).select_related("event").get(id=registration_id)
    registration.state = Registration.State.CONFIRMED
    registration.save(update_fields=["state"])
    _record(registration, "event.promoted", at=at)
    tell(registration, "promoted", key="0", at=at)


@transaction.atomic
def withdraw(*, registration_id: int, at: datetime) -> Registration:
    """Give the place back; the waiting line moves up. Done again it changes nothing.

    :raises NotOpen: the event has begun.
    """
    bookings.cancel(subject=Subject(REGISTRATION, registration_id), at=at)
    registration = Registration.objects.select_for_update(of=("self",)).select_related("event").get(id=registration_id)
    if registration.state == Registration.State.CANCELLED:
        return registration
    if registration.event.starts_at <= at:
        raise NotOpen(_("始まった催しの申込みは取り消せません。"))
    registration.state, registration.cancelled_at = Registration.State.CANCELLED, at
    registration.save(update_fields=["state", "cancelled_at"])
    _record(registration, "event.withdrawn", actor=Actor(user_id=registration.user_id), at=at)
    tell(registration, "withdrawn", key="0", at=at)
    return registration


@transaction.atomic
def attend(*, registration_id: int, at: datetime) -> None:
    """That the live link was opened: attendance, once for a registration however often it is opened."""
    mine = Registration.objects.filter(id=registration_id, state=Registration.State.CONFIRMED)
    if mine.filter(attended_at=None).update(attended_at=at):
        registration = mine.select_related("event").get()
        is_corrected = registration.event.online_count is not None  # by hand: late openers are in that number
        _record(registration, "event.attended", at=at, online=0 if is_corrected else registration.people)


@transaction.atomic
def watch_recording(*, event_id: int, registration_id: int | None, at: datetime) -> None:
    """That the recording was opened; counted each time the page asks (which asks once a day for a browser)."""
    Event.objects.filter(id=event_id).update(recording_views=F("recording_views") + 1)
    if registration_id is not None:
        Registration.objects.filter(id=registration_id, watched_at=None).update(watched_at=at)
    unit = Event.objects.values_list("unit", flat=True).get(id=event_id)
    ledger.append(subject=Subject("event", event_id), kind="event.recording_viewed", actor=Actor(), at=at, unit=unit)


@transaction.atomic
def erase_old(*, at: datetime, limit: int = 1000) -> int:
    """Erase who registered for events that ended long ago; that they did stays. How many."""
    before = at - timedelta(days=KEPT_DAYS)
    old = Registration.objects.select_for_update(of=("self",), skip_locked=True).select_related("event")
    rows = list(old.filter(event__ends_at__lt=before, erased_at=None).order_by("id")[:limit])
    for registration in rows:
        _erase(registration, at=at)
    return len(rows)


def _erase(registration: Registration, *, at: datetime) -> None:
    registration.name = registration.email = registration.organisation = registration.answer = ""
    registration.user, registration.erased_at = None, at
    registration.save(update_fields=["name", "email", "organisation", "answer", "user", "erased_at"])
    improvement.erase(subject=Subject(REGISTRATION, registration.id))
    _record(registration, "event.registration_erased", at=at)


@transaction.atomic
def untie(*, user_id: int, at: datetime) -> int:
    """The account is closed: what is over is erased, what is to come stays open by its mailed link and is nobody's any
    more. How many registrations."""
    mine = Registration.objects.select_for_update(of=("self",)).select_related("event").filter(user_id=user_id)
    rows = list(mine.order_by("id"))
    for registration in rows:
        if registration.event.ends_at < at or registration.state == Registration.State.CANCELLED:
            _erase(registration, at=at)
        else:
            Registration.objects.filter(id=registration.id).update(user=None)
            _record(registration, "event.registration_untied", at=at)
    return len(rows)


def _record(registration: Registration, kind: str, *, actor: Actor = SYSTEM, at: datetime, **data: JSON) -> None:
    ledger.append(
        subject=Subject(REGISTRATION, registration.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=registration.event.unit,
        data={"event": registration.event_id, "people": registration.people, **data},
    )
