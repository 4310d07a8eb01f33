from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.engines.search import api as search
from tocho.lib.errors import Refused
from tocho.modules.bookings import api as bookings

from ..models import Event, Material, Registration
from ..queries.listing import search_text
from ..rules import HELD_AFTER, UNLIMITED, is_safe_link, may_count, may_move
from .telling import LIVE, tell_later


class NotPossible(Refused):
    """The state of the event does not allow it."""


class Conflict(Refused):
    """Somebody else changed the event meanwhile."""


@dataclass(frozen=True)
class Particulars:
    """What an officer says of an event; ``capacity`` in people, None for as many as come."""

    unit: str
    title: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    title_en: str = ""
    summary_en: str = ""
    body: str = ""
    body_en: str = ""
    title_easy: str = ""
    summary_easy: str = ""
    body_easy: str = ""
    question_easy: str = ""
    audience: str = Event.Audience.PUBLIC
    way: str = Event.Way.ONLINE
    place: str = ""
    capacity: int | None = None
    has_waiting_list: bool = True
    question: str = ""
    question_en: str = ""
    live_url: str = ""


NAMES = tuple(field.name for field in fields(Particulars))


@transaction.atomic
def create_event(*, particulars: Particulars, key: str | None = None, actor: Actor, at: datetime) -> Event:
    """A draft, seen by its office only. ``key`` is of the sample city.

    :raises NotPossible: a link or place is wrong.
    """
    _check(particulars)
    event = Event(key=key, created_at=at, created_by_id=actor.user_id)
    for name in NAMES:
        setattr(event, name, getattr(particulars, name))
    event.save()
    _record(event, "event.created", actor=actor, at=at)
    return event


def _check(particulars: Particulars) -> None:
    if particulars.ends_at <= particulars.starts_at:
        raise NotPossible(_("終わる時刻は、始まる時刻より後にしてください。"))
    if particulars.way != Event.Way.ONLINE and not particulars.place:
        raise NotPossible(_("会場を入力してください。"))
    _check_link(particulars.live_url)


def _check_link(url: str) -> None:
    if url and not is_safe_link(url, settings.EVENT_LINK_SCHEMES):
        allowed = "、".join(f"{scheme}:" for scheme in settings.EVENT_LINK_SCHEMES)
        raise NotPossible(_("リンクは次のどれかで始めてください：%(allowed)s") % {"allowed": allowed})


def _locked(event_id: int) -> Event:
    return Event.objects.select_for_update(of=("self",)).get(id=event_id)


@transaction.atomic
def change_event(*, event_id: int, particulars: Particulars, revision: int, actor: Actor, at: datetime) -> Event:
    """Change what is said of an event; where time, place or way moved, everybody registered is told.

    :raises Conflict: it was changed since ``revision``; nothing is overwritten.
    :raises NotPossible: it has ended, or begins in the past.
    :raises bookings.SlotTooSmall: more people registered than it shall have room for.
    """
    _check(particulars)
    event = Event.objects.get(id=event_id)
    if event.state == Event.State.PUBLISHED:
        _offer(event, particulars, at=at)  # the slot's lock comes first
    event = _locked(event_id)
    if event.state not in (Event.State.DRAFT, Event.State.PUBLISHED):
        raise NotPossible(_("終わった催しと中止した催しは、直せません。"))
    if event.revision != revision:
        raise Conflict(_("ほかの職員が先に直しました。新しい内容を開いて確かめ、もう一度直してください。"))
    is_moved = (event.starts_at, event.ends_at, event.place, event.way) != (
        particulars.starts_at,
        particulars.ends_at,
        particulars.place,
        particulars.way,
    )
    if event.state == Event.State.PUBLISHED and is_moved and min(event.starts_at, particulars.starts_at) <= at:
        raise NotPossible(_("始まった催しの日時と会場は変えられません。始まる時刻は、これからの時刻にしてください。"))
    if event.starts_at != particulars.starts_at:
        event.reminded = 0
    changed = [name for name in NAMES if getattr(event, name) != getattr(particulars, name)]
    for name in changed:
        setattr(event, name, getattr(particulars, name))
    event.revision += 1
    event.save(update_fields=[*changed, "revision", "reminded"])
    _record(event, "event.changed", actor=actor, at=at, changed=list(changed))
    if event.state == Event.State.PUBLISHED:
        _index(event)
        if is_moved:
            tell_later(event, "changed", key=str(event.revision))
    return event


@transaction.atomic
def publish_event(*, event_id: int, actor: Actor, at: datetime) -> Event:
    """Show an event to those it is for and open the registration. Done again it changes nothing.

    :raises NotPossible: it was dropped, begins in the past, or people could not enter.
    """
    event = _locked(event_id)
    if event.state == Event.State.PUBLISHED:
        return event
    if not may_move(event.state, Event.State.PUBLISHED):
        raise NotPossible(_("終わった催しと中止した催しは、公開できません。"))
    if event.starts_at <= at:
        raise NotPossible(_("始まる時刻が過ぎています。日時を直してから公開してください。"))
    event.slot_id = _offer(event, event, at=at)
    event.state, event.published_at = Event.State.PUBLISHED, at
    event.save(update_fields=["slot", "state", "published_at"])
    _record(event, "event.published", actor=actor, at=at)
    _index(event)
    return event


def _offer(event: Event, said: Particulars | Event, *, at: datetime) -> int:
    offer = bookings.Offer(
        key=f"event-{event.id}",
        kind="events",
        name=said.title,
        place=said.place,
        unit=said.unit,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        capacity=said.capacity or UNLIMITED,
        online=said.way != Event.Way.ONSITE,
    )
    return bookings.offer(offer=offer, at=at)


