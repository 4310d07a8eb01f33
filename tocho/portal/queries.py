from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.engines.facts import api as facts
from tocho.engines.facts.api import Dashboard
from tocho.engines.process import api as process
from tocho.lib.dates import month_start
from tocho.ui.markup import in_brackets
from tocho.ui.numerals import count

# Kind of task → name of the page that handles it. Explicit, so that a new kind must be placed here.
TASK_PAGES = {
    "procedures.examine": "procedures:case_detail",
    "messages.answer": "procedures:case_messages",
    "opinions.answer": "opinions:opinion_detail",
    "decisions.review": "decisions:decision_detail",
    "decisions.decide": "decisions:decision_detail",
}


@dataclass(frozen=True)
class DeskRow:
    """One line of the inbox."""

    href: str
    title: str
    kind: str
    due_on: date | None
    overdue: bool
    today: bool
    ready_at: datetime
    address: str


@dataclass(frozen=True)
class DeskPage:
    """The inbox of a person: what waits at the addresses of the posts held now."""

    posts: tuple[org.PostView, ...]
    rows: tuple[DeskRow, ...]
    count: int
    capped: bool
    overdue: int
    next: str | None
    kind: str
    text: str
    kinds: tuple[tuple[str, str], ...]

    @property
    def count_label(self) -> str:
        return _("待っている仕事 1,000件以上") if self.capped else _("待っている仕事 %(n)d件") % {"n": self.count}

    @property
    def overdue_label(self) -> str:
        return _("期限を過ぎたもの %(n)d件") % {"n": self.overdue}

    @property
    def here(self) -> str:
        return f"{reverse('portal:desk')}?kind={self.kind}" if self.kind else reverse("portal:desk")


def task_labels() -> dict[str, str]:
    """Kind of task → what it asks of a person, in the reader's language."""
    return {
        "procedures.examine": pgettext("task", "審査"),
        "messages.answer": pgettext("task", "質問への回答"),
        "opinions.answer": pgettext("task", "意見照会"),
        "decisions.review": pgettext("task", "審議・審査"),
        "decisions.decide": pgettext("task", "決定"),
    }


def desk_page(*, user_id: int, kind: str, text: str, after: str | None, at: datetime) -> DeskPage:
    """One page of the inbox. :raises ValueError: ``after`` is not a cursor that a page gave."""
    labels = task_labels()
    posts = org.posts_of(user_id, at=at)
    today = calendar.office_day(at)
    page = process.inbox(
        org.addresses_of(user_id, at=at),
        kinds=[kind] if kind in labels else None,
        text=text,
        after=after,
        today=today,
    )
    rows = tuple(
        DeskRow(
            href=reverse(TASK_PAGES[task.kind], args=[task.subject.id]),
            title=task.title,
            kind=labels[task.kind],
            due_on=task.due_on,
            overdue=task.due_on is not None and task.due_on < today,
            today=task.due_on == today,
            ready_at=task.ready_at,
            address=task.address,
        )
        for task in page.rows
    )
    chips = (
        (_("すべて"), reverse("portal:desk")),
        *((name, f"{reverse('portal:desk')}?kind={key}") for key, name in labels.items()),
    )
    return DeskPage(posts, rows, page.count, page.capped, page.overdue, page.next, kind, text, chips)


def search_chips() -> tuple[tuple[str, str], ...]:
    """What people look for most, as links to the search."""
    words = (_("納税証明書"), _("施設を借りる"), _("講座に申し込む"), _("車の税金"), _("説明会"))
    return tuple((word, f"{reverse('portal:search')}?q={quote(word)}") for word in words)


@dataclass(frozen=True)
class LiveNumber:
    """One of the live numbers of the front page: a value with its target, and the page it is explained on."""

    label: str
    value: str
    unit: str
    note: str
    meter: Decimal | None
    target: Decimal | None
    href: str


ON_THE_FRONT_PAGE = ("decisions.electronic_rate", "procedures.applications", "procedures.processing_days")


def live_numbers() -> tuple[LiveNumber, ...]:
    """The reform in three live numbers, from the records; those without a value yet are left out. One query."""
    now = facts.state()
    pages = (facts.dashboard(key, now=now) for key in ON_THE_FRONT_PAGE)
    return tuple(_live_number(page) for page in pages if page is not None and page.now.main is not None)


def _live_number(page: Dashboard) -> LiveNumber:
    point, indicator = page.now.main, page.indicator
    value = point.value if point else None
    is_share = indicator.unit_of_measure == "%"
    label = _(indicator.title) + in_brackets(date_format(month_start(page.month), "F"))
    return LiveNumber(
        label=label,
        value="–" if value is None else count(value),
        unit=_(indicator.unit_of_measure) if indicator.unit_of_measure else "",
        note=_target_note(page, value),
        meter=value if is_share else None,
        target=page.target if is_share else None,
        href=reverse("portal:figure_detail", args=[indicator.key]),
    )


def _target_note(page: Dashboard, value: Decimal | None) -> str:
    if page.target is None or value is None:
        return _(page.indicator.description)
    if facts.is_reached(page.indicator, value, page.target):
        return _("目標 %(target)s%% を達成") % {"target": count(page.target)}
    return _("目標 %(target)s%% まであと %(left)s ポイント") % {
        "target": count(page.target),
        "left": count(abs(page.target - value)),
    }
