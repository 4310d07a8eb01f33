"""How long cases stay at each element of a process: where they wait, and where they are worked on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tocho.core.ledger.api import Subject

from ..models import Task
from ..store import spec_of

SAMPLE = 2000  # the newest cases are looked at: enough for a percentile, and no more time for a million cases


@dataclass(frozen=True, slots=True)
class ElementTimes:
    """The stays of cases at one element, in seconds. ``wait``: until somebody took it, ``work``: from then until it was
    done (both None where nobody takes anything). ``here``: how many stand there now, the oldest since ``oldest_at``."""

    element_id: str
    name: str
    kind: str
    count: int
    median: float | None
    p90: float | None
    wait: float | None
    work: float | None
    here: int
    oldest_at: datetime | None


_TIMES = """
    WITH cases AS (
        SELECT id FROM process_instance WHERE definition_id = ANY(%s) ORDER BY id DESC LIMIT %s
    ), stays AS (
        SELECT token.element_id, token.fate, token.arrived_at,
               extract(epoch FROM token.left_at - token.arrived_at) AS whole,
               extract(epoch FROM task.claimed_at - task.ready_at) AS wait,
               extract(epoch FROM task.done_at - task.claimed_at) AS work
          FROM process_token token
          JOIN cases ON cases.id = token.instance_id
          LEFT JOIN process_task task ON task.token_id = token.id AND task.state = 'done'
    )
    SELECT element_id, count(*) FILTER (WHERE fate = 'passed'),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY whole) FILTER (WHERE fate = 'passed'),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY whole) FILTER (WHERE fate = 'passed'),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY wait), percentile_cont(0.5) WITHIN GROUP (ORDER BY work),
           count(*) FILTER (WHERE fate = 'here'), min(arrived_at) FILTER (WHERE fate = 'here')
      FROM stays GROUP BY element_id"""


def element_times(definition_ids: Sequence[int]) -> tuple[ElementTimes, ...]:
    """The stays at each step of the newest ``SAMPLE`` cases of these definitions (versions of one process), in the
    order of the newest definition. One query."""
    if not definition_ids:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, [list(definition_ids), SAMPLE])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return tuple(
        ElementTimes(node.id, node.name or node.id, node.kind, *found[node.id])
        for node in spec_of(max(definition_ids)).steps
        if node.id in found
    )


@dataclass(frozen=True, slots=True)
class TaskTimes:
    """One piece of human work of a subject: when it came, was taken and done, by whom; seconds waited and worked."""

    title: str
    kind: str
    element_id: str
    state: str
    ready_at: datetime
    claimed_at: datetime | None
    done_at: datetime | None
    person: str
    wait: float | None
    work: float | None


def task_times(subject: Subject, *, at: datetime) -> tuple[TaskTimes, ...]:
    """The work on a subject with its times, oldest first; what is open counts until ``at``."""
    tasks = Task.objects.filter(subject_type=subject.type, subject_id=subject.id)
    rows = tasks.select_related("claimed_by", "done_by").order_by("ready_at", "id")
    return tuple(
        TaskTimes(
            title=row.title,
            kind=row.kind,
            element_id=row.element_id,
            state=row.state,
            ready_at=row.ready_at,
            claimed_at=row.claimed_at,
            done_at=row.done_at,
            person=str(row.done_by or row.claimed_by or ""),
            wait=((row.claimed_at or row.done_at or at) - row.ready_at).total_seconds(),
            work=((row.done_at or at) - row.claimed_at).total_seconds() if row.claimed_at else None,
        )
        for row in rows
    )
