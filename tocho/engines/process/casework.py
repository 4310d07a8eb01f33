"""Who works on a task: taking it, putting it back, handing it to a colleague; each one entry in the subject's ledger.

A claim (担当) is a courtesy, not a lock: it says who works on it. A colleague who answers for the same address may
take it over, which is recorded; it lapses when the person's post no longer reaches the address.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from .actions import TaskClaimed, TaskGone, opened
from .models import Task

LAPSE_BATCH = 5000


class NotReached(Refused):
    """The task is not at an address for which the person answers."""


def _locked(task_id: int, actor: Actor, *, at: datetime) -> Task:
    task = opened(Task.objects.select_for_update().filter(id=task_id).first())
    if actor.user_id is None or not org.may_act(actor.user_id, task.address, at=at):
        raise NotReached(_("この作業は、いまの職では扱えません。一覧を開き直してください。"))
    return task


@transaction.atomic
def take(task_id: int, *, actor: Actor, seen_by: int | None = None, at: datetime) -> None:
    """引き受け: the actor works on a task from now on. Taken already by the actor: nothing.

    :param seen_by: whose claim the person saw and takes over (引き継ぎ); anybody else's refuses.
    :raises TaskGone: it is not open any more. :raises NotReached:
    :raises TaskClaimed: a colleague was quicker.
    """
    task = _locked(task_id, actor, at=at)
    before = task.claimed_by_id
    if before == actor.user_id:
        return
    if before is not None and before != seen_by and org.may_act(before, task.address, at=at):
        raise TaskClaimed(_("%(name)sさんが先に引き受けました。") % {"name": task.claimed_by})
    _claim(task, actor.user_id or 0, at=at)
    _record(task, "task.taken_over" if before else "task.claimed", actor=actor, at=at)


@transaction.atomic
def put_back(task_id: int, *, actor: Actor, at: datetime) -> None:
    """引き受けの解除: nobody in particular works on it. A colleague of the same address may do that too (不在のとき).

    :raises TaskGone: :raises NotReached:
    """
    task = _locked(task_id, actor, at=at)
    if task.claimed_by_id is None:
        return
    task.state, task.claimed_by, task.claimed_at = Task.State.READY, None, None
    task.save(update_fields=["state", "claimed_by", "claimed_at"])
    _record(task, "task.released", actor=actor, at=at)


@transaction.atomic
def assign(task_id: int, *, to_user_id: int, actor: Actor, at: datetime) -> None:
    """担当の割当て: a colleague who answers for the same address works on it from now on.

    :raises TaskGone: :raises NotReached: the actor, or the colleague, does not answer for the address.
    """
    task = _locked(task_id, actor, at=at)
    if not org.may_act(to_user_id, task.address, at=at):
        raise NotReached(_("その人は、この作業の課や職にいません。別の人を選んでください。"))
    if task.claimed_by_id == to_user_id:
        return
    _claim(task, to_user_id, at=at)
    _record(task, "task.assigned", actor=actor, at=at, to=to_user_id)


def _claim(task: Task, user_id: int, *, at: datetime) -> None:
    task.state, task.claimed_by_id, task.claimed_at = Task.State.CLAIMED, user_id, at
    task.save(update_fields=["state", "claimed_by", "claimed_at"])


def release_lapsed(*, at: datetime) -> int:
    """Put back what is claimed by people whose post does not reach it any more; how many. Safe to run again."""
    claimed = Task.objects.filter(state=Task.State.CLAIMED, done_at=None)
    pairs = claimed.order_by().values_list("claimed_by_id", "address").distinct()[:LAPSE_BATCH]
    gone = [(user_id, address) for user_id, address in pairs if not org.may_act(user_id or 0, address, at=at)]
    count = 0
    for user_id, address in gone:
        for task_id in claimed.filter(claimed_by=user_id, address=address).values_list("id", flat=True):
            count += _release_lapsed(task_id, user_id or 0, at=at)
    return count


@transaction.atomic
def _release_lapsed(task_id: int, user_id: int, *, at: datetime) -> bool:
    task = Task.objects.select_for_update().filter(id=task_id, claimed_by=user_id, done_at=None).first()
    if task is None:
        return False
    task.state, task.claimed_by, task.claimed_at = Task.State.READY, None, None
    task.save(update_fields=["state", "claimed_by", "claimed_at"])
    _record(task, "task.released", actor=SYSTEM, at=at)
    return True


def _record(task: Task, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    subject = Subject(task.subject_type, task.subject_id)
    ledger.append(subject=subject, kind=kind, actor=actor, at=at, data={"task": task.kind, **data})


__all__ = ["NotReached", "TaskClaimed", "TaskGone", "assign", "put_back", "release_lapsed", "take"]
