"""The list of cases of an office: what of it is shown, in which order, page by page and as a table to take away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number

from ..models import Application
from .catalogue import definition
from .tracking import STATE_TONES

EXPORTED = 50_000
BEFORE = ("answers", "computed", "checks")


@dataclass(frozen=True)
class CaseFilter:
    """What of the cases is shown and in which order; kept in the address of the page.

    ``sort``: "" newest first, "due" those under way by their due date.
    """

    text: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "CaseFilter":
        sort = given.get("sort", "")
        return cls(given.get("q", "").strip()[:100], given.get("state", ""), sort if sort == "due" else "")

    def address(self, **other: str) -> str:
        """The address of the list with this filter, parts of it changed."""
        values = {"q": self.text, "state": self.state, "sort": self.sort, **other}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{reverse('procedures:case_list')}?{query}" if query else reverse("procedures:case_list")

    def of_cases(self, visible: QuerySet[Application]) -> QuerySet[Application]:
        """The cases that it shows, in its order."""
        if self.text:
            visible = visible.filter(Q(receipt_number__startswith=self.text) | Q(applicant_name__startswith=self.text))
        if self.state:
            visible = visible.filter(state=self.state)
        if self.sort == "due":
            return visible.filter(state__in=Application.RUNNING).order_by("due_on", "id")
        return visible.order_by("-id")


@dataclass(frozen=True)
class CaseRow:
    """One line of the list of cases."""

    id: int
    number: str
    title: str
    applicant: str
    state_label: str
    tone: str
    submitted_at: datetime | None
    due_on: date | None
    overdue: bool
    place: str  # the section that a later round has led it to; "" where it lies with the procedure's office

    @property
    def pick_label(self) -> str:
        return _("%(number)sを選ぶ") % {"number": self.number}


@dataclass(frozen=True)
class CaseListPage:
    """One keyset page of cases; ``next`` is the cursor of the following page, "" at the end."""

    rows: tuple[CaseRow, ...]
    next: str
    shown: CaseFilter

    @property
    def sorts(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("新しい順"), self.shown.address(sort="")),
            (_("期限の近い順（処理中）"), self.shown.address(sort="due")),
        )

    @property
    def here(self) -> str:
        return self.shown.address()

    @property
    def query(self) -> str:
        """The filter as it stands behind the ? of an address."""
        return self.here.partition("?")[2]


def case_list(
    visible: QuerySet[Application], *, shown: CaseFilter, after: str = "", today: date, limit: int = 50
) -> CaseListPage:
    """Cases of the own offices by receipt number, applicant and state."""
    chosen = _after(shown.of_cases(visible), shown, after)
    rows = list(chosen.defer(*BEFORE)[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    cursor = "" if last is None else f"{last.due_on}.{last.id}" if shown.sort == "due" else str(last.id)
    return CaseListPage(tuple(_row(row, today=today) for row in rows[:limit]), cursor, shown)


def _after(chosen: QuerySet[Application], shown: CaseFilter, after: str) -> QuerySet[Application]:
    """What follows a cursor; a cursor that no page gave is passed over."""
    day, _dot, key = after.partition(".")
    number = whole_number(key or day)
    if not number:
        return chosen
    if shown.sort != "due":
        return chosen.filter(id__lt=number)
    try:
        due_on = date.fromisoformat(day)
    except ValueError:
        return chosen
    return chosen.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, id__gt=number))


def _row(application: Application, *, today: date) -> CaseRow:
    is_running = application.state in Application.RUNNING
    return CaseRow(
        id=application.id,
        number=application.receipt_number or "",
        title=definition(application.version_id).title(get_language() or "ja"),
        applicant=application.applicant_name,
        state_label=application.get_state_display(),
        tone=STATE_TONES[Application.State(application.state)],
        submitted_at=application.submitted_at,
        due_on=application.due_on,
        overdue=is_running and application.due_on is not None and application.due_on < today,
        place=_place(application),
    )


def _place(application: Application) -> str:
    if application.round == 1 or application.unit == definition(application.version_id).facts.office:
        return ""
    return org.unit(application.unit).name


def case_columns() -> tuple[str, ...]:
    """The headings of the table to take away."""
    return (_("受付番号"), _("手続"), _("申請者"), _("状態"), _("受付方法"), _("受付"), _("期限"), _("完結"))


def case_table(visible: QuerySet[Application], *, shown: CaseFilter) -> Iterator[tuple[Value, ...]]:
    """The same cases as rows of a table, ``EXPORTED`` at most, read as they are written."""
    for row in shown.of_cases(visible).defer(*BEFORE)[:EXPORTED].iterator(chunk_size=500):
        yield (
            row.receipt_number or "",
            definition(row.version_id).title(get_language() or "ja"),
            row.applicant_name,
            row.get_state_display(),
            row.get_channel_display(),
            calendar.office_day(row.submitted_at) if row.submitted_at else None,
            row.due_on,
            calendar.office_day(row.closed_at) if row.closed_at else None,
        )
