"""A superior's inbox: every station that waits for a person, narrowed, in the order of its days, and what is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db.models import Count, DateField, F, IntegerField, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.lib.text import whole_number
from tocho.ui.narrowing import Narrowing

from ..models import Batch, Decision, Step
from ..rules import Alone, why_alone
from .standing import matter_of

PAGE, ALL = 50, 200
FAR = date(9999, 12, 31)
KINDS = ("decide", "deputise", "line_review", "legal_check", "consult", "post_review", "inform")
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown(Narrowing):
    """What of the inbox is shown; kept in the address of the page and carried from matter to matter."""

    kind: str = ""
    post: str = ""
    unit: str = ""
    due: str = ""  # late, today, week
    days: str = ""  # waiting at least so many days
    least: str = ""  # amount in yen, from
    most: str = ""  # to
    q: str = ""
    sort: str = ""  # "" by due day, "age" the longest waiting first

    @property
    def is_narrow(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self) if one.name != "sort")

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked for than kind, post and words."""
        return any((self.unit, self.due, self.days, self.least, self.most, self.sort))


@dataclass(frozen=True)
class InboxRow:
    """One station that waits: the matter, what is asked, by when, and why it must be opened, if it must."""

    step: Step
    decision: Decision
    kind: str
    kind_label: str
    amount: int
    post: str
    unit: str
    days: int
    overdue: bool
    today: bool
    alone: Alone | None
    query: str
    is_held: bool = False

    @property
    def href(self) -> str:
        return f"{reverse('decisions:decision_detail', args=[self.decision.id])}?{self.query}"

    @property
    def pick_label(self) -> str:
        return _("「%(title)s」を選ぶ") % {"title": self.decision.title}

    @property
    def deed(self) -> str:
        """What one press would do: 決定（承認する案）, 審議の承認."""
        outcomes = {"approve": _("承認する案"), "reject": _("承認しない案")}
        words = {"kind": self.kind_label, "what": outcomes.get(self.decision.outcome, self.decision.outcome)}
        return _("%(what)sを決定") % words if self.kind == "decide" else _("%(kind)sで承認") % words


@dataclass(frozen=True)
class Badge:
    """How much of a kind waits, and how much of it is late."""

    words: str
    href: str
    count: int
    late: int

    @property
    def label(self) -> str:
        if not self.late:
            return f"{self.words} {self.count}"
        return _("%(kind)s %(n)d（超過 %(late)d）") % {"kind": self.words, "n": self.count, "late": self.late}


@dataclass(frozen=True)
class InboxPage:
    """One keyset page of the inbox with its badges and filters."""

    rows: tuple[InboxRow, ...]
    next: str
    shown: Shown
    badges: tuple[Badge, ...]
    count: int
    late: int
    posts: Choices
    units: Choices
    picked: bool
    unfinished: Batch | None

    @property
    def here(self) -> str:
        return f"{reverse('decisions:inbox')}?{self.shown.query()}"

    @property
    def pick_all(self) -> str:
        return f"{reverse('decisions:inbox')}?{self.shown.query(pick='all')}"

    @property
    def due_choices(self) -> Choices:
        words = (_("すべての期限"), _("期限を過ぎたもの"), _("きょうまで"), _("5開庁日以内"))
        return tuple(zip(("", "late", "today", "week"), words, strict=True))

    @property
    def sort_choices(self) -> Choices:
        return (("", _("期限の早い順")), ("age", _("届いてからの長い順")))


def waiting_steps(user_id: int, *, at: datetime) -> QuerySet[Step]:
    """Every station that waits for a person: those of the own posts, and decisions offered to them for 代決."""
    posts = own_posts(user_id, at=at)
    own = _own(posts)
    deputy = Q(kind=Step.Kind.DECIDE, deputies__overlap=posts, deputy_task_id__isnull=False) & ~own
    return Step.objects.filter(own | deputy, state=Step.State.ACTIVE) if posts else Step.objects.none()


def _own(posts: Sequence[int]) -> Q:
    """Stations of these posts, and 後閲 that went up to them."""
    return Q(post_id__in=posts) | Q(raised_to__in=posts)


def own_posts(user_id: int, *, at: datetime) -> list[int]:
    """The posts that a person answers for, those taken over too."""
    return [int(key[5:]) for key in org.addresses_of(user_id, at=at) if key.startswith("post:")]


