from datetime import datetime

from django.db import transaction

from tocho.engines.process import api as process
from tocho.lib.rows import update

from ..models import Step
from ..queries.standing import away_of
from .moving import offer
from .recording import locked_decision


def offer_waiting(*, at: datetime) -> int:
    """Offer decisions that wait for an absent decider to the deputies, and take the offer back when the decider
    returns; how many changed. Nothing is decided by it, and it is no act of a person: the ledger tells of the 代決
    alone."""
    waiting = Step.objects.filter(kind=Step.Kind.DECIDE, state=Step.State.ACTIVE).exclude(deputies=[])
    steps = list(waiting.order_by("id"))
    away = away_of([step.post_id for step in steps], at=at)
    changed = [step for step in steps if (step.post_id in away) != (step.deputy_task_id is not None)]
    return sum(_offer(step, at=at) for step in changed)


@transaction.atomic
def _offer(step: Step, *, at: datetime) -> bool:
    decision = locked_decision.get(step.decision_id)
    step.refresh_from_db()
    if step.state != Step.State.ACTIVE:
        return False
    if step.deputy_task_id is None:
        if not offer(decision, step, at=at):
            return False
    else:
        process.cancel_task(step.deputy_task_id, at=at)
        step.deputy_task_id = None
    update(step, "deputy_task_id")
    return True
