"""Every write of the engine, one verb each. All are safe under concurrency: moves of an instance lock its row first."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.rows import insert, update
from tocho.lib.text import fold
from tocho.lib.transactions import one_transaction

from .bpmn import compile_process
from .calls import called_keys, check_calls
from .models import Definition, Instance, Task, Timer, Token
from .spec import ProcessError, Service, Spec
from .store import handler_names, is_moving, lock_task, moving, spec_of
from .tokens import plain


class TaskGone(Refused):
    """The task is done, cancelled or does not exist: somebody was quicker, or the case went on without it."""


class TaskClaimed(Refused):
    """Somebody else has taken the task."""


class AlreadyRunning(Refused):
    """The subject is in the middle of another process."""


def read(xml: bytes) -> Spec:
    """A BPMN file as it would run here, its handlers included. :raises ProcessError: as ``publish``"""
    spec = compile_process(xml)
    problems = [
        ProcessError(
            _("処理「%(name)s」は用意されていません。") % {"name": node.work.handler}, element=node.id, line=node.line
        )
        for node in spec.nodes.values()
        if isinstance(node.work, Service) and node.work.handler not in handler_names()
    ]
    problems += check_calls(spec, latest_spec)
    if problems:
        raise ProcessError.of(problems)
    return spec


@transaction.atomic
def publish(xml: bytes, *, at: datetime) -> int:
    """Publish one version of a process and return its id; the same file again gives the same id.

    :param xml: a BPMN 2.0 file in UTF-8 with one process, within the subset that README.md describes.
    :raises ProcessError: element, line and reason of every fault.
    """
    digest = sha256(xml).hexdigest()
    known = Definition.objects.filter(digest=digest).values_list("id", flat=True).first()
    if known is not None:
        return known
    spec = read(xml)
    with connection.cursor() as cursor:  # two publications of one key would count to the same version
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('process.publish'))")
    versions = Definition.objects.filter(key=spec.key).aggregate(last=Max("version"))
    definition, _created = Definition.objects.get_or_create(
        digest=digest,
        defaults={
            "key": spec.key,
            "version": (versions["last"] or 0) + 1,
            "name": spec.name[:200],
            "xml": xml.decode(),
            "published_at": at,
        },
    )
    return definition.id


def latest_spec(key: str) -> Spec | None:
    """The newest published process of a key, compiled; None when there is none."""
    definition_id = latest(key)
    return spec_of(definition_id) if definition_id else None


def latest(key: str) -> int | None:
    """The newest published definition of a key."""
    return Definition.objects.filter(key=key).order_by("-version").values_list("id", flat=True).first()


_START = """
    INSERT INTO process_instance
           (definition_id, subject_type, subject_id, state, context, calls, started_at, ended_reason)
    VALUES (%s, %s, %s, 'active', %s::jsonb, %s::jsonb, %s, '') ON CONFLICT DO NOTHING RETURNING id"""


@one_transaction
def start(definition_id: int, *, subject: Subject, context: Mapping[str, Any], at: datetime) -> int:
    """Start a process for a subject, run it to its first rest and return the instance's id.

    Idempotent: a subject goes through one definition once; a second start gives the first instance.

    :param context: must hold the names of ``tocho:inputs``; names the definition does not declare are left out, so a
        caller may give all it has. JSON values, no personal data.
    :raises AlreadyRunning: the subject is in another process that has not ended.
    :raises ValueError: a declared input is missing.
    """
    spec = spec_of(definition_id)
    if missing := spec.inputs - context.keys():
        raise ValueError(f"process {spec.key}: the context lacks {', '.join(sorted(missing))}")
    declared = {name: plain(context[name]) for name in spec.inputs}
    declared |= {name: plain(context.get(name)) for name in spec.optional}
    key = {"subject_type": subject.type, "subject_id": subject.id, "definition_id": definition_id}
    calls = {called: latest(called) for called in called_keys(spec, latest_spec)} if spec.calls else None
    instance = Instance(**key, context=declared, calls=calls, started_at=at)
    with connection.cursor() as cursor:  # whoever comes second waits here for the first
        pinned = json.dumps(calls) if calls else None
        cursor.execute(_START, [definition_id, subject.type, subject.id, json.dumps(declared), pinned, at])
        row = cursor.fetchone()
    if row is None:
        known = Instance.objects.filter(**key).values_list("id", flat=True).first()
        if known is None:
            raise AlreadyRunning(_("この案件では、ほかの手続の流れがまだ終わっていません。"))
        return known
    instance.id = row[0]
    with moving(instance, at=at, fresh=True) as move:
        move.begin()
    return instance.id


def lock(subject: Subject) -> Instance | None:
    """The active instance of a subject, locked until the transaction ends; None when there is none.

    An action that writes the subject's own rows and then moves its process calls ``api.lock`` first: background steps
    lock in that order too, so the two cannot wait for each other.
    """
    return _active_instance.first(subject.type, subject.id)


@kept
def _active_instance(subject_type: str, subject_id: int) -> QuerySet[Instance]:
    about = Instance.objects.select_for_update(of=("self",)).filter(subject_type=subject_type, subject_id=subject_id)
    return about.filter(state=Instance.State.ACTIVE)


@transaction.atomic
def complete_task(task_id: int, *, outcome: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Finish a task of a process and let the case go on; of the names in ``outcome`` those that the element declares in
    ``tocho:outcome`` are merged into the context.

    :raises TaskGone: it is not open any more. Of two people at the same moment exactly one gets through.
    :raises TaskClaimed: another person has taken it, and ``actor`` does not act for that person.
    """
    task, instance = lock_task(task_id) or (Task.objects.filter(id=task_id).first(), None)
    task = opened(task)
    if instance is None:
        raise TypeError("a task outside a process is closed by close_task")
    if is_moving(instance.id):
        raise RuntimeError("a handler may not complete a task of its own case: let it return its outcome")
    _finish(task, outcome=outcome, actor=actor, at=at)
    with moving(instance, at=at) as move:
        move.leave(next(token for token in move.tokens if token.row == task.token_id), outcome)


