"""Several stations answered by one confirmation: each its own act; what cannot be is left out and named."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused

from ..models import Batch, Step
from ..rules import Alone
from .deciding import approve_unopened
from .refusals import apart

MOST = 200


@transaction.atomic
def begin_batch(*, stations: Sequence[tuple[int, int]], once: str, actor: Actor, at: datetime) -> Batch:
    """Note what a person confirmed, before any of it is done. The same confirmation sent twice gives the same row.

    :param stations: step id and the revision that was seen, at most ``MOST``.
    """
    wanted = [list(one) for one in dict(stations[:MOST]).items()]
    batch, _new = Batch.objects.get_or_create(
        user_id=actor.user_id or 0, once=once[:64], defaults={"stations": wanted, "started_at": at}
    )
    return batch


def run_batch(*, batch_id: int, actor: Actor, clock: Callable[[], datetime]) -> Batch:
    """Answer what is left of a batch, one transaction each, and note at the end what was left out and why.

    Run twice, at once or again after a crash, it answers nothing twice: what is answered is not open any more.
    """
    batch = Batch.objects.get(id=batch_id, user_id=actor.user_id or 0)
    seen = dict(batch.stations)
    steps = {step.id: step for step in Step.objects.filter(id__in=seen).only("id", "decision_id", "state", "acted_by")}
    left_out: dict[str, str] = {}
    for step_id, revision in seen.items():
        step = steps.get(step_id)
        if step is not None and step.state in _ANSWERED and step.acted_by_id == actor.user_id:
            continue
        if step is None or step.state != Step.State.ACTIVE:
            left_out[str(step_id)] = apart(Alone.GONE)
            continue
        try:
            approve_unopened(decision_id=step.decision_id, step_id=step_id, seen=revision, actor=actor, at=clock())
        except Refused as refused:
            left_out[str(step_id)] = str(refused.message)
    return end_batch(batch_id=batch.id, left_out=left_out, actor=actor, at=clock())


_ANSWERED = (Step.State.APPROVED, Step.State.APPROVED_WITH_OPINION)


@transaction.atomic
def end_batch(*, batch_id: int, left_out: dict[str, str], actor: Actor, at: datetime) -> Batch:
    """The batch is through, or its rest is given up; what another run of it has answered meanwhile is not left out."""
    batch = Batch.objects.select_for_update().get(id=batch_id, user_id=actor.user_id or 0)
    done = Step.objects.filter(id__in=[int(key) for key in left_out], state__in=_ANSWERED, acted_by_id=actor.user_id)
    answered = {str(key) for key in done.values_list("id", flat=True)}
    batch.left_out = {key: why for key, why in left_out.items() if key not in answered}
    batch.finished_at = batch.finished_at or at
    batch.save(update_fields=["left_out", "finished_at"])
    return batch
