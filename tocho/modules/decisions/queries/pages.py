"""The page of one decision for one viewer: what is decided, how far it is, and what the viewer may do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.kept import kept

from ..models import Attachment, Decision, Revision, Step
from .acts import Acts, acts_of
from .binding import RuleChange, rule_change


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
    Decision.State.ON_HOLD: "wait",
    Decision.State.RETURNED: "wait",
    Decision.State.PULLED_BACK: "wait",
    Decision.State.DECIDED: "ok",
    Decision.State.ISSUED: "ok",
    Decision.State.COMPLETED: "ok",
    Decision.State.ISSUANCE_CANCELLED: "neutral",
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
class Turn:
    """One of several own stations that are open: for which post, and the page on which it is answered."""

    label: str
    href: str


@dataclass(frozen=True)
class DecisionPage:
    """Everything that the page of one decision shows."""

    decision: Decision
    people: tuple[RouteStop, ...]
    acts: Acts
    office: str  # that drafted it
    attachments: tuple[tuple[int, str], ...]  # file id, words of the link
    earlier: tuple[Step, ...]  # answered stations of earlier circulations
    waiting: tuple[Waiting, ...]
    related: tuple[tuple[str, Decision], ...] = ()  # what it cancels or changes, what cancels or changes it
    objections: tuple[RouteStop, ...] = ()  # those that nobody has taken back
    revisions: tuple[Revision, ...] = ()  # what earlier revisions said, the newest first
    rule_change: RuleChange | None = None  # a table that came into force since and gives another route
    turns: tuple[Turn, ...] = ()  # to choose from, where the viewer has several at once (兼務)

    @property
    def step(self) -> Step | None:
        """The open station, if it is the viewer's turn."""
        return self.acts.step

    @property
    def turn(self) -> str:
        """Which of ``turns`` the page is about, as their addresses say it."""
        return f"?step={self.step.id}" if self.turns and self.step else ""

    @property
    def is_consulted(self) -> bool:
        return self.step is not None and self.step.kind == Step.Kind.CONSULT

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


def route_stops(steps: Sequence[Step], *, user_id: int | None, at: datetime) -> tuple[RouteStop, ...]:
    """The stations as people, in the order of circulation, what holds nothing up (供覧, 後閲) last: present holders
    asked of the organisation now, actors of the past as they were."""
    holders = org.holders_for([step.post_id for step in steps], at=at)
    ordered = sorted(steps, key=lambda step: (step.stage == 0, step.stage, step.id or 0))
    on = org.office_day(at)
    return tuple(_stop(step, holders.get(step.post_id) or [], user_id, on=on) for step in ordered)


STOP_STATES = {
    Step.State.WAITING: "next",
    Step.State.ACTIVE: "now",
    Step.State.APPROVED: "done",
    Step.State.APPROVED_WITH_OPINION: "done",
    Step.State.OBJECTED: "bad",
    Step.State.RETURNED: "bad",
    Step.State.REJECTED: "bad",
    Step.State.ACTED_BY_DEPUTY: "done",
    Step.State.DEFERRED_TO_POST_REVIEW: "skip",
    Step.State.PULLED_UP: "skip",
    Step.State.POST_REVIEWED: "done",
    Step.State.READ: "done",
    Step.State.SPARED: "skip",
    Step.State.SUPERSEDED: "skip",
}
SAID = (  # states that a word must say, since the mark alone does not
    Step.State.OBJECTED,
    Step.State.RETURNED,
    Step.State.DEFERRED_TO_POST_REVIEW,
    Step.State.PULLED_UP,
    Step.State.SPARED,
    Step.State.SUPERSEDED,
)


def _stop(step: Step, holders: Sequence[org.Holder], user_id: int | None, *, on: date) -> RouteStop:
    holder = next((one for one in holders if one.user_id == user_id), holders[0] if holders else None)
    name = step.acted_by.display_name if step.acted_by else (holder.display_name if holder else "")
    post = holder.post.label if holder else str(step.post)
    words = [*_words(step, holder, user_id)]
    if step.capacity == Step.Capacity.DEPUTY:  # who decided stands there, and for whom
        words.insert(0, _("%(post)sに代わって代決") % {"post": post})
        post = org.address_label(f"post:{step.acted_post_id}", on=on)
    return RouteStop(
        role=step.get_kind_display(),
        name=name,
        post=post,
        at=step.acted_at,
        text="　".join(words),
        state=STOP_STATES[Step.State(step.state)],
    )


def _words(step: Step, holder: org.Holder | None, user_id: int | None) -> Iterable[str]:
    if step.state == Step.State.ACTIVE:
        if holder is None or holder.absent:
            yield _("不在です")
        elif holder.user_id == user_id:
            yield _("あなたの番です")
        return
    if step.state in SAID:
        yield step.get_state_display()
    if step.capacity not in ("", Step.Capacity.HOLDER, Step.Capacity.DEPUTY):
        yield _("%(capacity)sとして") % {"capacity": step.get_capacity_display()}
    if step.evidence.get("urgency"):
        yield _("急ぐ理由：%(urgency)s") % {"urgency": step.evidence["urgency"]}
    if step.opinion:
        yield step.opinion


