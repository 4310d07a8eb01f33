from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.forms.api import SummaryStep
from tocho.lib.appointments import Appointment, as_icalendar, span_words
from tocho.lib.briefly import briefly
from tocho.modules.bookings import api as bookings
from tocho.modules.messages import api as messages
from tocho.ui.tags.words import day_words

from .definitions import ThemeFacts, in_language, triage_form
from .models import Consultation, Theme
from .rules import KEPT_YEARS, is_door_open, may_cancel, may_change

SLOTS = "consultations"
PAGE = 50
TONES = {"booked": "info", "held": "ok", "missed": "bad", "cancelled": "neutral"}


@dataclass(frozen=True)
class ThemeCard:
    """One theme as people choose among them."""

    key: str
    title: str
    summary: str
    ways: tuple[str, ...]
    for_staff: bool
    next_slot: str


def theme_cards(themes: QuerySet[Theme], *, at: datetime) -> list[ThemeCard]:
    """The themes with their next free time; two queries."""
    language = get_language() or "ja"
    first: dict[str, bookings.SlotView] = {}
    for slot in bookings.slots(SLOTS, at=at):
        first.setdefault(slot.resource_key, slot)
    return [_card(theme, ThemeFacts.model_validate(theme.facts), first, language) for theme in themes]


def _card(theme: Theme, facts: ThemeFacts, first: Mapping[str, bookings.SlotView], language: str) -> ThemeCard:
    slot = first.get(facts.resource)
    return ThemeCard(
        key=theme.key,
        title=in_language(facts.title, language),
        summary=in_language(facts.summary, language),
        ways=tuple(str(Consultation.Way(way).label) for way in facts.ways),
        for_staff=facts.audience == "staff",
        next_slot=span_words(slot.starts_at, slot.ends_at, language) if slot else "",
    )


def themes_for_procedure(key: str) -> tuple[tuple[str, str], ...]:
    """The public themes (key, title) that a procedure's page offers."""
    return _themes(key, get_language() or "ja")


@briefly
def _themes(key: str, language: str) -> tuple[tuple[str, str], ...]:
    themes = Theme.objects.filter(audience="public", retired_at=None, facts__procedures__contains=[key])
    return tuple((theme.key, in_language(theme.facts["title"], language)) for theme in themes)


def slot_choices(
    facts: ThemeFacts, *, at: datetime, held_by: Subject | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The free times of a theme as choices, day by day, soonest first."""
    language, zone = get_language() or "ja", timezone.get_default_timezone()
    days: dict[date, list[tuple[str, str]]] = {}
    for slot in bookings.slots(SLOTS, at=at, resource_key=facts.resource, held_by=held_by):
        words = span_words(slot.starts_at, slot.ends_at, language)
        days.setdefault(slot.starts_at.astimezone(zone).date(), []).append((str(slot.id), words))
    return [(day_words(day, "short"), choices) for day, choices in days.items()]


@dataclass(frozen=True)
class ConsultationPage:
    """One consultation for the person who asked, or for the office."""

    consultation: Consultation
    title: str
    urgent: str
    when: str
    tone: str
    summary: tuple[SummaryStep, ...]
    thread: messages.ThreadView
    meeting_url: str
    door_is_open: bool
    may_change: bool
    may_cancel: bool


def consultation_page(consultation: Consultation, *, side: str, at: datetime) -> ConsultationPage:
    """Everything about one consultation in a fixed number of queries."""
    language = get_language() or "ja"
    facts = ThemeFacts.model_validate(consultation.theme.facts)
    form = triage_form(facts.questions)
    is_booked = consultation.state == Consultation.State.BOOKED
    is_open = is_booked and is_door_open(consultation.starts_at, consultation.ends_at, at=at)
    is_meeting = consultation.way == Consultation.Way.MEETING
    return ConsultationPage(
        consultation=consultation,
        title=in_language(facts.title, language),
        urgent=in_language(facts.urgent, language),
        when=span_words(consultation.starts_at, consultation.ends_at, language),
        tone=TONES[consultation.state],
        summary=tuple(form.summary(consultation.answers, language=language)) if form else (),
        thread=messages.thread_of(Subject("consultation", consultation.id), side=side),
        meeting_url=meeting_url(consultation) if is_meeting and is_open else "",
        door_is_open=is_open,
        may_change=may_change(consultation.state, consultation.starts_at, consultation.changes, at=at),
        may_cancel=may_cancel(consultation.state, consultation.starts_at, at=at),
    )


def meeting_url(consultation: Consultation) -> str:
    """The address of the video meeting; where it is held is the operator's choice (``MEETING_URL``)."""
    return str(settings.MEETING_URL).format(room=consultation.room)


@dataclass(frozen=True)
class DayRow:
    """One line of the office's list."""

    consultation: Consultation
    title: str
    when: str
    tone: str
    unread: int


@dataclass(frozen=True)
class ListPage:
    """Consultations of the office, soonest first; ``next`` is the cursor of the following page."""

    rows: tuple[DayRow, ...]
    next: str


def list_page(
    visible: QuerySet[Consultation], *, show: str, text: str = "", after: str = "", at: datetime, limit: int = PAGE
) -> ListPage:
    """``show``: "coming" (default), "mine" is filtered by the caller, "past", or a state."""
    backwards = show == "past"
    if show == "past":
        visible = visible.filter(ends_at__lt=at)
    elif show in Consultation.State.values:
        visible, backwards = visible.filter(state=show), True
    else:
        visible = visible.filter(ends_at__gte=at - timedelta(hours=1), state=Consultation.State.BOOKED)
    if text:
        visible = visible.filter(Q(name__contains=text) | Q(email__startswith=text))
    visible = _after(visible, after, backwards=backwards)
    order = ("-starts_at", "-id") if backwards else ("starts_at", "id")
    rows = list(visible.order_by(*order)[: limit + 1])
    following = f"{rows[limit - 1].starts_at.timestamp():.0f}.{rows[limit - 1].id}" if len(rows) > limit else ""
    unread = messages.unread_counts("consultation", [row.id for row in rows[:limit]], side=messages.OFFICE)
    language = get_language() or "ja"
    return ListPage(tuple(_row(row, unread, language) for row in rows[:limit]), following)


def _after(visible: QuerySet[Consultation], after: str, *, backwards: bool) -> QuerySet[Consultation]:
    seconds, _dot, last = after.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and last.isascii() and last.isdigit() and len(after) < 30):
        return visible
    moment = datetime.fromtimestamp(min(int(seconds), 4_102_444_800), tz=timezone.get_default_timezone())
    if backwards:
        return visible.filter(Q(starts_at__lt=moment) | Q(starts_at=moment, id__lt=int(last)))
    return visible.filter(Q(starts_at__gt=moment) | Q(starts_at=moment, id__gt=int(last)))


