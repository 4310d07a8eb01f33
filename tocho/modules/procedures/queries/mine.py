"""What a person has with the government: applications, drafts, and what is asked of the person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.lib.text import fold, normalize_line, unify_dashes

from ..models import Application, Correction
from .catalogue import definition
from .tracking import ASKED, STATE_TONES

MOST = 500  # a person's applications that the blocks of my page look at, the newest
WAITING_FOR_ME = (Application.State.FEE_DUE, *ASKED)
UNSUBMITTED = (Application.State.DRAFT, Application.State.EXPIRED)


@dataclass(frozen=True)
class MyApplication:
    """One of a person's applications, a draft too; ``id`` is what other modules know it by.

    Words are made when they are read: my page looks at hundreds of applications and shows a few.
    """

    id: int
    public_id: UUID
    version_id: int
    state: str
    number: str | None
    created_at: datetime
    submitted_at: datetime | None
    expected_on: date | None
    stopped_on: date | None
    expires_at: datetime | None
    closed_at: datetime | None
    kept_until: date | None

    @property
    def title(self) -> str:
        return definition(self.version_id).title(get_language() or "ja")

    @property
    def receipt_number(self) -> str:
        return self.number or ""

    @property
    def state_label(self) -> str:
        return str(Application.State(self.state).label)

    @property
    def tone(self) -> str:
        return STATE_TONES[Application.State(self.state)]

    @property
    def needs_me(self) -> bool:
        return self.state in (*WAITING_FOR_ME, Application.State.DRAFT)

    @property
    def at(self) -> datetime:
        """When it was submitted, or begun."""
        return self.submitted_at or self.created_at

    @property
    def day(self) -> date:
        return calendar.office_day(self.at)

    @property
    def due_on(self) -> date | None:
        """The day of the result, while the clock runs."""
        return self.expected_on if self.closed_at is None and self.stopped_on is None else None

    @property
    def href(self) -> str:
        """The page to follow it on, or to go on filling it in."""
        return reverse("procedures:application_status", args=[self.public_id])

    @property
    def discard_url(self) -> str:
        """The page that asks before a draft is deleted."""
        return reverse("procedures:draft_discard", args=[self.public_id])


COLUMNS = (
    *("id", "public_id", "version_id", "state", "receipt_number", "created_at", "submitted_at", "due_on", "stopped_on"),
    *("expires_at", "closed_at", "kept_until"),
)


def _mine(rows: QuerySet[Application], limit: int) -> list[MyApplication]:
    """The newest of these, up to a limit."""
    return [MyApplication(*row) for row in rows.order_by("-id").values_list(*COLUMNS)[:limit]]


def my_applications(visible: QuerySet[Application], *, limit: int = 20) -> list[MyApplication]:
    """The newest applications of a person; those that wait for the person first."""
    rows = _mine(visible.exclude(state=Application.State.EXPIRED), limit)
    return sorted(rows, key=lambda row: not row.needs_me)


def my_drafts(visible: QuerySet[Application], *, limit: int = 20) -> list[MyApplication]:
    """The drafts of a person, the last begun first."""
    return _mine(visible.filter(state=Application.State.DRAFT), limit)


@dataclass(frozen=True)
class MyListPage:
    """One keyset page of a person's submitted applications, newest first; ``next`` continues it, "" at the end."""

    rows: tuple[MyApplication, ...]
    next: str


def my_list(
    visible: QuerySet[Application], *, shown: str = "", text: str = "", after: int | None = None, limit: int = 20
) -> MyListPage:
    """A person's submitted applications: ``shown`` is open, done or "" (all); ``text`` a receipt number or a title."""
    rows = visible.exclude(state__in=UNSUBMITTED)
    if shown in ("open", "done"):
        rows = rows.filter(closed_at__isnull=shown == "open")
    if text:
        rows = rows.filter(Q(receipt_number__startswith=_number(text)) | Q(version_id__in=_titled(rows, text)))
    if after:
        rows = rows.filter(id__lt=after)
    found = _mine(rows, limit + 1)
    return MyListPage(tuple(found[:limit]), str(found[limit - 1].id) if len(found) > limit else "")


def _number(text: str) -> str:
    """A receipt number as people type it: full width, other dashes."""
    return unify_dashes(normalize_line(text)).replace(" ", "")


def _titled(rows: QuerySet[Application], text: str) -> list[int]:
    """The versions among a person's applications whose title has the words, in either language."""
    versions = rows.order_by().values_list("version_id", flat=True).distinct()
    wanted = fold(text)
    return [one for one in versions if any(wanted in fold(definition(one).title(code)) for code in ("ja", "en"))]


def my_submitted(visible: QuerySet[Application]) -> dict[int, MyApplication]:
    """The newest submitted applications of a person, by the id under which other modules know them."""
    return {row.id: row for row in _mine(visible.exclude(state__in=UNSUBMITTED), MOST)}


@dataclass(frozen=True)
class Ask:
    """Something that is asked of the person now: what, about which procedure, until when, and where to do it."""

    title: str
    tag: str
    text: str
    href: str
    action: str
    due_on: date | None = None


def my_asks(applications: Collection[MyApplication]) -> list[Ask]:
    """What is asked of a person in the applications: fees and corrections; one query when there is a correction."""
    waiting = [row for row in applications if row.state in WAITING_FOR_ME]
    ids = [row.id for row in waiting if row.state in ASKED]
    deadlines = (
        dict(
            Correction.objects.filter(application_id__in=ids, answered_at=None, expired_at=None).values_list(
                "application_id", "deadline_on"
            )
        )
        if ids
        else {}
    )
    asks = []
    for row in waiting:
        if row.state == Application.State.FEE_DUE:
            words = _("手数料のお支払いをお待ちしています。お支払いのあと審査が始まります。")
            asks.append(Ask(row.title, row.state_label, words, row.href, _("支払う")))
        else:
            report = row.state == Application.State.REPORTING
            words = _("報告をお願いしています。") if report else _("内容の補正をお願いしています。")
            url = reverse("procedures:application_correct", args=[row.public_id])
            verb = _("報告する") if report else _("直す")
            asks.append(Ask(row.title, row.state_label, words, url, verb, deadlines.get(row.id)))
    return sorted(asks, key=lambda ask: (ask.due_on is None, ask.due_on))
