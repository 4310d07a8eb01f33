"""Between rows and the interpreter: reads an instance's tokens, runs a move, writes what it changed.

All moves of one instance hold the lock of its row, taken first. A handler that runs inside a move and comes back to its
own case (a decision by rule sends "decided" at once) joins the move in memory instead of reading rows that are not
written yet.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger.api import Subject
from tocho.lib.errors import Refused
from tocho.lib.rows import insert, update
from tocho.lib.text import fold

from .bpmn import compile_process
from .calls import linked
from .deadlines import due_day, due_moment
from .models import Definition, Instance, Task, Timer
from .move import Given, Move, Postponed
from .spec import HumanWork, Kind, Node, Service, Spec, StepError
from .tokens import Fate, Token, is_body


@dataclass(frozen=True)
class Step:
    """What a handler is given: whose case, where it stands, its context (a copy) and the moment."""

    subject: Subject
    instance_id: int
    element_id: str
    context: Mapping[str, Any]
    at: datetime


logger = logging.getLogger(__name__)

Handler = Callable[[Step], Given]

_handlers: dict[str, Handler] = {}
_moves: ContextVar[dict[int, Move] | None] = ContextVar("moves", default=None)


_offices: dict[str, Callable[[int], str]] = {}


def install(handlers: Mapping[str, Handler], offices: Mapping[str, Callable[[int], str]] | None = None) -> None:
    """Name the functions that service tasks may call; replaces what was installed. Called once by the portal.

    :param offices: type of subject → the code of the unit whose a subject of that type is, by its id.
    """
    _handlers.clear()
    _handlers.update(handlers)
    _offices.clear()
    _offices.update(offices or {})


def office_of(instance: Instance) -> str:
    """The code of the unit whose case it is; empty where nobody can say."""
    find = _offices.get(instance.subject_type)
    return find(instance.subject_id) if find else ""


def handler_names() -> frozenset[str]:
    """The names that ``tocho:handler`` may use."""
    return frozenset(_handlers)


@lru_cache(maxsize=512)
def spec_of(definition_id: int) -> Spec:
    """The compiled definition, kept in process memory: definitions are immutable, so it never becomes stale."""
    return compile_process(Definition.objects.values_list("xml", flat=True).get(id=definition_id).encode())


@lru_cache(maxsize=512)
def _linked(definition_id: int, calls: tuple[tuple[str, int], ...]) -> Spec:
    return linked(spec_of(definition_id), {key: spec_of(called) for key, called in calls})


def spec_for(definition_id: int, calls: Mapping[str, int] | None) -> Spec:
    """What one case runs through: its definition with the processes that it calls, as they were when it started."""
    return _linked(definition_id, tuple(sorted(calls.items()))) if calls else spec_of(definition_id)


# What every move reads and writes, in SQL: for each the ORM would take ten times as long as PostgreSQL.
_LOCK_TASK = """
    SELECT task.id, task.state, task.claimed_by_id, task.token_id,
           instance.id, instance.definition_id, instance.subject_type, instance.subject_id, instance.context,
           instance.calls
      FROM process_task task JOIN process_instance instance ON instance.id = task.instance_id
     WHERE task.id = %s FOR UPDATE OF instance, task"""
_TOKENS_HERE = """
    SELECT element_id, via, id, parent_id, item, data FROM process_token
     WHERE instance_id = %s AND fate = 'here' ORDER BY id"""
_MOVED = """
    WITH gone AS (
        UPDATE process_token token SET fate = gone.fate, left_at = %s
          FROM unnest(%s::bigint[], %s::text[]) AS gone (id, fate) WHERE token.id = gone.id)
    INSERT INTO process_token (instance_id, element_id, via, fate, arrived_at, left_at)
    SELECT %s, born.element, born.via, born.fate, %s, CASE WHEN born.fate <> 'here' THEN %s::timestamptz END
      FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS born (element, via, fate, place)
     ORDER BY born.place RETURNING id"""
_INSIDE = """
    UPDATE process_token token SET parent_id = inside.parent, item = inside.item, data = inside.data::jsonb
      FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[]) AS inside (id, parent, item, data)
     WHERE token.id = inside.id"""


def lock_task(task_id: int) -> tuple[Task, Instance] | None:
    """A task of a process and its instance (only the columns that a move needs); first the instance's row, then its own
    are locked, and both are read as they are then. None when there is no such task of a process."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_TASK, [task_id])
        row = cursor.fetchone()
    if row is None:
        return None
    task = Task.from_db("default", ["id", "state", "claimed_by_id", "token_id"], row[:4])
    names = ["id", "definition_id", "subject_type", "subject_id", "context", "calls"]
    return task, Instance.from_db("default", names, [*row[4:8], json.loads(row[8]), row[9] and json.loads(row[9])])


