from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.rows import update

from ..models import Decision, Step
from ..queries import attachments_of
from ..rules import content_digest
from ..signals import decision_decided, decision_returned
from .drafting import open_next_step, stop_circulation
from .recording import locked_decision, record


class StepGone(Refused):
    """The station is no longer open: someone acted first, or the draft went back."""


class NotYourStep(Refused):
    """The actor does not hold the post whose turn it is, at this moment."""


@kept
def _step(step_id: int, decision_id: int) -> QuerySet[Step]:
    return Step.objects.filter(id=step_id, decision_id=decision_id)


def _active_step(*, decision_id: int, step_id: int, actor: Actor, at: datetime) -> tuple[Decision, Step]:
    """The locked decision and its open step, if the actor may act on it now.

    Who may act is asked of the organisation at this moment: a post that ended yesterday does not act.
    """
    decision = locked_decision.get(decision_id)
    step = _step.first(step_id, decision_id)
    if step is None or step.state != Step.State.ACTIVE or decision.state != Decision.State.CIRCULATING:
        raise StepGone(_("ほかの操作が先に行われました。画面を開き直して、いまの状態を確かめてください。"))
    if actor.user_id is None or not org.may_act(actor.user_id, f"post:{step.post_id}", at=at):
        raise NotYourStep(_("この職にいまいる人だけが処理できます。任期や兼務の登録を確かめてください。"))
    if decision.drafter_id == actor.user_id:
        raise NotYourStep(_("自分が起案した案件を、自分で承認・決定することはできません。"))
    return decision, step


def _finish(step: Step, *, state: Step.State, actor: Actor, opinion: str, at: datetime) -> None:
    step.state, step.acted_by_id, step.acted_at, step.opinion = state, actor.user_id, at, opinion
    update(step, "state", "acted_by", "acted_at", "opinion")
    if step.task_id is not None:
        process.close_task(step.task_id, outcome={"state": str(state)}, actor=actor, at=at)


@transaction.atomic
def approve_step(*, decision_id: int, step_id: int, actor: Actor, opinion: str = "", at: datetime) -> Decision:
    """承認 (審議・審査) or, on the last station, 決定: the matter is decided as drafted and its content frozen.

    :raises StepGone: not open any more (double click, two people at once: exactly one wins).
    :raises NotYourStep: the actor does not hold the post now, or drafted the matter.
    """
    decision, step = _active_step(decision_id=decision_id, step_id=step_id, actor=actor, at=at)
    opinion = opinion.strip()
    state = Step.State.APPROVED_WITH_OPINION if opinion else Step.State.APPROVED
    _finish(step, state=state, actor=actor, opinion=opinion, at=at)
    acting = Actor(user_id=actor.user_id, post_id=step.post_id, acting_for_id=actor.acting_for_id)
    if step.kind != Step.Kind.DECIDE:
        record(decision, "decision.reviewed", actor=acting, at=at, step=step.kind, with_opinion=bool(opinion))
        open_next_step(decision, at=at)
        return decision
    _close(decision, Decision.State.DECIDED, actor=acting, at=at)
    decision_decided.send(
        Decision,
        decision_id=decision.id,
        subject=Subject(decision.subject_type, decision.subject_id),
        outcome=decision.outcome,
        at=at,
    )
    return decision


def _close(decision: Decision, state: Decision.State, *, actor: Actor, at: datetime) -> None:
    decision.state, decision.decided_at = state, at
    decision.content_digest = content_digest(
        title=decision.title,
        body=decision.body,
        outcome=decision.outcome,
        reasons=decision.reasons,
        brief=decision.brief,
        attachments=[str(file.file_id) for file in attachments_of(decision.id, decision.revision)],
    )
    update(decision, "state", "decided_at", "content_digest")
    kind = "decision.decided" if state == Decision.State.DECIDED else "decision.rejected"
    record(decision, kind, actor=actor, at=at, content=decision.content_digest, article=decision.article)


@transaction.atomic
def return_draft(*, decision_id: int, step_id: int, actor: Actor, reason: str, at: datetime) -> Decision:
    """差戻し to the drafter, with the reason; the next draft is a new revision that everybody sees again.

    :raises StepGone, NotYourStep: as ``approve_step``.
    :raises Refused: no reason given.
    """
    if not reason.strip():
        raise Refused(_("差し戻す理由を入力してください。起案者に伝わります。"))
    decision, step = _active_step(decision_id=decision_id, step_id=step_id, actor=actor, at=at)
    _finish(step, state=Step.State.RETURNED, actor=actor, opinion=reason.strip(), at=at)
    stop_circulation(decision, actor=actor, at=at)
    decision.state = Decision.State.RETURNED
    update(decision, "state")
    record(decision, "decision.returned", actor=actor, at=at, step=step.kind, revision=decision.revision)
    _tell_returned(decision, reason=reason.strip(), at=at)
    return decision


@transaction.atomic
def reject_matter(*, decision_id: int, step_id: int, actor: Actor, reason: str, at: datetime) -> Decision:
    """否決: the decider, and only the decider, refuses the draft for good; its number is kept.

    :raises Refused: no reason, or not the decider's station.
    """
    if not reason.strip():
        raise Refused(_("否決の理由を入力してください。"))
    decision, step = _active_step(decision_id=decision_id, step_id=step_id, actor=actor, at=at)
    if step.kind != Step.Kind.DECIDE:
        raise NotYourStep(_("否決できるのは決定権者だけです。差し戻しを使ってください。"))
    _finish(step, state=Step.State.REJECTED, actor=actor, opinion=reason.strip(), at=at)
    _close(decision, Decision.State.REJECTED, actor=actor, at=at)
    _tell_returned(decision, reason=reason.strip(), at=at)
    return decision


def _tell_returned(decision: Decision, *, reason: str, at: datetime) -> None:
    decision_returned.send(
        Decision,
        decision_id=decision.id,
        subject=Subject(decision.subject_type, decision.subject_id),
        outcome=decision.outcome,
        reason=reason,
        at=at,
    )
