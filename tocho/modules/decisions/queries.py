from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.engines.rules.api import DecisionTable, compile_table
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.text import whole_number

from .models import Attachment, AuthorityTable, Decision, Step
from .rules import Authority, Station, order_route


class NoRoute(Refused):
    """The authority table or the organisation gives no way to a decider for this matter."""


@dataclass(frozen=True)
class Route:
    """A computed route: its stations in order, the table version, the article it rests on, and why in a sentence."""

    stations: tuple[Station, ...]
    table_id: int
    article: str
    why: str


@dataclass(frozen=True)
class RouteStop:
    """One station as it is shown: what for, who (post and present holder), what came of it.

    ``state`` is done, now, next, bad or skip; ``text`` the opinion, or why nobody acts now.
    """

    role: str
    name: str
    post: str
    at: datetime | None
    text: str
    state: str


WAITING_SHOWN = 10
TONES = {
    Decision.State.DRAFTING: "neutral",
    Decision.State.CIRCULATING: "info",
    Decision.State.RETURNED: "wait",
    Decision.State.PULLED_BACK: "wait",
    Decision.State.DECIDED: "ok",
    Decision.State.ISSUED: "ok",
    Decision.State.REJECTED: "bad",
    Decision.State.ABANDONED: "neutral",
}


@dataclass(frozen=True)
class Waiting:
    """Another matter that waits for the viewer, as the list beside the page shows it."""

    label: str
    href: str
    note: str
    current: bool


@dataclass(frozen=True)
class DecisionPage:
    """Everything that the page of one decision shows."""

    decision: Decision
    people: tuple[RouteStop, ...]
    step: Step | None  # the open station, if it is the viewer's turn
    may_pull_back: bool
    attachments: tuple[tuple[int, str], ...]  # file id, words of the link
    earlier: tuple[Step, ...]  # answered stations of earlier revisions
    waiting: tuple[Waiting, ...]

    @property
    def tone(self) -> str:
        return TONES[Decision.State(self.decision.state)]

    @property
    def is_decider(self) -> bool:
        return self.step is not None and self.step.kind == Step.Kind.DECIDE

    @property
    def act_label(self) -> str:
        return _("決定する") if self.is_decider else _("承認して次へ回す")

    @property
    def outcome_label(self) -> str:
        labels = {"approve": _("承認する案"), "reject": _("承認しない案")}
        return labels.get(self.decision.outcome, self.decision.outcome)

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return ((_("きょうの仕事"), reverse("portal:desk")), (self.decision.reference, ""))


@lru_cache(maxsize=8)
def _compiled(digest: str, xml: str) -> DecisionTable:
    return compile_table(xml)


def authority_in_force(on: date) -> tuple[int, DecisionTable]:
    """The authority table of that day and its id.

    :raises NoRoute: none is in force.
    """
    row = AuthorityTable.objects.filter(effective_from__lte=on).first()
    if row is None:
        raise NoRoute(_("この日に有効な事案決定規程の表がありません。文書管理の担当に知らせてください。"))
    return row.id, _compiled(row.digest, row.xml)


def find_authority(*, category: str, facts: Mapping[str, Any], on: date) -> tuple[int, Authority]:
    """Ask the authority table of that day who decides a matter of this category and amount.

    :raises NoRoute: no line of the table covers it.
    """
    table_id, table = authority_in_force(on)
    answer = table.decide({"amount": 0, "importance": "ordinary", **facts, "category": category})
    if not answer.fired or not isinstance(answer.outputs, dict):
        raise NoRoute(_("事案決定規程の表に「%(category)s」の行がありません。") % {"category": category})
    found = answer.outputs
    return table_id, Authority(
        decider_rank=int(found["decider_rank"]),
        reviews=tuple(found.get("reviews") or ()),
        deputies=tuple(int(rank) for rank in found.get("deputies") or ()),
        article=answer.fired[0].citation or str(found.get("item", "")),
        why=answer.why,
    )


def find_route(*, category: str, facts: Mapping[str, Any], unit: str, drafter: Actor, on: date) -> Route:
    """The stations a draft of this unit must pass, from the authority table and the organisation of that day.

    :raises NoRoute: the table names a rank that nobody above the unit holds.
    """
    table_id, authority = find_authority(category=category, facts=facts, on=on)
    decider = org.post_in_charge(unit, rank=authority.decider_rank, on=on)
    if decider is None:
        raise NoRoute(_("決定権者にあたる職が組織に見つかりません。"))
    if decider.id == drafter.post_id:
        raise NoRoute(_("決定権者は自分の案件を起案できません。係の職員が起案してください。"))
    line = [org.post_in_charge(unit, rank=rank, on=on) for rank in range(3, authority.decider_rank)]
    checks = [org.reviewer_post(unit, duty=duty, on=on) for duty in authority.reviews]
    stations = order_route(
        line_reviews=[post.id for post in line if post and post.rank < authority.decider_rank],
        legal_checks=[post.id for post in checks if post],
        decider=decider.id,
        drafter_posts=[drafter.post_id] if drafter.post_id else [],
    )
    return Route(stations, table_id, authority.article, authority.why)


