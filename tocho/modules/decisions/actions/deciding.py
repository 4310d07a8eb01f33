from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.rows import update

from ..models import Decision
from ..queries.pages import attachments_of
from ..rules import Answer, Capacity, Kind, Stop, content_digest, events, why_alone
from ..signals import decision_decided, decision_returned
from .moving import Happened, happen, happened
from .recording import tell
from .refusals import apart
from .relating import follow_relation


@transaction.atomic
def approve_step(
    *, decision_id: int, step_id: int, actor: Actor, opinion: str = "", seen: int | None = None, at: datetime
) -> Decision:
    """承認 (審議・審査・協議) or, on the last station, 決定: the matter is decided as drafted and its content frozen.

    :raises StepGone: not open any more (double click, two people at once: exactly one wins).
    :param seen: the revision that was read, here and below; None where the caller vouches for it.
    :raises NotYourStep: the actor does not hold the post now, or drafted the matter; the 委任 has ended.
    :raises Changed: it was revised after it had been read.
    :raises Refused: a decision over a standing objection without a word (協議に異議があるときの理由).
    """
    event = events.Respond(step_id, actor.user_id or 0, opinion.strip(), seen=seen)
    return _answered(happen(decision_id, event, actor=actor, at=at), step_id, actor=actor, at=at)


@transaction.atomic
def approve_unopened(*, decision_id: int, step_id: int, seen: int, actor: Actor, at: datetime) -> Decision:
    """``approve_step`` for one of several that are answered together: only what may be, judged on the locked rows.

    :param seen: the revision that stood on the list.
    :raises Refused: it must be opened (``rules.why_alone``), or as ``approve_step``.
    """
    done = happen(decision_id, events.Respond(step_id, actor.user_id or 0, ""), actor=actor, at=at)
    why = why_alone(done.before, step_id, seen=seen, user=actor.user_id or 0)
    if why is not None:
        raise Refused(apart(why))
    return _answered(done, step_id, actor=actor, at=at)


@transaction.atomic
def object_to_matter(
    *, decision_id: int, step_id: int, actor: Actor, opinion: str, seen: int | None = None, at: datetime
) -> Decision:
    """異議: who is consulted disagrees and says why. The draft goes on with it; unresolved, the common superior
    decides.

    :raises StepGone, NotYourStep: as ``approve_step``; only who is consulted (協議) objects.
    :raises Refused: no reason given.
    """
    event = events.Respond(step_id, actor.user_id or 0, opinion.strip(), objects=True, seen=seen)
    return _answered(happen(decision_id, event, actor=actor, at=at), step_id, actor=actor, at=at)


@transaction.atomic
def pull_up_step(
    *, decision_id: int, step_id: int, actor: Actor, reason: str, seen: int | None = None, at: datetime
) -> Decision:
    """引上げ: a later participant acts over those before who have not; each of them has a 後閲 to clear.

    :raises StepGone: nobody is before the actor's station, or it is not waiting.
    :raises NotYourStep: another's station; a 審査 that is not done yet cannot be passed over.
    :raises Refused: no reason given.
    """
    event = events.Respond(step_id, actor.user_id or 0, reason.strip(), pulls_up=True, seen=seen)
    return _answered(happen(decision_id, event, actor=actor, at=at), step_id, actor=actor, at=at)


@transaction.atomic
def deputise_decision(
    *,
    decision_id: int,
    step_id: int,
    actor: Actor,
    urgency: str,
    instruction: str = "",
    seen: int | None = None,
    at: datetime,
) -> Decision:
    """代決: decide for a decider who is away, in the order of the rule, because it is urgent (東京都事案決定規程). The
    decider finds it in the inbox and must look at it afterwards (後閲).

    :param instruction: what the decider ordered beforehand; weighty (重要・異例・先例) matters need it.
    :raises NotAbsent: the decider is there, the actor is not in the order, or an earlier deputy is there.
    :raises NotYourStep: not a decision, or the own draft. :raises Refused: no urgency given.
    """
    event = events.Deputise(step_id, actor.user_id or 0, urgency.strip(), instruction.strip(), seen=seen)
    return _answered(happen(decision_id, event, actor=actor, at=at), step_id, actor=actor, at=at)


def _answered(done: Happened, step_id: int, *, actor: Actor, at: datetime) -> Decision:
    """Record an answer; when it was the decision, close the matter and tell the modules above."""
    stop = done.matter.stop(step_id)
    assert stop is not None
    assert stop.answer is not None
    acting = _acting(stop, stop.answer, actor, at=at)
    if stop.kind != Kind.DECIDE:
        return happened(done, actor=acting, at=at)
    follow_relation(done.decision, at=at)
    decision = close_matter(done.decision, Decision.State.DECIDED, by=stop.answer.user, at=at)
    happened(done, actor=acting, at=at, content=decision.content_digest, article=decision.article, power=decision.power)
    tell_decided(decision, at=at)
    return decision


def tell_decided(decision: Decision, *, at: datetime) -> None:
    """Tell the modules above that a matter was decided."""
    tell(decision_decided, decision, cancels=decision.cancels_id, at=at)


