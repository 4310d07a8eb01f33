"""What the office of an event sees: its list, the counts, who registered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number
from tocho.modules.improvement import api as improvement

from ..models import Event, Registration
from ..rules import is_live, may_count
from .detail import EventPage, Handout, event_detail, handouts_of
from .listing import page_by_start
from .words import REGISTRATION_TONES, TONES, when_of

PAGE = 50
PEOPLE_PAGE = 100


@dataclass(frozen=True)
class Row:
    """One line of the office's list; counts are people."""

    event: Event
    when: str
    tone: str
    confirmed: int
    waiting: int


@dataclass(frozen=True)
class OfficeList:
    """Events of the office; ``next`` is the cursor of the following page."""

    rows: tuple[Row, ...]
    next: str


def office_list(mine: QuerySet[Event], *, show: str, text: str, after: str, at: datetime) -> OfficeList:
    """``show``: "" (drafts and coming, soonest first), "past" or a state (latest first)."""
    backwards = show == "past" or show in ("held", "cancelled")
    if show in Event.State.values:
        mine = mine.filter(state=show)
    elif show == "past":
        mine = mine.filter(ends_at__lt=at)
    else:
        mine = mine.filter(Q(ends_at__gte=at) | Q(state=Event.State.DRAFT)).exclude(state=Event.State.CANCELLED)
    if text:
        mine = mine.filter(Q(title__icontains=text) | Q(title_en__icontains=text))
    rows, following = page_by_start(mine, after=after, backwards=backwards, limit=PAGE)
    counts = _counts([row.id for row in rows])
    return OfficeList(
        tuple(Row(row, when_of(row, "ja"), TONES[row.state], *counts.get(row.id, (0, 0))) for row in rows), following
    )


def _counts(event_ids: list[int]) -> dict[int, tuple[int, int]]:
    rows = Registration.objects.filter(event_id__in=event_ids).values("event_id")
    summed = rows.annotate(
        confirmed=Sum("people", filter=Q(state="confirmed"), default=0),
        waiting=Sum("people", filter=Q(state="waiting"), default=0),
    )
    return {row["event_id"]: (row["confirmed"], row["waiting"]) for row in summed.order_by()}


@dataclass(frozen=True)
class Numbers:
    """What is counted of one event, in people; ``opened`` by the live link, ``online`` after correction."""

    confirmed: int
    waiting: int
    cancelled: int
    registrations: int
    opened: int
    online: int
    onsite: int
    views: int

    @property
    def attended(self) -> int:
        return self.online + self.onsite


def numbers_of(event: Event) -> Numbers:
    """The counts of an event; one query."""
    found = Registration.objects.filter(event=event).aggregate(
        confirmed=Sum("people", filter=Q(state="confirmed"), default=0),
        waiting=Sum("people", filter=Q(state="waiting"), default=0),
        cancelled=Sum("people", filter=Q(state="cancelled"), default=0),
        registrations=Count("id"),
        opened=Sum("people", filter=Q(attended_at__isnull=False), default=0),
    )
    online = event.online_count if event.online_count is not None else found["opened"]
    return Numbers(**found, online=online, onsite=event.onsite_count, views=event.recording_views)


@dataclass(frozen=True)
class OfficePage:
    """One event for its office."""

    page: EventPage
    numbers: Numbers
    handouts: tuple[Handout, ...]
    is_live: bool
    may_edit: bool
    may_publish: bool
    may_call_off: bool
    may_count: bool
    ratings: improvement.Ratings | None  # once it was held


def office_page(event: Event, *, at: datetime) -> OfficePage:
    """Everything about one event in a fixed number of queries."""
    state = event.state
    return OfficePage(
        page=event_detail(event, at=at),
        numbers=numbers_of(event),
        handouts=handouts_of(event, registered=True),
        is_live=state == Event.State.PUBLISHED and is_live(event.starts_at, event.ends_at, at=at),
        may_edit=state in (Event.State.DRAFT, Event.State.PUBLISHED),
        may_publish=state == Event.State.DRAFT,
        may_call_off=state in (Event.State.DRAFT, Event.State.PUBLISHED),
        may_count=may_count(state, event.starts_at, at=at),
        ratings=improvement.ratings_of(f"event-{event.id}") if event.ends_at <= at and event.published_at else None,
    )


@dataclass(frozen=True)
class Person:
    """One line of the list of who registered."""

    registration: Registration
    tone: str


@dataclass(frozen=True)
class People:
    """Who registered, in the order in which they did; ``next`` is the cursor of the following page."""

    rows: tuple[Person, ...]
    next: str


def people_of(event: Event, *, show: str, text: str) -> QuerySet[Registration]:
    """The registrations of an event, filtered; ``show`` is a state, "attended" or "" (all that are not cancelled)."""
    found = Registration.objects.filter(event=event)
    if show == "attended":
        found = found.filter(attended_at__isnull=False)
    elif show in Registration.State.values:
        found = found.filter(state=show)
    elif show != "all":
        found = found.exclude(state=Registration.State.CANCELLED)
    if text:
        found = found.filter(Q(name__contains=text) | Q(email__startswith=text) | Q(organisation__contains=text))
    return found


def people_page(found: QuerySet[Registration], *, after: str) -> People:
    """One page of who registered."""
    if (last := whole_number(after)) is not None:
        found = found.filter(id__gt=last)
    rows = list(found.order_by("id")[: PEOPLE_PAGE + 1])
    following = str(rows[PEOPLE_PAGE - 1].id) if len(rows) > PEOPLE_PAGE else ""
    return People(tuple(Person(row, REGISTRATION_TONES[row.state]) for row in rows[:PEOPLE_PAGE]), following)


def people_columns() -> list[str]:
    """The titles of the columns of the file."""
    titles = [_("申込み日時"), _("状態"), _("名前"), _("会社・団体"), _("メールアドレス"), _("人数"), _("質問への答え")]
    return [*titles, _("オンラインで参加"), _("録画を視聴")]


def people_rows(found: QuerySet[Registration]) -> Iterator[tuple[Value, ...]]:
    """The rows of the file, by the clock of the place."""
    for row in found.order_by("id").iterator(chunk_size=500):
        yield (
            timezone.localtime(row.registered_at).replace(tzinfo=None, microsecond=0),
            str(row.get_state_display()),
            row.name,
            row.organisation,
            row.email,
            row.people,
            row.answer,
            timezone.localtime(row.attended_at).replace(tzinfo=None, microsecond=0) if row.attended_at else None,
            timezone.localtime(row.watched_at).replace(tzinfo=None, microsecond=0) if row.watched_at else None,
        )