def narrowed(rows: QuerySet[Step], shown: Shown, *, posts: Sequence[int], today: date, at: datetime) -> QuerySet[Step]:
    """Those that fit what is shown."""
    if shown.kind == "deputise":
        rows = rows.exclude(_own(posts))
    elif shown.kind in Step.Kind.values:
        rows = rows.filter(_own(posts), kind=shown.kind)
    if (post := whole_number(shown.post)) is not None:
        rows = rows.filter(post_id=post)
    if shown.unit:
        rows = rows.filter(decision__unit=shown.unit)
    days = {"late": today - timedelta(days=1), "today": today}
    if shown.due:
        until = days.get(shown.due) or calendar.add_business_days(today, 5)
        rows = rows.filter(due_on__lte=until)
    if (waited := whole_number(shown.days)) is not None:
        rows = rows.filter(activated_at__lte=at - timedelta(days=min(waited, 36500)))
    for name, bound in (("amount__gte", whole_number(shown.least)), ("amount__lte", whole_number(shown.most))):
        if bound is not None:
            amount = Cast(KeyTextTransform("amount", "decision__facts"), IntegerField())
            rows = rows.alias(amount=Coalesce(amount, 0)).filter(**{name: bound})
    if shown.q:
        number = whole_number(shown.q)
        found = Q(decision__title__icontains=shown.q)
        rows = rows.filter(found if number is None else found | Q(decision__number=number))
    return rows


def _ordered(rows: QuerySet[Step], shown: Shown, after: str) -> QuerySet[Step]:
    """In their order, those after a place (``2020-11-20.12``: day and id). :raises ValueError: no such place."""
    if shown.sort == "age":
        rows = rows.alias(place=F("activated_at"))
        value: date | datetime | None = datetime.fromisoformat(after.rpartition("~")[0]) if after else None
    else:
        rows = rows.alias(place=Coalesce("due_on", Value(FAR), output_field=DateField()))
        value = date.fromisoformat(after.rpartition("~")[0]) if after else None
    if after:
        key = int(after.rpartition("~")[2])
        rows = rows.filter(Q(place__gt=value) | Q(place=value, id__gt=key))
    return rows.order_by("place", "id")


def place_of(step: Step, shown: Shown) -> str:
    """Where a station stands in the order, as a cursor."""
    if shown.sort == "age":
        return f"{step.activated_at.isoformat() if step.activated_at else ''}~{step.id}"
    return f"{(step.due_on or FAR).isoformat()}~{step.id}"


def inbox_page(user_id: int, shown: Shown, *, after: str = "", picked: bool = False, at: datetime) -> InboxPage:
    """One page of the inbox: five queries, whatever waits. ``picked``: as much as one confirmation takes.

    :raises ValueError: ``after`` is no cursor that a page gave.
    """
    today, posts, limit = calendar.office_day(at), own_posts(user_id, at=at), ALL if picked else PAGE
    waiting = waiting_steps(user_id, at=at)
    found = narrowed(waiting, shown, posts=posts, today=today, at=at)
    steps = list(_ordered(found, shown, after).select_related("decision__drafter")[: limit + 1])
    rows = rows_of(steps[:limit], user_id=user_id, posts=posts, shown=shown, at=at)
    badges = _badges(waiting, shown, posts=posts, today=today)
    return InboxPage(
        rows=rows,
        next=place_of(steps[limit - 1], shown) if len(steps) > limit else "",
        shown=shown,
        badges=badges,
        count=badges[0].count,
        late=badges[0].late,
        posts=tuple((str(post.id), post.label) for post in org.posts_of(user_id, at=at)),
        units=_units(waiting, today),
        picked=picked,
        unfinished=unfinished_batch(user_id),
    )


def rows_of(
    steps: Sequence[Step], *, user_id: int, posts: Sequence[int], shown: Shown, at: datetime
) -> tuple[InboxRow, ...]:
    """Stations as the inbox shows them; one query for all their circulations."""
    today = calendar.office_day(at)
    around: dict[int, list[Step]] = {}
    for one in Step.objects.filter(decision__in={step.decision_id for step in steps}) if steps else ():
        around.setdefault(one.decision_id, []).append(one)
    return tuple(
        _row(step, around[step.decision_id], user_id=user_id, own=_is_own(step, posts), shown=shown, today=today)
        for step in steps
    )


def _is_own(step: Step, posts: Sequence[int]) -> bool:
    return step.post_id in posts or step.raised_to_id in posts


def _row(step: Step, around: Iterable[Step], *, user_id: int, own: bool, shown: Shown, today: date) -> InboxRow:
    decision = step.decision
    matter = matter_of(decision, [one for one in around if one.circuit == decision.circuit])
    kind = step.kind if own else "deputise"
    alone = why_alone(matter, step.id, seen=decision.revision, user=user_id)
    arrived = calendar.office_day(step.activated_at) if step.activated_at else today
    return InboxRow(
        step=step,
        decision=decision,
        kind=kind,
        kind_label=step.get_kind_display() if own else _("代決"),
        amount=decision.amount,
        post=org.address_label(f"post:{step.post_id}", on=today),
        unit=_unit_label(decision.unit, today),
        days=(today - arrived).days,
        overdue=step.due_on is not None and step.due_on < today,
        today=step.due_on == today,
        alone=alone if own else Alone.TO_BE_READ,
        query=f"{shown.query(queue='1', step=str(step.id))}",
        is_held=decision.state == Decision.State.ON_HOLD,
    )