def _index(event: Event) -> None:
    if event.audience == Event.Audience.STAFF:
        search.remove("event", event.id)
        return
    text = search_text(event)
    url = reverse("events:event_detail", args=[event.id])
    search.index(
        "event", event.id, title=text.title, title_en=text.title_en, body=text.summary, url=url, extra=text.further
    )


@transaction.atomic
def call_off(*, event_id: int, reason: str, actor: Actor, at: datetime) -> Event:
    """Call an event off: its seats end, everybody registered is told why. A draft is dropped without a word.

    Done again it changes nothing.
    :raises NotPossible: it was held.
    """
    slot_id = Event.objects.values_list("slot_id", flat=True).get(id=event_id)
    if slot_id is not None:
        bookings.close(slot_id=slot_id, at=at)
    event = _locked(event_id)
    if event.state == Event.State.CANCELLED:
        return event
    if not may_move(event.state, Event.State.CANCELLED):
        raise NotPossible(_("終わった催しは中止できません。"))
    was_public = event.state == Event.State.PUBLISHED
    event.state, event.ended_at, event.cancel_reason = Event.State.CANCELLED, at, reason
    event.revision += 1
    event.save(update_fields=["state", "ended_at", "cancel_reason", "revision"])
    mine = Registration.objects.filter(event=event, state__in=LIVE)
    told = mine.update(state=Registration.State.CANCELLED, cancelled_at=at)
    _record(event, "event.cancelled", actor=actor, at=at, registrations=told)
    if was_public:
        search.remove("event", event.id)
        tell_later(event, "called_off", key="0")
    return event


@transaction.atomic
def count_attendance(*, event_id: int, online: int, onsite: int, actor: Actor, at: datetime) -> Event:
    """Note how many came, online (where the count of opened links is wrong) and on site; may be corrected later.

    Only the difference enters the ledger, so the figures are right whenever they are read. Once it has ended, the event
    is noted as held.
    :raises NotPossible: it has not begun, or was called off.
    """
    event = _locked(event_id)
    if not may_count(event.state, event.starts_at, at=at):
        raise NotPossible(_("人数は、催しが始まってから記録できます。"))
    before = event.online_count if event.online_count is not None else opened_count(event)
    if (online, onsite) != (before, event.onsite_count):
        _record(event, "event.counted", actor=actor, at=at, online=online - before, onsite=onsite - event.onsite_count)
    event.online_count, event.onsite_count = online, onsite
    event.save(update_fields=["online_count", "onsite_count"])
    if event.state == Event.State.PUBLISHED and at >= event.ends_at:
        _hold(event, actor=actor, at=at)
    return event


def opened_count(event: Event) -> int:
    """How many people came by the live link, as it counted itself."""
    attended = Registration.objects.filter(event=event, attended_at__isnull=False)
    return sum(attended.values_list("people", flat=True))


def _hold(event: Event, *, actor: Actor, at: datetime) -> None:
    event.state, event.ended_at = Event.State.HELD, at
    event.save(update_fields=["state", "ended_at"])
    _record(event, "event.held", actor=actor, at=at, way=event.way)


def close_past(*, at: datetime) -> int:
    """Note events as held that ended hours ago and that nobody closed. How many."""
    past = Event.objects.filter(state=Event.State.PUBLISHED, ends_at__lt=at - HELD_AFTER)
    count = 0
    for event_id in list(past.values_list("id", flat=True)):
        with transaction.atomic():
            event = _locked(event_id)
            if event.state == Event.State.PUBLISHED and event.ends_at < at - HELD_AFTER:
                _hold(event, actor=SYSTEM, at=at)
                count += 1
    return count


@transaction.atomic
def set_recording(*, event_id: int, url: str, for_whom: str, until: date | None, actor: Actor, at: datetime) -> Event:
    """Say where the recording is, who may see it and until when; a new one is told to those who registered.

    An empty address takes the recording away.
    :raises NotPossible: the event has not begun, or the address is not allowed.
    """
    _check_link(url)
    event = _locked(event_id)
    if not may_count(event.state, event.starts_at, at=at):
        raise NotPossible(_("録画は、催しが始まってから載せられます。"))
    is_new = bool(url) and not event.recording_url
    event.recording_url, event.recording_for, event.recording_until = url, for_whom, until
    event.revision += 1
    event.save(update_fields=["recording_url", "recording_for", "recording_until", "revision"])
    _record(event, "event.recording_set", actor=actor, at=at, has_recording=bool(url), audience=for_whom)
    if is_new:
        tell_later(event, "recording", key="0")
    return event


@transaction.atomic
def add_material(
    *, event_id: int, stream: BinaryIO, name: str, is_public: bool, actor: Actor, at: datetime
) -> Material:
    """Add a file to the handouts. :raises files.FileRefused: it is empty, too large or of a kind nobody takes."""
    event = _locked(event_id)
    stored = files.store(stream, name=name, by=actor, at=at)
    material = Material.objects.create(event=event, file_id=stored.id, is_public=is_public)
    _record(event, "event.material_added", actor=actor, at=at, file=stored.id)
    return material


@transaction.atomic
def remove_material(*, event_id: int, material_id: int, actor: Actor, at: datetime) -> None:
    """Take a handout away; done again it changes nothing."""
    event = _locked(event_id)
    if Material.objects.filter(event=event, id=material_id, removed_at=None).update(removed_at=at):
        _record(event, "event.material_removed", actor=actor, at=at, material=material_id)


def record_look(*, event: Event, kind: str, actor: Actor, at: datetime) -> None:
    """That an officer looked at who registered (``viewed``) or took the list away (``exported``)."""
    _record(event, f"event.people_{kind}", actor=actor, at=at)


def _record(event: Event, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    ledger.append(subject=Subject("event", event.id), kind=kind, actor=actor, at=at, unit=event.unit, data=dict(data))
