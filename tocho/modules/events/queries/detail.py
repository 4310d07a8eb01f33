"""One event for the public, for who registered, and as iCalendar."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from tocho.core.files import api as files
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.lib.appointments import Appointment, as_icalendar
from tocho.modules.bookings import api as bookings

from ..models import Event, Material, Registration
from ..permissions import is_recording_for, materials_for
from ..rules import KEPT_DAYS, is_live, is_recording_open, may_register
from .listing import Seats, office_name, seats_of
from .words import REGISTRATION_TONES, TONES, said_in, when_of

FEED_DAYS, FEED_MOST = 31, 500
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Handout:
    """One file handed out."""

    id: int
    file_id: int
    name: str
    size: int
    is_public: bool


@dataclass(frozen=True)
class EventPage:
    """Everything about one event for whoever looks."""

    event: Event
    title: str
    summary: str
    body: str
    question: str
    when: str
    office: str
    tone: str
    seats: Seats
    may_register: bool
    is_over: bool
    has_recording: bool
    recording_waits: bool  # there is one, for those who registered only
    handouts: tuple[Handout, ...]


def event_detail(event: Event, *, registration: Registration | None = None, at: datetime) -> EventPage:
    """The page of an event; as somebody who registered where ``registration`` is given. Four queries at most."""
    language, today = get_language() or "ja", org.office_day(at)
    slots = bookings.slots_by_id([event.slot_id]) if event.slot_id else {}
    has_recording = is_recording_open(event.recording_url, event.recording_until, today=today)
    may_watch = is_recording_for(event, registration)
    is_registered = registration is not None and registration.state == Registration.State.CONFIRMED
    return EventPage(
        event=event,
        title=said_in(event, "title", language),
        summary=said_in(event, "summary", language),
        body=said_in(event, "body", language),
        question=said_in(event, "question", language),
        when=when_of(event, language),
        office=office_name(event.unit, today),
        tone=TONES[event.state],
        seats=seats_of(event, slots.get(event.slot_id or 0), at=at),
        may_register=may_register(event.state, event.starts_at, at=at),
        is_over=event.ends_at <= at or event.state == Event.State.HELD,
        has_recording=has_recording and may_watch,
        recording_waits=has_recording and not may_watch,
        handouts=handouts_of(event, registered=is_registered),
    )


def handouts_of(event: Event, *, registered: bool) -> tuple[Handout, ...]:
    """The files that somebody may open; two queries."""
    rows = list(Material.objects.filter(materials_for(event, registered=registered)).order_by("id"))
    if not rows:
        return ()
    known = {one.id: one for one in files.views([row.file_id for row in rows])}
    return tuple(
        Handout(row.id, row.file_id, known[row.file_id].name, known[row.file_id].size, row.is_public) for row in rows
    )


@dataclass(frozen=True)
class RegistrationPage:
    """One registration for the person whose it is."""

    registration: Registration
    event: EventPage
    tone: str
    position: int  # in the waiting line, from 1
    is_live: bool
    lacks_link: bool  # the way in should be open, and nobody has said where it is
    is_soon: bool  # the page looks again by itself
    may_withdraw: bool


def registration_page(registration: Registration, *, at: datetime) -> RegistrationPage:
    """The page behind the mailed link."""
    event = registration.event
    is_waiting = registration.state == Registration.State.WAITING
    reservation = bookings.reservation_of(Subject("event_registration", registration.id)) if is_waiting else None
    is_online = event.way != Event.Way.ONSITE and registration.state == Registration.State.CONFIRMED
    is_open = is_online and event.state != Event.State.CANCELLED and is_live(event.starts_at, event.ends_at, at=at)
    return RegistrationPage(
        registration=registration,
        event=event_detail(event, registration=registration, at=at),
        tone=REGISTRATION_TONES[registration.state],
        position=reservation.position if reservation else 0,
        is_live=is_open and bool(event.live_url),
        lacks_link=is_open and not event.live_url,
        is_soon=is_online and event.starts_at - SOON <= at < event.ends_at,
        may_withdraw=registration.state != Registration.State.CANCELLED and at < event.starts_at,
    )


@dataclass(frozen=True)
class MyEvent:
    """One line of a person's own coming events; ``is_live``: the way in is open."""

    title: str
    when: str
    place: str
    state_label: str
    is_live: bool
    href: str


def coming_of(user_id: int, *, at: datetime, link_of: Callable[[Registration], str]) -> list[MyEvent]:
    """The events a person has registered for with their account, to come or running, not called off; one query."""
    rows = Registration.objects.select_related("event").filter(user_id=user_id, event__ends_at__gte=at)
    language = get_language() or "ja"
    return [
        MyEvent(
            said_in(row.event, "title", language),
            when_of(row.event, language),
            row.event.place or str(row.event.get_way_display()),
            str(row.get_state_display()),
            _is_open_to(row, at=at),
            link_of(row),
        )
        for row in rows.exclude(state=Registration.State.CANCELLED).order_by("event__starts_at")[:20]
    ]


def _is_open_to(row: Registration, *, at: datetime) -> bool:
    has_live = bool(row.event.live_url) and row.state == Registration.State.CONFIRMED
    return has_live and is_live(row.event.starts_at, row.event.ends_at, at=at)


@dataclass(frozen=True)
class HeldRegistration:
    """Everything kept of one registration of a person, in words."""

    title: str
    when: str
    state: str
    registered_at: datetime
    name: str
    email: str
    organisation: str
    people: int
    question: str
    answer: str
    attended_at: datetime | None
    watched_at: datetime | None
    kept_until: date
    href: str


def held_of(user_id: int, *, link_of: Callable[[Registration], str]) -> list[HeldRegistration]:
    """What is held about a person's registrations, the newest first; one query."""
    rows = Registration.objects.select_related("event").filter(user_id=user_id).order_by("-id")[:500]
    language = get_language() or "ja"
    return [
        HeldRegistration(
            title=said_in(row.event, "title", language),
            when=when_of(row.event, language),
            state=str(row.get_state_display()),
            registered_at=row.registered_at,
            name=row.name,
            email=row.email,
            organisation=row.organisation,
            people=row.people,
            question=said_in(row.event, "question", language),
            answer=row.answer,
            attended_at=row.attended_at,
            watched_at=row.watched_at,
            kept_until=org.office_day(row.event.ends_at + timedelta(days=KEPT_DAYS)),
            href=link_of(row),
        )
        for row in rows
    ]


def feed_of(visible: QuerySet[Event], *, at: datetime) -> list[Event]:
    """The events of the public calendar: of the last month, and all to come."""
    return list(visible.filter(ends_at__gte=at - timedelta(days=FEED_DAYS)).order_by("starts_at", "id")[:FEED_MOST])


def calendar_of(
    events: Iterable[Event], *, link_of: Callable[[Event], str] | None = None, name: str = "", at: datetime
) -> bytes:
    """Events as iCalendar; ``link_of`` leads to a page of the reader's own instead of the public one."""
    language = get_language() or "ja"
    host = settings.SITE_URL.split("//")[1].split("/")[0]
    entries = [
        Appointment(
            uid=f"event-{event.id}@{host}",
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            title=said_in(event, "title", language),
            url=settings.SITE_URL + (link_of(event) if link_of else reverse("events:event_detail", args=[event.id])),
            sequence=event.revision,
            place=event.place or str(event.get_way_display()),
            text=said_in(event, "summary", language),
            is_cancelled=event.state == Event.State.CANCELLED,
        )
        for event in events
    ]
    return as_icalendar(entries, product="events", name=name, at=at)
