"""What the public sees of events: the list with its filters, and texts for the search."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.lib.dates import add_months, month_key, month_start
from tocho.modules.bookings import api as bookings

from ..models import Event
from ..rules import UNLIMITED, is_recording_open, may_register
from .words import said_in, when_of

PAGE = 20


@dataclass(frozen=True)
class Filters:
    """What was asked for: ``show`` is "" (coming), "recorded" or "past"; ``month`` as 2020-12."""

    q: str = ""
    show: str = ""
    bureau: str = ""
    month: str = ""
    after: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.q or self.bureau or self.month)

    @property
    def is_past(self) -> bool:
        return self.show in ("past", "recorded")


@dataclass(frozen=True)
class Seats:
    """How much room there is, in words: ``label`` is empty where there is no limit or nothing to say."""

    label: str = ""
    tone: str = "neutral"
    is_full: bool = False
    left: int | None = None


@dataclass(frozen=True)
class Card:
    """One event as people choose among them."""

    id: int
    title: str
    summary: str
    when: str
    way: str
    place: str
    office: str
    audience: str
    seats: Seats
    has_recording: bool
    is_cancelled: bool


@dataclass(frozen=True)
class ListPage:
    """A page of events; ``next`` is the cursor of the following one."""

    cards: tuple[Card, ...]
    next: str
    bureaus: tuple[tuple[str, str], ...]
    months: tuple[tuple[str, str], ...]


def event_page_of(visible: QuerySet[Event], filters: Filters, *, at: datetime, limit: int = PAGE) -> ListPage:
    """The coming events, soonest first; or the past ones (with a recording), latest first."""
    today = org.office_day(at)
    scope = _in_time(visible, filters, at=at, today=today)
    bureau_of = _bureaus(scope, today)
    found = scope
    if filters.bureau:
        found = found.filter(unit__in=[unit for unit, (code, _name) in bureau_of.items() if code == filters.bureau])
    if (span := _month_span(filters.month)) is not None:
        found = found.filter(starts_at__gte=span[0], starts_at__lt=span[1])
    if filters.q:
        words = Q(title__icontains=filters.q) | Q(title_en__icontains=filters.q) | Q(summary__icontains=filters.q)
        found = found.filter(words | Q(summary_en__icontains=filters.q) | Q(body__icontains=filters.q))
    rows, following = page_by_start(found, after=filters.after, backwards=filters.is_past, limit=limit)
    offered = sorted(set(bureau_of.values()))
    return ListPage(cards_of(rows, at=at), following, tuple(offered), _months(scope, filters.is_past))


def _in_time(visible: QuerySet[Event], filters: Filters, *, at: datetime, today: date) -> QuerySet[Event]:
    if not filters.is_past:
        return visible.filter(ends_at__gte=at)
    past = visible.filter(ends_at__lt=at).exclude(state=Event.State.CANCELLED)
    if filters.show == "recorded":
        seen = Q(recording_until=None) | Q(recording_until__gte=today)
        past = past.exclude(recording_url="").filter(seen, recording_for=Event.RecordingFor.PUBLIC)
    return past


def _bureaus(scope: QuerySet[Event], today: date) -> dict[str, tuple[str, str]]:
    """Code and name of the bureau of each unit that holds events of the scope."""
    found = {}
    for code in scope.order_by("unit").values_list("unit", flat=True).distinct():
        try:
            bureau = org.bureau_of(code, on=today)
        except org.UnknownUnit:
            continue
        found[code] = (bureau.code, bureau.name)
    return found


def _months(scope: QuerySet[Event], is_past: bool) -> tuple[tuple[str, str], ...]:
    moments = scope.dates("starts_at", "month", order="DESC" if is_past else "ASC")[:24]
    return tuple((month_key(day), month_words(day)) for day in moments)


def month_words(day: date) -> str:
    """2020年12月; December 2020."""
    return day.strftime("%B %Y") if get_language() == "en" else f"{day.year}年{day.month}月"


def _month_span(key: str) -> tuple[datetime, datetime] | None:
    try:
        first, last = month_start(key), month_start(add_months(key, 1))
    except ValueError:
        return None
    zone = timezone.get_default_timezone()
    return datetime(first.year, first.month, 1, tzinfo=zone), datetime(last.year, last.month, 1, tzinfo=zone)


def page_by_start(found: QuerySet[Event], *, after: str, backwards: bool, limit: int) -> tuple[list[Event], str]:
    """One page by (start, id) and the cursor of the next; a cursor that is none begins at the first page."""
    seconds, _dot, last = after.partition(".")
    if seconds.isascii() and seconds.isdigit() and last.isascii() and last.isdigit() and len(after) < 30:
        moment = datetime.fromtimestamp(min(int(seconds), 4_102_444_800), tz=timezone.get_default_timezone())
        beyond = Q(starts_at__lt=moment) if backwards else Q(starts_at__gt=moment)
        same = Q(id__lt=int(last)) if backwards else Q(id__gt=int(last))
        found = found.filter(beyond | (Q(starts_at=moment) & same))
    order = ("-starts_at", "-id") if backwards else ("starts_at", "id")
    rows = list(found.order_by(*order)[: limit + 1])
    more = len(rows) > limit
    return rows[:limit], f"{rows[limit - 1].starts_at.timestamp():.0f}.{rows[limit - 1].id}" if more else ""


def cards_of(rows: Iterable[Event], *, at: datetime) -> tuple[Card, ...]:
    """The cards of events; one query for all seats."""
    rows = list(rows)
    slots = bookings.slots_by_id([row.slot_id for row in rows if row.slot_id is not None])
    return tuple(_card(row, slots.get(row.slot_id or 0), at=at) for row in rows)


def _card(event: Event, slot: bookings.SlotView | None, *, at: datetime) -> Card:
    language, today = get_language() or "ja", org.office_day(at)
    is_shared = event.recording_for == Event.RecordingFor.PUBLIC
    return Card(
        id=event.id,
        title=said_in(event, "title", language),
        summary=said_in(event, "summary", language),
        when=when_of(event, language),
        way=str(event.get_way_display()),
        place=event.place,
        office=office_name(event.unit, today),
        audience=str(event.get_audience_display()) if event.audience != Event.Audience.PUBLIC else "",
        seats=seats_of(event, slot, at=at),
        has_recording=is_shared and is_recording_open(event.recording_url, event.recording_until, today=today),
        is_cancelled=event.state == Event.State.CANCELLED,
    )


def office_name(unit: str, today: date) -> str:
    """What an office is called; its code where it is gone."""
    try:
        view = org.unit(unit, on=today)
    except org.UnknownUnit:
        return unit
    return view.full_name or view.name


def seats_of(event: Event, slot: bookings.SlotView | None, *, at: datetime) -> Seats:
    """The room left of an event that still takes registrations."""
    if slot is None or not may_register(event.state, event.starts_at, at=at):
        return Seats()
    if slot.capacity >= UNLIMITED:
        return Seats(_("定員なし"), "ok")
    if slot.free > 0 and not slot.waiting:
        label = ngettext("あと%(n)d人", "あと%(n)d人", slot.free) % {"n": slot.free}
        return Seats(label, "ok" if slot.free > 5 else "wait", left=slot.free)
    if event.has_waiting_list:
        words = _("満席・キャンセル待ち %(waiting)d人") if slot.waiting else _("満席・キャンセル待ちできます")
        return Seats(words % {"waiting": slot.waiting} if slot.waiting else words, "wait", is_full=True, left=0)
    return Seats(_("満席"), "bad", is_full=True, left=0)


@dataclass(frozen=True)
class SearchText:
    """What an event is found by."""

    id: int
    title: str
    title_en: str
    summary: str
    further: str


def search_text(event: Event) -> SearchText:
    """The words of one event for the search."""
    office = office_name(event.unit, org.office_day(event.starts_at))
    return SearchText(
        event.id, event.title, event.title_en, event.summary, f"{event.summary_en} {office} {event.place}"
    )


def search_texts() -> Iterator[SearchText]:
    """All events that anybody may find: coming ones, and past ones with what was handed out or recorded."""
    found = Event.objects.exclude(audience=Event.Audience.STAFF).exclude(state=Event.State.CANCELLED)
    for event in found.filter(published_at__isnull=False).order_by("id").iterator(chunk_size=500):
        yield search_text(event)