def _tokens_here(instance: Instance) -> list[Token]:
    with connection.cursor() as cursor:
        cursor.execute(_TOKENS_HERE, [instance.id])
        found: dict[int, Token] = {}
        for element, via, row, parent, item, data in cursor.fetchall():  # what holds a token was stored before it
            found[row] = Token(element, via, row, Fate.HERE, found.get(parent), item, data and json.loads(data))
        return list(found.values())


@contextmanager
def moving(instance: Instance, *, at: datetime, fresh: bool = False, retrying: bool = False) -> Iterator[Move]:
    """One move of a locked instance: the body says what happens, afterwards all rows are written.

    Nested for the same instance it gives the outer move, which will be written by the outer ``with``.

    :param instance: its row, locked by this transaction (``fresh``: just made by it).
    :param retrying: a job is at work: what fails rises, so that it is counted and tried again.
    """
    moves = _moves.get() or {}
    if instance.id in moves:
        yield moves[instance.id]
        return
    spec = spec_for(instance.definition_id, instance.calls)
    tokens = [] if fresh else _tokens_here(instance)

    def call(node: Node, context: Mapping[str, Any]) -> Given:
        if isinstance(node.work, Service) and node.work.background is None and not retrying:
            return _try_handler(instance, node, context, at=at)
        return run_handler(instance, node, context, at=at)

    move = Move(spec, context=instance.context, call=call, tokens=tokens)
    reset = _moves.set({**moves, instance.id: move})
    try:
        yield move
    finally:
        _moves.reset(reset)
    _save(move, tokens, instance, at=at)


def _try_handler(instance: Instance, node: Node, context: Mapping[str, Any], *, at: datetime) -> Given:
    """Call a handler whose failure must not undo what the person has just done. :raises Postponed: it failed."""
    try:
        with transaction.atomic():
            return run_handler(instance, node, context, at=at)
    except Exception as error:
        logger.exception("%s of instance %s is left to a job", node.id, instance.id)
        raise Postponed from error


def is_moving(instance_id: int) -> bool:
    """Whether a handler called from inside a move of this instance is asking."""
    return instance_id in (_moves.get() or {})


def run_handler(instance: Instance, node: Node, context: Mapping[str, Any], *, at: datetime) -> Given:
    """Call the handler of a service task.

    :raises StepError: no handler of that name is installed (any more).
    """
    name = node.work.handler if isinstance(node.work, Service) else ""
    if name not in _handlers:
        raise StepError(node, f"no handler {name!r} is installed")
    subject = Subject(instance.subject_type, instance.subject_id)
    return _handlers[name](Step(subject, instance.id, node.id, dict(context), at))


def _save(move: Move, before: list[Token], instance: Instance, *, at: datetime) -> None:
    """Write one move: the tokens that left, those that came, and what stands at their new places."""
    left = [token for token in before if token.fate is not Fate.HERE]
    _save_stays(left, move.born, instance, at=at)
    _end_waiting(left, move.spec, at=at)
    inside = [token for token in move.born if token.parent or token.data is not None]
    _save_inside([*inside, *(token for token in before if token.stale)])
    for token in move.born:
        if token.fate is Fate.HERE:
            _settle(token, move, instance, at=at)
    changed = ["context"] if move.context != instance.context else []
    instance.context = move.context
    if move.finished:
        instance.state, instance.ended_at = Instance.State.DONE, at
        changed += ["state", "ended_at"]
    if changed:
        update(instance, *changed)