def _unit_label(code: str, on: date) -> str:
    try:
        return org.unit(code, on=on).full_name
    except org.UnknownUnit:
        return code


def kind_labels() -> dict[str, str]:
    """What each kind of waiting station is called."""
    return {key: str(Step.Kind(key).label) if key in Step.Kind.values else _("代決") for key in KINDS}


def _badges(waiting: QuerySet[Step], shown: Shown, *, posts: Sequence[int], today: date) -> tuple[Badge, ...]:
    late = Count("id", filter=Q(due_on__lt=today))
    own = waiting.filter(_own(posts)).values("kind").annotate(n=Count("id"), late=late).order_by()
    counts = {row["kind"]: (row["n"], row["late"]) for row in own}
    offered = waiting.exclude(_own(posts)).aggregate(n=Count("id"), late=late)
    counts["deputise"] = (offered["n"], offered["late"])
    total = (sum(n for n, _late in counts.values()), sum(late for _n, late in counts.values()))
    here = reverse("decisions:inbox")
    labels = [
        ("", _("すべて"), total),
        *((key, words, counts.get(key, (0, 0))) for key, words in kind_labels().items()),
    ]
    return tuple(
        Badge(words, f"{here}?{shown.query(kind=key)}", n, late)
        for key, words, (n, late) in labels
        if n or not key or key == shown.kind
    )


def _units(waiting: QuerySet[Step], today: date) -> Choices:
    codes = waiting.order_by("decision__unit").values_list("decision__unit", flat=True).distinct()[:200]
    return tuple((code, _unit_label(code, today)) for code in codes)


@dataclass(frozen=True)
class Queue:
    """Where a matter stands while somebody reads and decides one after the other."""

    shown: Shown
    step_id: int
    left: int  # how many of what is shown wait, this one too
    next: str  # address of the following one, "" at the end
    back: str
    query: str  # what the forms of the page carry on


def queue_of(user_id: int, given: QueryDict, *, at: datetime) -> Queue | None:
    """The queue that an address speaks of; None when a matter was not opened from the inbox. Three queries."""
    if given.get("queue") != "1":
        return None
    shown, step_id = Shown.of(given), whole_number(given.get("step", "")) or 0
    posts, today = own_posts(user_id, at=at), calendar.office_day(at)
    found = narrowed(waiting_steps(user_id, at=at), shown, posts=posts, today=today, at=at)
    step = Step.objects.filter(id=step_id).first()
    following = _ordered(found, shown, place_of(step, shown) if step else "").first()
    if following is None:
        following = _ordered(found.exclude(id=step_id), shown, "").first()
    back = f"{reverse('decisions:inbox')}?{shown.query()}"
    query = shown.query(queue="1", step=str(step_id))
    return Queue(shown, step_id, found.count(), _address(following, shown), back, query)


def _address(step: Step | None, shown: Shown) -> str:
    if step is None:
        return ""
    query = shown.query(queue="1", step=str(step.id))
    return f"{reverse('decisions:decision_detail', args=[step.decision_id])}?{query}"


def unfinished_batch(user_id: int) -> Batch | None:
    """The newest batch of a person that has not come to its end, while something of it still waits."""
    batch = Batch.objects.filter(user_id=user_id, finished_at__isnull=True).order_by("-id").first()
    if batch is None or not Step.objects.filter(id__in=dict(batch.stations), state=Step.State.ACTIVE).exists():
        return None
    return batch


@dataclass(frozen=True)
class BatchPage:
    """How far a batch came: what was done, what still waits, what was left out and why."""

    batch: Batch
    done: tuple[Step, ...]
    waiting: tuple[Step, ...]
    left_out: tuple[tuple[Decision, str], ...]


def batch_page(batch: Batch) -> BatchPage:
    """One query."""
    order = {key: place for place, (key, _seen) in enumerate(batch.stations)}
    steps = list(Step.objects.filter(id__in=order).select_related("decision").defer("decision__body"))
    steps.sort(key=lambda step: order[step.id])
    mine = [step for step in steps if step.acted_by_id == batch.user_id and str(step.id) not in batch.left_out]
    named = [(step.decision, batch.left_out[str(step.id)]) for step in steps if str(step.id) in batch.left_out]
    waiting = [step for step in steps if step.state == Step.State.ACTIVE and str(step.id) not in batch.left_out]
    return BatchPage(batch, tuple(mine), tuple(waiting) if batch.finished_at is None else (), tuple(named))
