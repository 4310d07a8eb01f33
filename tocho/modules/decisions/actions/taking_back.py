from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import Actor, Subject

from ..models import Decision
from ..rules import events
from ..signals import decision_withdrawn
from .drafting import lock_open
from .moving import happen, happened
from .recording import locked_decision, tell


@transaction.atomic
def pull_back_draft(*, decision_id: int, actor: Actor, reason: str, at: datetime) -> Decision:
    """引戻し: the drafter takes the draft back before anyone has acted in this circulation.

    :raises DraftRefused: somebody has already acted (``ask_back`` then), or it is not the drafter who asks.
    """
    decision = locked_decision.get(decision_id)
    if decision.state == Decision.State.PULLED_BACK:
        return decision
    done = happen(decision_id, events.PullBack(actor.user_id or 0), actor=actor, at=at)
    happened(done, actor=actor, at=at)
    _tell_withdrawn(done.decision, reason=reason, at=at)
    return done.decision


@transaction.atomic
def ask_back(*, decision_id: int, actor: Actor, reason: str, at: datetime) -> Decision:
    """引戻しの依頼: somebody has acted already, so the drafter asks those who hold the draft to let it come back.
    Asked already: nothing happens.

    :raises DraftRefused: it is not the drafter, or it does not circulate. :raises Refused: no reason given.
    """
    decision = locked_decision.get(decision_id)
    if decision.asked_back and decision.drafter_id == actor.user_id:
        return decision
    event = events.AskBack(actor.user_id or 0, reason.strip())
    return happened(happen(decision, event, actor=actor, at=at, note=reason.strip()), actor=actor, at=at)


@transaction.atomic
def let_back(*, decision_id: int, step_id: int, actor: Actor, at: datetime) -> Decision:
    """引戻しへの同意, by whose turn it is or by who checks it (審査).

    :raises StepGone: nobody asks, or it went on. :raises NotYourStep: another's.
    """
    done = happen(decision_id, events.LetBack(step_id, actor.user_id or 0), actor=actor, at=at)
    happened(done, actor=actor, at=at)
    _tell_withdrawn(done.decision, reason=done.decision.note, at=at)
    return done.decision


@transaction.atomic
def abandon_matter(
    *, decision_id: int, actor: Actor, reason: str, step_id: int | None = None, at: datetime
) -> Decision:
    """廃案 by the drafter, or by the decider whose turn it is: ended with a reason, its number kept.

    :raises StepGone: it has ended. :raises NotYourStep: neither of the two. :raises Refused: no reason given.
    """
    event = events.Abandon(actor.user_id or 0, reason.strip(), step_id)
    done = happen(decision_id, event, actor=actor, at=at, note=reason.strip())
    happened(done, actor=actor, at=at)
    _tell_withdrawn(done.decision, reason=reason.strip(), at=at)
    return done.decision


@transaction.atomic
def abandon_draft(*, subject: Subject, reason: str, actor: Actor, at: datetime) -> Decision | None:
    """廃案 by the module whose matter it was (an application is withdrawn): end what is open about a subject; its
    number is kept. None when nothing is open."""
    decision = lock_open(subject)
    if decision is None:
        return None
    done = happen(decision.id, events.Abandon(None, reason), actor=actor, at=at)
    return happened(done, actor=actor, at=at, reason=reason)


def _tell_withdrawn(decision: Decision, *, reason: str, at: datetime) -> None:
    tell(decision_withdrawn, decision, reason=reason, at=at)
