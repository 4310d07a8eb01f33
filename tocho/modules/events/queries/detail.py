"""One event for the public, for who registered, and as iCalendar."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from ..rules import is_live, is_recording_open, may_register
from .listing import Seats, office_name, seats_of
from .words import REGISTRATION_TONES, TONES, in_language, when_of

FEED_DAYS, FEED_MOST = 31, 500


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
        title=in_language(event.title, event.title_en, language),
        summary=in_language(event.summary, event.summary_en, language),
        body=in_language(event.body, event.body_en, language),
        question=in_language(event.question, event.question_en, language),
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
    may_withdraw: bool


def registration_page(registration: Registration, *, at: datetime) -> RegistrationPage:
    """The page behind the mailed link."""
    event = registration.event
    is_waiting = registration.state == Registration.State.WAITING
    reservation = bookings.reservation_of(Subject("event_registration", registration.id)) if is_waiting else None
    has_live = bool(event.live_url) and registration.state == Registration.State.CONFIRMED
    return RegistrationPage(
        registration=registration,
        event=event_detail(event, registration=registration, at=at),
        tone=REGISTRATION_TONES[registration.state],
        position=reservation.position if reservation else 0,
        is_live=has_live and event.state != Event.State.CANCELLED and is_live(event.starts_at, event.ends_at, at=at),
        may_withdraw=registration.state != Registration.State.CANCELLED and at < event.starts_at,
    )


@dataclass(frozen=True)
class MyEvent:
    """One line of a person's own coming events."""

    title: str
    when: str
    place: str
    state_label: str
    href: str


def coming_of(user_id: int, *, at: datetime, link_of: Callable[[Registration], str]) -> list[MyEvent]:
    """The events a person has registered for with their account and that are still to come; one query."""
    rows = Registration.objects.select_related("event").filter(user_id=user_id, event__ends_at__gte=at)
    language = get_language() or "ja"
    return [
        MyEvent(
            in_language(row.event.title, row.event.title_en, language),
            when_of(row.event, language),
            row.event.place or str(row.event.get_way_display()),
            str(row.get_state_display()),
            link_of(row),
        )
        for row in rows.exclude(state=Registration.State.CANCELLED).order_by("event__starts_at")[:20]
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
            title=in_language(event.title, event.title_en, language),
            url=settings.SITE_URL + (link_of(event) if link_of else reverse("events:event_detail", args=[event.id])),
            sequence=event.revision,
            place=event.place or str(event.get_way_display()),
            text=in_language(event.summary, event.summary_en, language),
            is_cancelled=event.state == Event.State.CANCELLED,
        )
        for event in events
    ]
    return as_icalendar(entries, product="events", name=name, at=at)
