"""Reads: the inbox, the tasks of a subject, where its case stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from tocho.core.calendar.api import office_day
from tocho.core.ledger.api import Subject

from .models import Definition, Incident, Instance, Task, Token
from .spec import Node, Spec
from .store import spec_of

COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as other parts may know it. ``state``: ready, claimed, done, cancelled. ``done_at`` is when it left the
    inbox, ``outcome`` what was given with it."""

    id: int
    kind: str
    subject: Subject
    title: str
    address: str
    state: str
    due_on: date | None
    ready_at: datetime
    claimed_by_id: int | None
    claimed_at: datetime | None
    done_by_id: int | None
    done_at: datetime | None
    element_id: str
    instance_id: int | None
    outcome: dict[str, Any]


@dataclass(frozen=True)
class InboxPage:
    """One page of an inbox. ``next`` continues it (``after=``); ``count`` and ``overdue`` stop counting at 1,000
    (``COUNT_LIMIT``): ``capped`` says that there are at least so many."""

    rows: tuple[TaskView, ...]
    next: str | None
    count: int
    overdue: int
    capped: bool


@dataclass(frozen=True)
class Stay:
    """One stay of a case at one element: ``fate`` is here, passed or cancelled."""

    element_id: str
    name: str
    kind: str
    fate: str
    arrived_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class StepView:
    """One step of a process for people: ``state`` is done, now or next, the times those of the last stay."""

    element_id: str
    name: str
    state: str
    arrived_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True)
class ProcessView:
    """Where a case stands: element ids to mark as current and finished, the sequence flows it took, the steps (done
    in the order of time, now, and those certain to come), and every stay in the order of time."""

    definition_id: int
    instance_id: int
    name: str
    state: str
    current: tuple[str, ...]
    finished: tuple[str, ...]
    flows: tuple[str, ...]
    steps: tuple[StepView, ...]
    history: tuple[Stay, ...]


@dataclass(frozen=True)
class IncidentView:
    """A background step or timer that failed for good and waits for a person."""

    id: int
    subject: Subject
    element_id: str
    error: str
    given_up_at: datetime


COLUMNS = (
    "id",
    "kind",
    "subject_type",
    "subject_id",
    "title",
    "address",
    "state",
    "due_on",
    "ready_at",
    "claimed_by_id",
    "claimed_at",
    "done_by_id",
    "done_at",
    "element_id",
    "instance_id",
)


def _view(row: Sequence[Any], outcome: dict[str, Any]) -> TaskView:
    key, kind, subject_type, subject_id, *rest = row
    return TaskView(key, kind, Subject(subject_type, subject_id), *rest, outcome)  # type: ignore[call-arg]


def _views(tasks: Iterable[tuple[Any, ...]]) -> tuple[TaskView, ...]:
    return tuple(_view(row[:-1], row[-1]) for row in tasks)


def task(task_id: int) -> TaskView:
    """One task, open or not. :raises Task.DoesNotExist:"""
    return _views([Task.objects.values_list(*COLUMNS, "outcome").get(id=task_id)])[0]


def tasks_of(subject: Subject) -> tuple[TaskView, ...]:
    """The open tasks of a subject, the most urgent first."""
    open_tasks = Task.objects.filter(subject_type=subject.type, subject_id=subject.id, done_at=None)
    return _views(open_tasks.order_by("sort_on", "id").values_list(*COLUMNS, "outcome"))


def history(subject: Subject) -> tuple[TaskView, ...]:
    """All tasks of a subject with their times and the people who did them, oldest first."""
    tasks = Task.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return _views(tasks.order_by("ready_at", "id").values_list(*COLUMNS, "outcome"))


# One index range per address, each in the order of the page, merged: with 5,000 tasks waiting at an address a page
# reads fifty rows. `address = ANY(…) ORDER BY …` would read and sort all of them. The ORM has no LATERAL.
_PAGE = """
    SELECT {columns} FROM unnest(%(addresses)s::text[]) AS wanted(address) CROSS JOIN LATERAL (
        SELECT * FROM process_task task
         WHERE task.address = wanted.address AND task.done_at IS NULL {where}
           AND (task.sort_on, task.id) > (%(after_on)s, %(after_id)s)
         ORDER BY task.sort_on, task.id LIMIT %(limit)s
    ) task ORDER BY task.sort_on, task.id LIMIT %(limit)s"""
_COUNT = """
    SELECT count(*), count(*) FILTER (WHERE due_on < %(today)s)
      FROM unnest(%(addresses)s::text[]) AS wanted(address) CROSS JOIN LATERAL (
        SELECT due_on FROM process_task task
         WHERE task.address = wanted.address AND task.done_at IS NULL {where}
         ORDER BY task.sort_on, task.id LIMIT %(limit)s
    ) task"""