def _acting(stop: Stop, answer: Answer, actor: Actor, *, at: datetime) -> Actor:
    """Under which post, and by a deputy or a proxy for whom."""
    if answer.capacity in (Capacity.DEPUTY, Capacity.DUTY_PROXY):
        holder = next((one for one in org.holders_of(stop.post, at=at) if one.user_id != answer.user), None)
        return Actor(answer.user, answer.post, holder.user_id if holder else None)
    return Actor(answer.user, answer.post, actor.acting_for_id)


def close_matter(decision: Decision, state: Decision.State, *, by: int | None, at: datetime) -> Decision:
    """決定 or 否決, by whom: the digest covers the content from here on, and the database refuses changes of it."""
    decision.state, decision.decided_at, decision.decided_by_id = state, at, by
    decision.content_digest = content_digest(
        title=decision.title,
        body=decision.body,
        outcome=decision.outcome,
        reasons=decision.reasons,
        brief=decision.brief,
        attachments=[str(file.file_id) for file in attachments_of(decision.id, decision.revision)],
    )
    update(decision, "state", "decided_at", "decided_by", "content_digest")
    return decision


@transaction.atomic
def return_draft(
    *, decision_id: int, step_id: int, actor: Actor, reason: str, to_step_id: int | None = None, at: datetime
) -> Decision:
    """差戻し with the reason: to the drafter, whose next draft everybody sees again; or to an earlier station, from
    which on the draft is asked about once more.

    :raises StepGone, NotYourStep: as ``approve_step``; the target must be an earlier station that has answered.
    :raises Refused: no reason given.
    """
    if not reason.strip():
        raise Refused(_("差し戻す理由を入力してください。起案者に伝わります。"))
    event = events.SendBack(step_id, actor.user_id or 0, reason.strip(), to_step_id)
    done = happen(decision_id, event, actor=actor, at=at)
    happened(done, actor=actor, at=at)
    if to_step_id is None:
        tell(decision_returned, done.decision, reason=reason.strip(), at=at)
    return done.decision


@transaction.atomic
def reject_matter(
    *, decision_id: int, step_id: int, actor: Actor, reason: str, seen: int | None = None, at: datetime
) -> Decision:
    """否決: the decider, and only the decider, refuses the draft for good; its number is kept.

    :raises Refused: no reason, or not the decider's station.
    """
    if not reason.strip():
        raise Refused(_("否決の理由を入力してください。"))
    event = events.Reject(step_id, actor.user_id or 0, reason.strip(), seen)
    done = happen(decision_id, event, actor=actor, at=at)
    decision = close_matter(done.decision, Decision.State.REJECTED, by=actor.user_id, at=at)
    happened(done, actor=actor, at=at, content=decision.content_digest, article=decision.article)
    tell(decision_returned, decision, reason=reason.strip(), at=at)
    return decision


@transaction.atomic
def settle_objection(
    *, decision_id: int, step_id: int, actor: Actor, opinion: str = "", seen: int | None = None, at: datetime
) -> Decision:
    """異議の取下げ: who objected agrees after all; both answers stay in the record.

    :raises StepGone: there is no such objection any more. :raises NotYourStep: another's.
    """
    event = events.Settle(step_id, actor.user_id or 0, opinion.strip(), seen)
    return happened(happen(decision_id, event, actor=actor, at=at), actor=actor, at=at)


@transaction.atomic
def hold_matter(*, decision_id: int, step_id: int, actor: Actor, reason: str, at: datetime) -> Decision:
    """保留: whose turn it is stops the circulation for a while. Its deadline goes on: what is held is told above.

    :raises StepGone, NotYourStep: as ``approve_step``. :raises Refused: no reason given.
    """
    event = events.Hold(step_id, actor.user_id or 0, reason.strip())
    return happened(happen(decision_id, event, actor=actor, at=at, note=reason.strip()), actor=actor, at=at)


@transaction.atomic
def resume_matter(*, decision_id: int, step_id: int, actor: Actor, at: datetime) -> Decision:
    """保留を解く: by anybody who is still to act, now or later. Resumed already: nothing happens.

    :raises StepGone: it is not on hold. :raises NotYourStep: the actor is not to act.
    """
    event = events.Resume(step_id, actor.user_id or 0)
    return happened(happen(decision_id, event, actor=actor, at=at, note=""), actor=actor, at=at)


@transaction.atomic
def review_afterwards(
    *, decision_id: int, step_id: int, actor: Actor, opinion: str = "", seen: int | None = None, at: datetime
) -> Decision:
    """後閲: who was passed over, or the decider after a 代決, has looked at it, as it is now (its latest revision).

    :raises StepGone: done already. :raises NotYourStep: another's, or the actor's own act.
    :raises Changed: it was revised after it had been read.
    """
    event = events.ReviewAfter(step_id, actor.user_id or 0, opinion.strip(), seen)
    return happened(happen(decision_id, event, actor=actor, at=at), actor=actor, at=at)
