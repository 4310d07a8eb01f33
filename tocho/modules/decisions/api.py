"""The door to decisions for other modules: ids, primitives and frozen dataclasses only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor, Subject
from tocho.modules.records import api as records

from . import actions, queries
from .models import Decision, Step
from .permissions import decisions_visible_to
from .queries import NoRoute, RouteStop, received

__all__ = [
    "DecisionView",
    "NoRoute",
    "RouteStop",
    "RouteView",
    "abandon",
    "cancellation_of",
    "changes_of",
    "circulate",
    "complete",
    "decide_by_rule",
    "decided_about",
    "decided_in",
    "decision",
    "decisions_by_id",
    "decisions_of",
    "draft",
    "issue",
    "lock",
    "readable_decisions",
    "record_source",
    "route_preview",
    "stands",
    "take_branch_number",
]


@dataclass(frozen=True)
class DecisionView:
    """One decision as other modules may know it."""

    id: int
    reference: str
    title: str
    state: str
    state_label: str
    outcome: str
    reasons: str
    article: str
    by_rule: str
    drafter_id: int | None
    decided_at: datetime | None
    is_open: bool
    decided_by_id: int | None = None  # who made it: the decider, or who acted as deputy; None: a rule

    @property
    def cited(self) -> dict[str, str]:
        """As letters cite it: number, day of the decision (ISO, office time), article."""
        day = calendar.office_day(self.decided_at).isoformat() if self.decided_at else ""
        return {"number": self.reference, "decided_on": day, "article": self.article}


@dataclass(frozen=True)
class RouteView:
    """A route as it would be: the stops with their present holders, the article and the reason."""

    people: tuple[RouteStop, ...]
    article: str
    why: str


def draft(
    *,
    category: str,
    facts: Mapping[str, Any],
    content: Mapping[str, Any],
    subject: Subject,
    unit: str,
    drafter: Actor,
    at: datetime,
) -> int:
    """起案する; see ``actions.create_draft``. The id of the decision."""
    what = actions.Draft(category=category, facts=facts, content=content, subject=subject, unit=unit)
    return actions.create_draft(what, drafter=drafter, at=at).id


def circulate(*, decision_id: int, actor: Actor, at: datetime) -> None:
    """回付する; see ``actions.circulate_draft``."""
    actions.circulate_draft(decision_id=decision_id, actor=actor, at=at)


def decide_by_rule(
    *, category: str, content: Mapping[str, Any], rule: str, article: str, subject: Subject, unit: str, at: datetime
) -> int:
    """自動決定を記録する; see ``actions.decide_by_rule``. The id of the decision."""
    return actions.decide_by_rule(
        category=category, content=content, rule=rule, article=article, subject=subject, unit=unit, at=at
    ).id


def lock(*, subject: Subject) -> None:
    """Lock what is open about a subject. An action above that will also lock its process calls this first, for deciders
    lock in that order too."""
    actions.lock_open(subject)


def abandon(*, subject: Subject, reason: str, actor: Actor, at: datetime) -> None:
    """廃案: end what is open about a subject (it was withdrawn); nothing happens when nothing is open."""
    actions.abandon_draft(subject=subject, reason=reason, actor=actor, at=at)


def complete(*, decision_id: int, actor: Actor, at: datetime) -> None:
    """完結; see ``actions.complete_matter``."""
    actions.complete_matter(decision_id=decision_id, actor=actor, at=at)


def record_source() -> records.Source:
    """Where decisions stand, for the files they are kept in: their copy for the archive, and their page."""
    return records.Source(
        render=queries.record_copy,
        href=lambda key: reverse("decisions:decision_detail", args=[key]),
        readable=lambda ids, user_id, at: readable_decisions(ids, user_id=user_id, at=at),
        copy=queries.copy_pdf,
        attachments=queries.copy_attachments,
        text=received.said_text,
    )


def received_matter() -> records.Matter:
    """A matter as what comes of a received document."""
    return records.Matter(
        name=gettext_lazy("事案"),
        find=received.decision_named,
        view=received.matter_views,
        begin=received.begin_with,
    )


def take_branch_number(*, decision_id: int, at: datetime) -> int:
    """枝番; see ``actions.take_branch_number``."""
    return actions.take_branch_number(decision_id=decision_id, at=at)


def issue(*, decision_id: int, at: datetime) -> bool:
    """施行 of a decision, by the notice that goes out now; whether it stands. See ``actions.issue_decision``."""
    return actions.issue_decision(decision_id=decision_id, at=at)


def decided_about(subject: Subject) -> DecisionView | None:
    """What was decided last about a subject and is to go out, or has; None where nothing was, or its issue was
    cancelled (施行取消)."""
    row = queries.last_decided(subject.type, subject.id)
    return None if row is None else _view(row)


def decision(decision_id: int) -> DecisionView:
    """One decision. :raises Decision.DoesNotExist:"""
    return _view(Decision.objects.get(id=decision_id))


def decisions_by_id(decision_ids: Collection[int]) -> dict[int, DecisionView]:
    """Several decisions by their ids; unknown ids are missing. One query."""
    return {row.id: _view(row) for row in Decision.objects.filter(id__in=decision_ids)}


def readable_decisions(ids: Collection[int], *, user_id: int, at: datetime) -> set[int]:
    """Those of some decisions that a person may open. One query."""
    return set(decisions_visible_to(user_id, at=at).filter(id__in=ids).values_list("id", flat=True))


def stands(decision_id: int) -> bool:
    """Whether a decision was made and stands: what it says may be sealed and sent. One that a later decision cancelled
    (取消し) does not. One query."""
    state, cancelled = queries.standing_of.first(decision_id) or ("", False)
    return state in Decision.STANDING and not cancelled


def decided_in(unit: str) -> tuple[DecisionView, ...]:
    """The last fifty decisions of an office that stand, the newest first."""
    rows = Decision.objects.filter(unit=unit, state__in=Decision.STANDING).order_by("-id")[:50]
    return tuple(_view(row) for row in rows)


def changes_of(decision_id: int) -> tuple[DecisionView, ...]:
    """The decisions that change an earlier one (変更) and stand, the newest first."""
    later = Decision.objects.filter(
        relates_to_id=decision_id, relation=Decision.Relation.CHANGE, state__in=Decision.STANDING
    )
    return tuple(_view(row) for row in later.order_by("-id"))


def cancellation_of(decision_id: int) -> DecisionView | None:
    """The decision that cancelled an earlier one (取消し) and stands; None while the earlier one stands."""
    later = Decision.objects.filter(relates_to_id=decision_id, relation=Decision.Relation.CANCEL)
    row = later.filter(state__in=Decision.STANDING).first()
    return _view(row) if row else None


def decisions_of(subject: Subject) -> tuple[DecisionView, ...]:
    """All decisions about a subject, oldest first."""
    return tuple(_view(row) for row in queries.decisions_about(subject.type, subject.id))


def route_preview(*, category: str, facts: Mapping[str, Any], unit: str, drafter: Actor, at: datetime) -> RouteView:
    """Where a draft would go and why, before it is made. :raises NoRoute:"""
    route = queries.find_route(category=category, facts=facts, unit=unit, drafter=drafter, at=at)
    steps: Sequence[Step] = [Step(kind=one.kind, post_id=one.post_id, stage=one.stage) for one in route.stations]
    return RouteView(queries.route_stops(steps, user_id=None, at=at), route.article, route.why)


def _view(row: Decision) -> DecisionView:
    return DecisionView(
        id=row.id,
        reference=row.reference,
        title=row.title,
        state=row.state,
        state_label=row.get_state_display(),
        outcome=row.outcome,
        reasons=row.reasons,
        article=row.article,
        by_rule=row.by_rule,
        drafter_id=row.drafter_id,
        decided_at=row.decided_at,
        is_open=row.state not in Decision.FINAL,
        decided_by_id=row.decided_by_id,
    )