@kept
def _steps_of(decision_id: int) -> QuerySet[Step]:
    return Step.objects.filter(decision_id=decision_id).select_related("acted_by", "post").order_by("stage", "id")


def decision_page(decision: Decision, *, user_id: int, station: int | None = None, at: datetime) -> DecisionPage:
    """The page of one decision for one viewer: a handful of queries, whatever the length of the route."""
    steps = _steps_of(decision.id)
    current = [step for step in steps if step.circuit == decision.circuit]
    acts = acts_of(decision, current, user_id=user_id, station=station, at=at)
    return DecisionPage(
        decision=decision,
        people=route_stops([step for step in current if _is_shown(step)], user_id=user_id, at=at),
        acts=acts,
        office=org.label_of(decision.unit, on=org.office_day(at)),
        objections=route_stops(acts.standing, user_id=None, at=at) if acts.standing else (),
        attachments=_attachments(decision),
        earlier=tuple(step for step in steps if step.circuit != decision.circuit and step.acted_at),
        waiting=_waiting(decision, user_id=user_id, at=at),
        related=_related(decision),
        revisions=_revisions(decision) if decision.revision > 1 else (),
        rule_change=None if decision.state in Decision.FINAL else rule_change(decision, on=org.office_day(at)),
        turns=_turns(acts, at=at) if len(acts.turns) > 1 else (),
    )


@kept
def _later(decision_id: int) -> QuerySet[Decision]:
    return Decision.objects.filter(relates_to_id=decision_id).order_by("id")


def _related(decision: Decision) -> tuple[tuple[str, Decision], ...]:
    found = [(_("%(relation)sの対象") % {"relation": decision.get_relation_display()}, decision.relates_to)]
    later = [(row.get_relation_display(), row) for row in _later(decision.id)] if decision.decided_at else []
    return tuple((label, row) for label, row in [*(found if decision.relates_to_id else []), *later] if row)


def _turns(acts: Acts, *, at: datetime) -> tuple[Turn, ...]:
    on = org.office_day(at)
    labels = ((step, org.address_label(f"post:{step.post_id}", on=on)) for step in acts.turns)
    return tuple(Turn(f"{label}（{step.get_kind_display()}）", f"?step={step.id}") for step, label in labels)


def _is_shown(step: Step) -> bool:
    return step.state != Step.State.SUPERSEDED or step.activated_at is not None or step.circuit == 1


def _attachments(decision: Decision) -> tuple[tuple[int, str], ...]:
    rows = attachments_of(decision.id, decision.revision)
    return tuple((row.file_id, _("別紙　%(name)sを見る") % {"name": PurePath(row.name).stem}) for row in rows)


@kept
def attachments_of(decision_id: int, revision: int) -> QuerySet[Attachment]:
    """The files (別紙) of one revision of a decision."""
    return Attachment.objects.filter(decision_id=decision_id, revision=revision)


KIND_NOTES = (
    "decisions.review",
    "decisions.decide",
    "decisions.deputise",
    "decisions.post_review",
    "decisions.inform",
)


def _task_note(kind: str) -> str:
    return {
        "decisions.decide": _("決定"),
        "decisions.deputise": _("代決"),
        "decisions.post_review": _("後閲"),
        "decisions.inform": _("供覧"),
    }.get(kind, _("審議・審査"))


def _waiting(decision: Decision, *, user_id: int, at: datetime) -> tuple[Waiting, ...]:
    tasks = process.first_tasks(org.addresses_of(user_id, at=at), kinds=KIND_NOTES, limit=WAITING_SHOWN)
    return tuple(
        Waiting(
            label=task.title,
            href=reverse("decisions:decision_detail", args=[task.subject.id]),
            note=_task_note(task.kind),
            current=task.subject.id == decision.id,
        )
        for task in tasks
    )


@kept
def decisions_about(subject_type: str, subject_id: int) -> QuerySet[Decision]:
    """All decisions about a subject, oldest first."""
    return Decision.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


@kept
def standing_of(decision_id: int) -> QuerySet[Decision, tuple[str, bool]]:
    """The state of a decision, and whether a later one has cancelled it (取消し)."""
    cancelled = Decision.objects.filter(relates_to_id=OuterRef("id"), relation=Decision.Relation.CANCEL)
    one = Decision.objects.filter(id=decision_id).annotate(
        cancelled=Exists(cancelled.filter(state__in=Decision.STANDING))
    )
    return one.values_list("state", "cancelled")


@kept
def _last_decided(subject_type: str, subject_id: int) -> QuerySet[Decision]:
    about = Decision.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return about.filter(state__in=(Decision.State.DECIDED, Decision.State.ISSUED)).order_by("-id")[:1]


def last_decided(subject_type: str, subject_id: int) -> Decision | None:
    """What was decided last about a subject and goes out, or is out."""
    return _last_decided.first(subject_type, subject_id)


def _revisions(decision: Decision) -> tuple[Revision, ...]:
    return tuple(decision.revisions.select_related("made_by").exclude(number=decision.revision).order_by("-number"))