def opened(task: Task | None) -> Task:
    """The task, if it is still open. :raises TaskGone:"""
    if task is None or task.state not in Task.OPEN:
        raise TaskGone(_("この作業は、すでに処理されたか、取り消されています。一覧を開き直してください。"))
    return task


def _finish(task: Task, *, outcome: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    taken = task.claimed_by_id if actor.user_id else None
    if taken and taken not in (actor.user_id, actor.acting_for_id) and org.may_act(taken, task.address, at=at):
        raise TaskClaimed(_("ほかの担当者が引き受けています。引き受けを外してもらってから処理してください。"))
    task.state, task.done_at, task.done_by_id, task.outcome = Task.State.DONE, at, actor.user_id, plain(outcome)
    update(task, "state", "done_at", "done_by", "outcome")


def claim(task_id: int, *, user_id: int, at: datetime) -> None:
    """Take a task: it stays in the inbox of its address, marked as this person's. Taking it twice changes nothing.

    :raises TaskClaimed: somebody else has it.
    :raises TaskGone: it is not open any more.
    """
    free = Task.objects.filter(id=task_id, state=Task.State.READY)
    if free.update(state=Task.State.CLAIMED, claimed_by_id=user_id, claimed_at=at):
        return
    task = opened(Task.objects.filter(id=task_id).first())
    if task.claimed_by_id != user_id:
        raise TaskClaimed(_("ほかの担当者が先に引き受けました。"))


def release(task_id: int, *, user_id: int, at: datetime) -> None:
    """Put a task back, whoever had taken it (whether ``user_id`` may do so, the caller decides). Idempotent."""
    del user_id, at  # recorded by the caller in the ledger
    Task.objects.filter(id=task_id, state=Task.State.CLAIMED).update(
        state=Task.State.READY, claimed_by=None, claimed_at=None
    )


@one_transaction
def send_message(
    *,
    subject: Subject,
    name: str,
    data: Mapping[str, Any] | None = None,
    match: Mapping[str, Any] | None = None,
    held: Instance | None = None,
    at: datetime,
) -> bool:
    """Tell the process of a subject that something has happened. False when it does not wait for that now, so a second
    call does nothing.

    :param name: the name of the BPMN message. :param data: merged under the names that the waiting element declares.
    :param match: values by which one of several that wait is meant (``{"unit": …}``: that instance of a repetition).
    :param held: what ``lock`` gave in this transaction, so that it need not be read again.
    """
    instance = held or lock(subject)
    if instance is None:
        return False
    with moving(instance, at=at) as move:
        return move.message(name, data, match)


@one_transaction
def finish_step(*, subject: Subject, handler: str, data: Mapping[str, Any] | None = None, at: datetime) -> bool:
    """What a handler began (it returned ``Begun``) is done: the case goes on from that step. False when it does not
    rest at one, so a second call does nothing.

    :param handler: the name of the service task's handler. :param data: as a handler returns it.
    """
    instance = lock(subject)
    if instance is None:
        return False
    with moving(instance, at=at) as move:
        token = move.at_service(handler)
        if token is not None:
            move.leave(token, data)
        return token is not None


@one_transaction
def go_back(*, subject: Subject, handler: str, kind: str, at: datetime) -> bool:
    """What a handler began will not be done: the case stands again at the human task of this kind that it did last.
    False when it does not rest at such a step, or its process has no such task.

    :param handler: the name of the service task's handler. :param kind: of the human task.
    """
    instance = lock(subject)
    if instance is None:
        return False
    left = Token.objects.filter(instance=instance, fate=Token.Fate.PASSED).order_by("-id")
    with moving(instance, at=at) as move:
        token = move.at_service(handler)
        place = move.before(token, kind, left.values_list("element_id", flat=True)) if token else None
        if token is None or place is None:
            return False
        move.put(token, place)
        return True


@transaction.atomic
def cancel(*, subject: Subject, reason: str, at: datetime) -> bool:
    """End the process of a subject where it stands (取下げ): its tasks leave the inbox, its timers stop. False when
    nothing was running.

    :param reason: a word for the history, without personal data.
    """
    instance = lock(subject)
    if instance is None:
        return False
    if is_moving(instance.id):
        raise RuntimeError("a handler may not cancel its own case: lead the flow to a terminate event")
    Timer.objects.filter(token__instance=instance).delete()
    Task.objects.filter(token__instance=instance, done_at=None).update(state=Task.State.CANCELLED, done_at=at)
    Token.objects.filter(instance=instance, fate="here").update(fate="cancelled", left_at=at)
    instance.state, instance.ended_at, instance.ended_reason = Instance.State.CANCELLED, at, reason[:200]
    instance.save(update_fields=["state", "ended_at", "ended_reason"])
    return True


def open_task(*, kind: str, subject: Subject, title: str, address: str, due_on: date | None, at: datetime) -> int:
    """Put a piece of work that no process governs into the one inbox and return its id.

    Idempotent while it is open: one task of a kind for a subject at an address.
    """
    key = {"kind": kind, "subject_type": subject.type, "subject_id": subject.id, "address": address}
    values = {"title": title[:200], "folded_title": fold(title[:200])[:400], "due_on": due_on, "ready_at": at}
    task = Task(**key, **values)
    return task.id if insert(task, or_pass=True) else Task.objects.get(**key, token=None, done_at=None).id


@kept
def _locked_task(task_id: int) -> QuerySet[Task]:
    return Task.objects.select_for_update().filter(id=task_id)


_CLOSE_TASK = """
    UPDATE process_task SET state = 'done', done_at = %s, done_by_id = %s, outcome = %s::jsonb
     WHERE id = %s AND token_id IS NULL AND (state = 'ready' OR state = 'claimed' AND claimed_by_id = %s)"""


@one_transaction
def close_task(task_id: int, *, outcome: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Finish a task that was opened by ``open_task``.

    :raises TaskGone: it is not open any more.
    :raises TaskClaimed: another person has taken it.
    """
    with connection.cursor() as cursor:  # the usual case, in one statement: nobody else has taken it
        cursor.execute(_CLOSE_TASK, [at, actor.user_id, json.dumps(plain(outcome)), task_id, actor.user_id])
        if cursor.rowcount:
            return
    task = opened(_locked_task.first(task_id))
    if task.token_id is not None:
        raise TypeError("a task of a process is finished by complete_task")
    _finish(task, outcome=outcome, actor=actor, at=at)


def cancel_task(task_id: int, *, at: datetime) -> bool:
    """Take back a task that was opened by ``open_task`` and is not needed any more; False when it had ended already."""
    open_tasks = Task.objects.filter(id=task_id, token=None, done_at=None)
    return bool(open_tasks.update(state=Task.State.CANCELLED, done_at=at))


def move_task(task_id: int, *, address: str, at: datetime) -> None:
    """Give an open task to another address (移送); nobody has it claimed afterwards.

    :raises TaskGone: it is not open any more.
    """
    del at  # recorded by the caller in the ledger
    moved = Task.objects.filter(id=task_id, done_at=None).update(
        address=address, state=Task.State.READY, claimed_by=None, claimed_at=None
    )
    if not moved:
        raise TaskGone(_("この作業は、すでに処理されたか、取り消されています。一覧を開き直してください。"))