def _row(row: Consultation, unread: Mapping[int, int], language: str) -> DayRow:
    title = in_language(row.theme.facts["title"], language)
    when = span_words(row.starts_at, row.ends_at, language)
    return DayRow(row, title, when, TONES[row.state], unread.get(row.id, 0))


@dataclass(frozen=True)
class MyConsultation:
    """One line of a person's own coming consultations."""

    title: str
    when: str
    way: str
    link: str


def coming_of(user_id: int, *, at: datetime, link_of: Callable[[Consultation], str]) -> list[MyConsultation]:
    """A person's own consultations that are still to come."""
    language = get_language() or "ja"
    rows = Consultation.objects.select_related("theme").filter(
        user_id=user_id, state=Consultation.State.BOOKED, ends_at__gte=at
    )
    return [
        MyConsultation(
            in_language(row.theme.facts["title"], language),
            span_words(row.starts_at, row.ends_at, language),
            str(row.get_way_display()),
            link_of(row),
        )
        for row in rows.order_by("starts_at")[:20]
    ]


@dataclass(frozen=True)
class HeldConsultation:
    """What is held about one consultation of a person: what the person gave and said, and who looked at it.

    ``has_record``: the office wrote a record. Its words are not here: they may speak of others, so whoever wants them
    asks for disclosure (個人情報の保護に関する法律 第76条), and the office looks at 第78条.
    """

    title: str
    when: str
    way: str
    state: str
    name: str
    email: str
    phone: str
    answers: tuple[tuple[str, str], ...]
    said: tuple[messages.MessageView, ...]
    seen_at: tuple[datetime, ...]  # by the office, the latest first
    has_record: bool
    kept_until: date | None  # None: not over yet
    href: str


def held_of(user_id: int, *, link_of: Callable[[Consultation], str]) -> list[HeldConsultation]:
    """What is held about a person's own consultations, the newest first; nobody else's."""
    rows = list(
        Consultation.objects.select_related("theme").filter(user_id=user_id, erased_at=None).order_by("-id")[:500]
    )
    looks: dict[int, list[datetime]] = {row.id: [] for row in rows}
    seen = ledger.entries_about("consultation", looks, kinds={"consultation.viewed"}, limit=2000) if rows else []
    for entry in seen:
        looks[entry.subject.id].append(entry.at)
    return [_held(row, tuple(looks[row.id]), link_of(row)) for row in rows]


def _held(row: Consultation, seen_at: tuple[datetime, ...], href: str) -> HeldConsultation:
    language = get_language() or "ja"
    facts = ThemeFacts.model_validate(row.theme.facts)
    form = triage_form(facts.questions)
    steps = form.summary(row.answers, language=language) if form else ()
    return HeldConsultation(
        title=in_language(facts.title, language),
        when=span_words(row.starts_at, row.ends_at, language),
        way=str(row.get_way_display()),
        state=str(row.get_state_display()),
        name=row.name,
        email=row.email,
        phone=row.phone,
        answers=tuple((one.label, one.display) for step in steps for one in step.rows),
        said=tuple(messages.thread_of(Subject("consultation", row.id), side=messages.APPLICANT).messages),
        seen_at=seen_at,
        has_record=bool(row.record),
        kept_until=org.office_day(row.ended_at + timedelta(days=365 * KEPT_YEARS)) if row.ended_at else None,
        href=href,
    )


def calendar_of(
    consultations: Iterable[Consultation], *, link_of: Callable[[Consultation], str], at: datetime
) -> bytes:
    """The consultations as iCalendar (RFC 5545), for the person's own calendar: a confidential theme is not named."""
    host = settings.SITE_URL.split("//")[1].split("/")[0]
    entries = []
    for one in consultations:
        facts = ThemeFacts.model_validate(one.theme.facts)
        entries.append(
            Appointment(
                uid=f"{one.public_id}@{host}",
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                title=_("相談") if facts.confidential else in_language(facts.title, one.language),
                url=settings.SITE_URL + link_of(one),
                sequence=one.changes,
                is_cancelled=one.state == Consultation.State.CANCELLED,
            )
        )
    return as_icalendar(entries, product="consultations", at=at)
