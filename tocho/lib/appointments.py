"""When something takes place, in words and as iCalendar (RFC 5545) for people's own calendars."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from tocho.lib.dates import format_day


def span_words(starts_at: datetime, ends_at: datetime, language: str) -> str:
    """From when to when within a day, by the clock of the place: 11月28日（土）13:00–16:00; Sat 28 November …"""
    zone = timezone.get_default_timezone()
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    clock = f"{start:%H:%M}–{end:%H:%M}"
    return f"{date_format(start, 'D j F')} {clock}" if language == "en" else f"{format_day(start.date())}{clock}"


@dataclass(frozen=True)
class Appointment:
    """One entry of a calendar. ``uid`` stays the same for ever, ``sequence`` grows with each change of it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    url: str
    sequence: int = 0
    place: str = ""
    text: str = ""
    is_cancelled: bool = False


def as_icalendar(appointments: Iterable[Appointment], *, product: str, name: str = "", at: datetime) -> bytes:
    """A calendar file; ``product`` names the part of the platform, ``name`` what a subscribed calendar is called."""
    from icalendar import Calendar, Event  # 1.4 MB in every process, for a file that few ask for

    calendar = Calendar()
    calendar.add("prodid", f"-//Virtual Tocho//{product}//JA")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", "PT12H", parameters={"VALUE": "DURATION"}, encode=False)
    for one in appointments:
        entry = Event()
        entry.add("uid", one.uid)
        entry.add("dtstamp", at)
        entry.add("sequence", one.sequence)
        entry.add("dtstart", one.starts_at)
        entry.add("dtend", one.ends_at)
        entry.add("summary", one.title)
        entry.add("url", one.url)
        if one.place:
            entry.add("location", one.place)
        if one.text:
            entry.add("description", one.text)
        entry.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
