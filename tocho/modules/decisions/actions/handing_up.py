from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import SYSTEM, Subject
from tocho.engines.process import api as process
from tocho.lib.rows import update

from ..models import Step
from ..queries.standing import reviewer_for
from .recording import locked_decision, record


def hand_up_reviews(*, at: datetime) -> int:
    """後閲 that nobody of its post can do — the post is vacant or gone, or only held by who acted or drafted — waits
    for the post above; back at its own post as soon as somebody is there. How many changed.

    Nothing is reviewed by it; one entry each, for the register must say who is asked.
    """
    left = Step.objects.filter(kind=Step.Kind.POST_REVIEW, state=Step.State.ACTIVE)
    steps = list(left.select_related("decision", "stands_for").order_by("id"))
    found = reviewer_for(steps, at=at)
    return sum(
        _hand(step, found[step.id], at=at) for step in steps if found[step.id] != (step.raised_to_id or step.post_id)
    )


@transaction.atomic
def _hand(step: Step, post: int, *, at: datetime) -> bool:
    decision = locked_decision.get(step.decision_id)
    step.refresh_from_db()
    if step.state != Step.State.ACTIVE or post == (step.raised_to_id or step.post_id):
        return False
    step.raised_to_id = post if post != step.post_id else None
    if step.task_id is not None and not _shares_its_task(step):
        process.cancel_task(step.task_id, at=at)
    step.task_id = process.open_task(
        kind="decisions.post_review",
        subject=Subject("decision", decision.id),
        title=decision.title,
        address=f"post:{post}",
        due_on=step.due_on,
        at=at,
    )
    update(step, "raised_to", "task_id")
    record(decision, "decision.post_review_handed", actor=SYSTEM, at=at, post=step.post_id, to=post)
    return True


def _shares_its_task(step: Step) -> bool:
    others = Step.objects.filter(decision_id=step.decision_id, task_id=step.task_id, state=Step.State.ACTIVE)
    return others.exclude(id=step.id).exists()