def _save_stays(left: list[Token], born: list[Token], instance: Instance, *, at: datetime) -> None:
    """Write the stays that ended in this move and those that began in it, and give each of these its row."""
    gone: list[list[Any]] = [[token.row for token in left], [str(token.fate) for token in left]]
    columns = [[token.element for token in born], [token.via for token in born], [str(token.fate) for token in born]]
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [at, *gone, instance.id, at, at, *columns])
        for token, row in zip(born, sorted(row for (row,) in cursor.fetchall()), strict=True):
            token.row = row


def _save_inside(tokens: list[Token]) -> None:
    """Write what holds these tokens and the values that live with them."""
    if not tokens:
        return
    columns: list[list[Any]] = [
        [token.row for token in tokens],
        [token.parent.row if token.parent else None for token in tokens],
        [token.item for token in tokens],
        [None if token.data is None else json.dumps(token.data) for token in tokens],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSIDE, columns)


def _end_waiting(left: list[Token], spec: Spec, *, at: datetime) -> None:
    """What waited at the places that were left goes: timers, and tasks that nobody has done."""
    timed = [token.row for token in left if token.row and spec.timers[token.element]]
    if timed:
        Timer.objects.filter(token__in=timed).delete()
    worked = [
        token.row for token in left if spec.nodes[token.element].kind is Kind.USER and token.fate is Fate.CANCELLED
    ]
    if worked:
        Task.objects.filter(token__in=worked, done_at=None).update(state=Task.State.CANCELLED, done_at=at)


def _settle(token: Token, move: Move, instance: Instance, *, at: datetime) -> None:
    """What a token that comes to rest needs: a task in the inbox, a job, its timers. What repeats an activity has the
    timers on its boundary, each of its instances the task."""
    node = move.spec.nodes[token.element]
    row = token.row or 0
    if isinstance(node.work, HumanWork) and not is_body(token, node):
        _open_task(row, node, node.work, move.context_of(token), instance, at=at)
    elif isinstance(node.work, Service) and not token.begun:
        jobs.configure_task("process.run_step").defer(token_id=row)
    for element in move.spec.timers[node.id] if token.item is None else ():
        event = move.spec.nodes[element]
        due_at = timer_moment(event, move.context_of(token.parent), at=at)
        if due_at is not None:
            left = event.timer.repeats if event.timer else 1
            Timer.objects.create(instance=instance, token_id=row, element_id=element, due_at=due_at, left=left)
        elif event.kind is not Kind.BOUNDARY:  # only a boundary may be left open: the task itself still ends it
            raise StepError(event, "the case names no date for this timer")


def _open_task(
    row: int, node: Node, work: HumanWork, context: Mapping[str, Any], instance: Instance, *, at: datetime
) -> None:
    address = work.address(context)
    if not isinstance(address, str) or not address:
        raise StepError(node, f"tocho:address gives {address!r} instead of an address")
    given = work.title(context) if work.title else None
    title = str(given or node.name or node.id)[:200]
    task = Task(
        kind=work.kind,
        subject_type=instance.subject_type,
        subject_id=instance.subject_id,
        title=title,
        folded_title=fold(title)[:400],
        address=address,
        due_on=_day(node, work, context, at=at),
        ready_at=at,
        instance=instance,
        token_id=row,
        element_id=node.id,
    )
    insert(task)


def _day(node: Node, work: HumanWork, context: Mapping[str, Any], *, at: datetime) -> date | None:
    try:
        return due_day(work.due, context, at=at) if work.due else None
    except (TypeError, ValueError, Refused) as error:
        raise StepError(node, f"tocho:due cannot be read: {error}") from error


def timer_moment(event: Node, context: Mapping[str, Any], *, at: datetime) -> datetime | None:
    """When a timer that is set ``at`` fires. :raises StepError: its expression gives no date"""
    try:
        return due_moment(event.timer, context, at=at) if event.timer else None
    except (TypeError, ValueError, Refused) as error:
        raise StepError(event, f"the timer cannot be read: {error}") from error