def inbox(
    addresses: Sequence[str],
    *,
    kinds: Sequence[str] | None = None,
    text: str = "",
    claimed_by: int | None = None,
    after: str | None = None,
    limit: int = 50,
    today: date | None = None,
) -> InboxPage:
    """Open tasks at ``addresses``, those due first on top, tasks without a due date last.

    :param addresses: as ``core.org.api.addresses_of`` gives them. :param kinds: only these kinds.
    :param text: part of the title; 全角 and 半角, large and small letters are the same.
    :param claimed_by: only tasks that this user has taken.
    :param after: ``next`` of the page before. :param today: tasks due before this day are overdue; now, if not given.
    :raises ValueError: ``after`` is not what a page gave.
    """
    where, values = _filter(kinds, text, claimed_by)
    values["addresses"] = list(dict.fromkeys(addresses))
    after_on, _sep, after_id = (after or "0001-01-01.0").partition(".")
    page = values | {"after_on": date.fromisoformat(after_on), "after_id": int(after_id), "limit": limit + 1}
    count = values | {"today": today or office_day(timezone.now()), "limit": COUNT_LIMIT}
    columns = ", ".join(f"task.{column}" for column in (*COLUMNS, "sort_on"))
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(columns=columns, where=where), page)
        found = cursor.fetchall()
        cursor.execute(_COUNT.format(where=where), count)
        total, overdue = cursor.fetchone() or (0, 0)
    rows = found[:limit]
    return InboxPage(
        rows=tuple(_view(row[:-1], {}) for row in rows),
        next=f"{rows[-1][-1].isoformat()}.{rows[-1][0]}" if len(found) > limit else None,
        count=min(total, COUNT_LIMIT),
        overdue=min(overdue, COUNT_LIMIT),
        capped=total >= COUNT_LIMIT,
    )


def _filter(kinds: Sequence[str] | None, text: str, claimed_by: int | None) -> tuple[str, dict[str, Any]]:
    where, values = "", dict[str, Any]()
    if kinds is not None:
        where, values["kinds"] = " AND task.kind = ANY(%(kinds)s)", list(kinds)
    if claimed_by is not None:
        where += " AND task.claimed_by_id = %(claimed_by)s"
        values["claimed_by"] = claimed_by
    if text.strip():
        where += " AND normalize(task.title, NFKC) ILIKE '%%' || normalize(%(text)s, NFKC) || '%%'"
        values["text"] = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return where, values


def xml(definition_id: int) -> str:
    """The BPMN file of a definition. :raises Definition.DoesNotExist:"""
    return Definition.objects.values_list("xml", flat=True).get(id=definition_id)


def where(subject: Subject) -> ProcessView | None:
    """Where the (last) case of a subject stands; None when it never had a process."""
    instance = Instance.objects.filter(subject_type=subject.type, subject_id=subject.id).order_by("-id").first()
    if instance is None:
        return None
    spec = spec_of(instance.definition_id)
    rows = list(Token.objects.filter(instance=instance).order_by("id"))
    current = {row.element_id: None for row in rows if row.fate == Token.Fate.HERE}
    finished = {row.element_id: None for row in rows if row.fate == Token.Fate.PASSED and row.element_id not in current}
    return ProcessView(
        definition_id=instance.definition_id,
        instance_id=instance.id,
        name=spec.name,
        state=instance.state,
        current=tuple(current),
        finished=tuple(finished),
        flows=tuple(dict.fromkeys(row.via for row in rows if row.via)),
        steps=_steps(spec, rows, ended=instance.state != Instance.State.ACTIVE),
        history=tuple(_stay(spec.nodes[row.element_id], row) for row in rows),
    )


def _stay(node: Node, row: Token) -> Stay:
    return Stay(node.id, node.name, node.kind, row.fate, row.arrived_at, row.left_at)


def _steps(spec: Spec, rows: Sequence[Token], *, ended: bool) -> tuple[StepView, ...]:
    """The steps the case went through in the order of time, where it stands, and those it cannot do without."""
    stays: dict[str, list[Token]] = {}
    for row in rows:
        stays.setdefault(row.element_id, []).append(row)
    shown = [node for node in spec.steps if node.id in stays or (node.id in spec.certain and not ended)]
    steps = [_step(node, stays.get(node.id, [])) for node in shown]
    past = sorted((step for step in steps if step.state == "done"), key=lambda step: stays[step.element_id][-1].id)
    return (*past, *(step for step in steps if step.state == "now"), *(step for step in steps if step.state == "next"))


def _step(node: Node, stays: Sequence[Token]) -> StepView:
    here = [stay for stay in stays if stay.fate == Token.Fate.HERE]
    last = next(reversed(here or list(stays)), None)
    passed = any(stay.fate == Token.Fate.PASSED for stay in stays)
    return StepView(
        element_id=node.id,
        name=node.name or node.id,
        state="now" if here else "done" if passed else "next",
        arrived_at=last.arrived_at if last else None,
        left_at=last.left_at if last else None,
    )


def incidents(*, limit: int = 50) -> tuple[IncidentView, ...]:
    """Background steps and timers that failed for good and are still to be mended, newest first."""
    rows = (
        Incident.objects.filter(resolved_at=None, given_up_at__isnull=False, token__fate=Token.Fate.HERE)
        .select_related("instance", "token")
        .order_by("-given_up_at")[:limit]
    )
    return tuple(
        IncidentView(
            id=row.id,
            subject=Subject(row.instance.subject_type, row.instance.subject_id),
            element_id=row.token.element_id,
            error=row.error,
            given_up_at=row.given_up_at or row.failed_at,
        )
        for row in rows
    )


def waiting_for(subject: Subject) -> tuple[str, ...]:
    """The names of the messages that the case of a subject waits for now."""
    rows = Token.objects.filter(
        instance__subject_type=subject.type, instance__subject_id=subject.id, fate=Token.Fate.HERE
    ).values_list("instance__definition_id", "element_id")
    names = [name for definition_id, element in rows for name in spec_of(definition_id).listeners[element]]
    return tuple(dict.fromkeys(names))
