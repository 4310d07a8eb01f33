"""The employee's desk: what waits, for whom, who works on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.ui.numerals import count

from .permissions import units_tended_by
from .stalled import stalled_count

# Kind of task → name of the page that handles it. Explicit, so that a new kind must be placed here.
TASK_PAGES = {
    "procedures.examine": "procedures:case_detail",
    "procedures.forward": "procedures:transit_detail",
    "procedures.resubmit": "procedures:transit_detail",
    "messages.answer": "procedures:case_messages",
    "opinions.answer": "opinions:opinion_detail",
    "decisions.review": "decisions:decision_detail",
    "decisions.decide": "decisions:decision_detail",
    "decisions.deputise": "decisions:decision_detail",
    "decisions.post_review": "decisions:decision_detail",
    "decisions.inform": "decisions:decision_detail",
    "records.agree": "records:list_detail",
    "records.handle": "records:received_detail",
    "records.read": "records:received_detail",
    "seals.certify": "seals:return_detail",
    "notices.review_seal": "notices:notice_review",
    "notices.mend": "notices:notice_mend",
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
    id: int = 0
    holder: str = ""  # who works on it
    holder_id: int = 0
    mine: bool = False

    @property
    def pick_label(self) -> str:
        return _("「%(title)s」を選ぶ") % {"title": self.title}


@dataclass(frozen=True)
class DeskFilter:
    """What of the inbox is shown; kept in the address of the page."""

    kind: str = ""
    text: str = ""
    who: str = ""  # "", mine, free
    due: str = ""  # "", today, week

    @classmethod
    def of(cls, given: QueryDict) -> "DeskFilter":
        who, due = given.get("who", ""), given.get("due", "")
        return cls(
            kind=given.get("kind", ""),
            text=given.get("q", "").strip()[:100],
            who=who if who in ("mine", "free") else "",
            due=due if due in ("today", "week") else "",
        )

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked for than a kind."""
        return any((self.text, self.who, self.due))

    @property
    def is_narrow(self) -> bool:
        return bool(self.kind) or self.is_detailed

    def address(self, **other: str) -> str:
        """The address of the desk with this filter, parts of it changed."""
        values = {"kind": self.kind, "q": self.text, "who": self.who, "due": self.due, **other}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{reverse('portal:desk')}?{query}" if query else reverse("portal:desk")


@dataclass(frozen=True)
class DeskPage:
    """The inbox of a person: what waits at the addresses of the posts held now."""

    posts: tuple[org.PostView, ...]
    rows: tuple[DeskRow, ...]
    count: int
    capped: bool
    overdue: int
    next: str | None
    shown: DeskFilter
    kinds: tuple[tuple[str, str], ...]
    late: tuple[DeskRow, ...]  # what those below did not get to in time
    stalled: int  # how much stands still in the offices that the person tends

    @property
    def stalled_label(self) -> str:
        return _("止まっているもの %(n)s件") % {"n": count(self.stalled)}

    @property
    def count_label(self) -> str:
        return _("待っている仕事 1,000件以上") if self.capped else _("待っている仕事 %(n)d件") % {"n": self.count}

    @property
    def overdue_label(self) -> str:
        return _("期限を過ぎたもの %(n)d件") % {"n": self.overdue}

    @property
    def here(self) -> str:
        return self.shown.address()

    @property
    def who_choices(self) -> tuple[tuple[str, str], ...]:
        return (("", _("だれの担当でも")), ("mine", _("わたしの担当")), ("free", _("担当なし")))

    @property
    def due_choices(self) -> tuple[tuple[str, str], ...]:
        return (("", _("すべての期限")), ("today", _("きょうまで")), ("week", _("5開庁日以内")))


def task_labels() -> dict[str, str]:
    """Kind of task → what it asks of a person, in the reader's language."""
    return {
        "procedures.examine": pgettext("task", "審査"),
        "procedures.forward": pgettext("task", "経由"),
        "procedures.resubmit": pgettext("task", "書類の出し直し"),
        "messages.answer": pgettext("task", "質問への回答"),
        "opinions.answer": pgettext("task", "意見照会"),
        "decisions.review": pgettext("task", "審議・審査"),
        "decisions.decide": pgettext("task", "決定"),
        "decisions.deputise": pgettext("task", "代決"),
        "decisions.post_review": pgettext("task", "後閲"),
        "decisions.inform": pgettext("task", "供覧"),
        "records.agree": pgettext("task", "廃棄協議"),
        "records.handle": pgettext("task", "収受文書の処理"),
        "records.read": pgettext("task", "収受文書の供覧"),
        "seals.certify": pgettext("task", "押印の調査"),
        "notices.review_seal": pgettext("task", "公印審査"),
        "notices.mend": pgettext("task", "通知の直し"),
    }


def desk_page(*, user: Any, shown: DeskFilter, after: str | None, at: datetime) -> DeskPage:
    """One page of the inbox. :raises ValueError: ``after`` is not a cursor that a page gave."""
    labels, user_id = task_labels(), user.pk or 0
    today = calendar.office_day(at)
    addresses = org.addresses_of(user_id, at=at)
    days = {"today": today, "week": calendar.add_business_days(today, 5)}
    page = process.inbox(
        addresses,
        kinds=[shown.kind] if shown.kind in labels else None,
        text=shown.text,
        claimed_by=user_id if shown.who == "mine" else None,
        unclaimed=shown.who == "free",
        due_until=days.get(shown.due),
        after=after,
        today=today,
    )
    chips = (
        (_("すべて"), shown.address(kind="")),
        *((name, shown.address(kind=key)) for key, name in labels.items()),
    )
    return DeskPage(
        posts=org.posts_of(user_id, at=at),
        rows=desk_rows(page.rows, user_id=user_id, today=today),
        count=page.count,
        capped=page.capped,
        overdue=page.overdue,
        next=page.next,
        shown=shown,
        kinds=chips,
        late=_late(addresses, today=today) if not after else (),
        stalled=stalled_count(units_tended_by(user, at=at)),
    )


def desk_rows(tasks: Iterable[process.TaskView], *, user_id: int, today: date) -> tuple[DeskRow, ...]:
    """Tasks as the desk shows them, with the names of those who work on them."""
    labels, found = task_labels(), list(tasks)
    holders = {task.claimed_by_id for task in found if task.claimed_by_id}
    names = {person.id: str(person) for person in User.objects.filter(id__in=holders)} if holders else {}
    return tuple(
        DeskRow(
            href=reverse(TASK_PAGES[task.kind], args=[task.subject.id]),
            title=task.title,
            kind=labels[task.kind],
            due_on=task.due_on,
            overdue=task.due_on is not None and task.due_on < today,
            today=task.due_on == today,
            ready_at=task.ready_at,
            address=task.address,
            id=task.id,
            holder=names.get(task.claimed_by_id or 0, ""),
            holder_id=task.claimed_by_id or 0,
            mine=task.claimed_by_id == user_id,
        )
        for task in found
    )


def _late(addresses: Iterable[str], *, today: date) -> tuple[DeskRow, ...]:
    labels = task_labels()
    return tuple(
        DeskRow(
            href="",
            title=task.title,
            kind=labels.get(task.kind, ""),
            due_on=task.due_on,
            overdue=True,
            today=False,
            ready_at=datetime.combine(task.due_on, time.min),
            address=org.address_label(task.address, on=today),
        )
        for task in process.escalated_to(addresses, today=today)
    )