def route_stops(steps: Sequence[Step], *, user_id: int | None, at: datetime) -> tuple[RouteStop, ...]:
    """The stations as people: present holders asked of the organisation now, actors of the past as they were."""
    holders = org.holders([step.post_id for step in steps], at=at)
    return tuple(_stop(step, holders.get(step.post_id), user_id) for step in steps)


STOP_STATES = {
    Step.State.WAITING: "next",
    Step.State.ACTIVE: "now",
    Step.State.APPROVED: "done",
    Step.State.APPROVED_WITH_OPINION: "done",
    Step.State.RETURNED: "bad",
    Step.State.REJECTED: "bad",
    Step.State.SUPERSEDED: "skip",
}


def _stop(step: Step, holder: org.Holder | None, user_id: int | None) -> RouteStop:
    name = step.acted_by.display_name if step.acted_by else (holder.display_name if holder else "")
    text = step.opinion
    if step.state == Step.State.ACTIVE:
        absent = holder is None or holder.absent
        text = _("不在です") if absent else (_("あなたの番です") if holder and holder.user_id == user_id else "")
    return RouteStop(
        role=step.get_kind_display(),
        name=name,
        post=holder.post.label if holder else str(step.post),
        at=step.acted_at,
        text=text,
        state=STOP_STATES[Step.State(step.state)],
    )


@kept
def _steps_of(decision_id: int) -> QuerySet[Step]:
    return Step.objects.filter(decision_id=decision_id).select_related("acted_by", "post")


def decision_page(decision: Decision, *, user_id: int, at: datetime) -> DecisionPage:
    """The page of one decision for one viewer: four queries, whatever the length of the route."""
    steps = _steps_of(decision.id)
    current = [step for step in steps if step.revision == decision.revision]
    active = next((step for step in current if step.state == Step.State.ACTIVE), None)
    mine = active and decision.drafter_id != user_id and org.may_act(user_id, f"post:{active.post_id}", at=at)
    untouched = all(step.acted_at is None for step in current)
    return DecisionPage(
        decision=decision,
        people=route_stops(current, user_id=user_id, at=at),
        step=active if mine else None,
        may_pull_back=(decision.state == Decision.State.CIRCULATING and decision.drafter_id == user_id and untouched),
        attachments=_attachments(decision),
        earlier=tuple(step for step in steps if step.revision != decision.revision and step.acted_at),
        waiting=_waiting(decision, user_id=user_id, at=at),
    )


def _attachments(decision: Decision) -> tuple[tuple[int, str], ...]:
    rows = attachments_of(decision.id, decision.revision)
    return tuple((row.file_id, _("別紙　%(name)sを見る") % {"name": PurePath(row.name).stem}) for row in rows)


@kept
def attachments_of(decision_id: int, revision: int) -> QuerySet[Attachment]:
    """The files (別紙) of one revision of a decision."""
    return Attachment.objects.filter(decision_id=decision_id, revision=revision)


def _waiting(decision: Decision, *, user_id: int, at: datetime) -> tuple[Waiting, ...]:
    tasks = process.first_tasks(
        org.addresses_of(user_id, at=at), kinds=["decisions.review", "decisions.decide"], limit=WAITING_SHOWN
    )
    return tuple(
        Waiting(
            label=task.title,
            href=reverse("decisions:decision_detail", args=[task.subject.id]),
            note=_("決定") if task.kind == "decisions.decide" else _("審議・審査"),
            current=task.subject.id == decision.id,
        )
        for task in tasks
    )


@kept
def decisions_about(subject_type: str, subject_id: int) -> QuerySet[Decision]:
    """All decisions about a subject, oldest first."""
    return Decision.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


@dataclass(frozen=True)
class ListPage:
    """One keyset page of decisions, newest first; ``next`` is the cursor of the following page, "" at the end."""

    rows: tuple[Decision, ...]
    next: str


def visible_page(
    parts: Sequence[QuerySet[Decision]], *, text: str = "", state: str = "", after: int | None = None, limit: int = 50
) -> ListPage:
    """Decisions of these parts together, by title or document number and state: two queries, and of each part no more
    rows are read than the page shows.

    :param parts: as ``permissions.visible_parts`` gives them; what lies in two is shown once.
    """
    number = whole_number(text)
    narrowed = Q()
    if text:
        narrowed &= Q(title__icontains=text) | Q(number=-1 if number is None else number)
    if state:
        narrowed &= Q(state=state)
    if after:
        narrowed &= Q(id__lt=after)
    found = [part.filter(narrowed).order_by("-id").values_list("id")[: limit + 1] for part in parts]
    ids = sorted({key for (key,) in found[0].union(*found[1:], all=True)}, reverse=True) if found else []
    rows = tuple(Decision.objects.filter(id__in=ids[:limit]).order_by("-id"))
    return ListPage(rows, str(ids[limit - 1]) if len(ids) > limit else "")
