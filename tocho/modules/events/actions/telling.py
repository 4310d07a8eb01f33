"""Mails to those who registered. Each has a key: whatever runs twice tells once."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from tocho.core.jobs.api import app as jobs
from tocho.core.notify import api as notify

from ..models import Event, Registration
from ..permissions import token_of
from ..queries.words import said_in, when_of
from ..rules import REMINDERS, reminders_due

PAGES = {"survey": "survey"}  # where a mail leads but to the registration
LIVE = (Registration.State.CONFIRMED, Registration.State.WAITING)


def tell(registration: Registration, template: str, *, key: str, at: datetime) -> None:
    """One mail to one registered person; those whose address was erased are passed over."""
    if not registration.email:
        return
    event, language = registration.event, registration.language
    notify.send(
        key=f"registration:{registration.id}:{template}:{key}",
        template=f"events/{template}",
        to_email=registration.email,
        context={
            "name": registration.name,
            "title": said_in(event, "title", language),
            "when": when_of(event, language),
            "place": event.place,
            "has_live": event.way != Event.Way.ONSITE,
            "is_waiting": registration.state == Registration.State.WAITING,
            "people": registration.people,
            "reason": event.cancel_reason,
            "link": reverse(f"events:registration_{PAGES.get(template, 'detail')}", args=[token_of(registration)]),
            "events_link": reverse("events:event_list"),
        },
        language=language,
        at=at,
    )


def tell_later(event: Event, template: str, *, key: str) -> None:
    """Leave the mails to everybody to a job: there may be thousands."""
    jobs.configure_task("events.tell_everybody").defer(event_id=event.id, template=template, key=key)


def tell_everybody(*, event_id: int, template: str, key: str, at: datetime) -> int:
    """The same mail to all whom it concerns, each in a transaction of its own; run again it tells nobody twice.

    ``called_off`` goes to those whose registration ended with the event, ``survey`` to who came, everything else to
    those who are registered.
    """
    event = Event.objects.get(id=event_id)
    found = Registration.objects.filter(event=event).select_related("event")
    if template == "called_off":
        found = found.filter(state=Registration.State.CANCELLED, cancelled_at=event.ended_at)
    elif template == "survey" and event.way == Event.Way.ONLINE:
        found = found.filter(state=Registration.State.CONFIRMED, attended_at__isnull=False)
    elif template in ("recording", "survey"):  # nobody is noted at a door: who had a place may have come
        found = found.filter(state=Registration.State.CONFIRMED)
    else:
        found = found.filter(state__in=LIVE)
    count = 0
    for registration in found.order_by("id").iterator(chunk_size=500):
        with transaction.atomic():
            tell(registration, template, key=key, at=at)
        count += 1
    return count


def remind(*, at: datetime) -> int:
    """Mails a day and an hour before, each once, however often this runs. How many were due."""
    soon = Event.objects.filter(
        state=Event.State.PUBLISHED, starts_at__gt=at, starts_at__lte=at + max(REMINDERS), reminded__lt=len(REMINDERS)
    )
    told = 0
    for event in soon:
        due = reminders_due(event.starts_at, at=at)
        if due <= event.reminded:
            continue
        told += _remind(event, due, at=at)
        Event.objects.filter(id=event.id, starts_at=event.starts_at, reminded__lt=due).update(reminded=due)
    return told


def _remind(event: Event, due: int, *, at: datetime) -> int:
    """To those who registered before the moment of the reminder; the others have just been told."""
    key = f"{event.starts_at.timestamp():.0f}:{due}"
    found = Registration.objects.filter(
        event=event, state=Registration.State.CONFIRMED, registered_at__lt=event.starts_at - REMINDERS[due - 1]
    )
    count = 0
    for registration in found.select_related("event").order_by("id").iterator(chunk_size=500):
        with transaction.atomic():
            tell(registration, "reminder", key=key, at=at)
        count += 1
    return count
