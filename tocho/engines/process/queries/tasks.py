"""The one inbox, and the tasks of a subject."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.core.ledger.api import Subject
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.text import fold

from ..models import Task

COUNT_LIMIT = 1000


class BadCursor(Refused, ValueError):
    """The place to go on from in a list is not one that a page gave."""


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


def tasks_at(addresses: Sequence[str], task_ids: Sequence[int]) -> tuple[TaskView, ...]:
    """Those of the given tasks that are open and wait at these addresses, the most urgent first."""
    found = Task.objects.filter(id__in=list(task_ids), address__in=list(addresses), done_at=None)
    return _views(found.order_by("sort_on", "id").values_list(*COLUMNS, "outcome"))


def task(task_id: int) -> TaskView:
    """One task, open or not. :raises Task.DoesNotExist:"""
    return _views([Task.objects.values_list(*COLUMNS, "outcome").get(id=task_id)])[0]


def tasks_of(subject: Subject) -> tuple[TaskView, ...]:
    """The open tasks of a subject, the most urgent first."""
    return _views(_open_tasks(subject.type, subject.id))


@kept
def _open_tasks(subject_type: str, subject_id: int) -> QuerySet[Task, tuple[Any, ...]]:
    open_tasks = Task.objects.filter(subject_type=subject_type, subject_id=subject_id, done_at=None)
    return open_tasks.order_by("sort_on", "id").values_list(*COLUMNS, "outcome")


def tasks_about(subject_type: str, subject_ids: Iterable[int], *, kind: str) -> tuple[TaskView, ...]:
    """The open tasks of a kind of several subjects, the most urgent first; one query."""
    rows = Task.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids), kind=kind, done_at=None)
    return _views(rows.order_by("sort_on", "id").values_list(*COLUMNS, "outcome"))


def history(subject: Subject) -> tuple[TaskView, ...]:
    """All tasks of a subject with their times and the people who did them, oldest first."""
    tasks = Task.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return _views(tasks.order_by("ready_at", "id").values_list(*COLUMNS, "outcome"))


# One index range per address, each in the order of the page, then merged: where 5,000 tasks wait at an address, a page
# reads fifty rows. `address = ANY(…) ORDER BY …` would read and sort them all, and so does a LATERAL join, because the
# planner cannot know there how many wait at which address.
_RANGE = """(SELECT id, sort_on FROM process_task
    WHERE address = %({address})s AND done_at IS NULL{where} AND (sort_on, id) > (%(after_on)s, %(after_id)s)
    ORDER BY sort_on, id LIMIT %(limit)s)"""
_PAGE = """SELECT {columns} FROM process_task
    WHERE id IN (SELECT id FROM ({ranges}) AS ranges ORDER BY sort_on, id LIMIT %(limit)s) ORDER BY sort_on, id"""
_COUNT = """(SELECT count(*) FROM (SELECT 1 FROM process_task
    WHERE address = ANY(%(addresses)s) AND done_at IS NULL{where} LIMIT %(limit)s) AS counted)"""


def inbox(
    addresses: Sequence[str],
    *,
    kinds: Sequence[str] | None = None,
    text: str = "",
    claimed_by: int | None = None,
    unclaimed: bool = False,
    due_until: date | None = None,
    after: str | None = None,
    limit: int = 50,
    today: date | None = None,
) -> InboxPage:
    """Open tasks at ``addresses``, those due first on top, tasks without a due date last.

    :param addresses: as ``core.org.api.addresses_of`` gives them. :param kinds: only these kinds.
    :param text: part of the title; 全角 and 半角, large and small letters, 髙 and 高 are the same.
    :param claimed_by: only tasks that this user has taken; ``unclaimed``: only those that nobody has.
    :param due_until: only tasks due on or before this day.
    :param after: ``next`` of the page before. :param today: tasks due before this day are overdue; now, if not given.
    :raises BadCursor: ``after`` is not what a page gave.
    """
    condition, values = _filter(kinds, text, claimed_by)
    if unclaimed:
        condition += " AND claimed_by_id IS NULL"
    if due_until is not None:
        condition, values = f"{condition} AND sort_on <= %(due_until)s", {**values, "due_until": due_until}
    after_on, after_id = _cursor(after)
    page = values | {"after_on": after_on, "after_id": after_id, "limit": limit + 1}
    found = _rows(dict.fromkeys(addresses), condition, page)
    rows = found[:limit]
    values |= {"addresses": list(addresses), "today": today or office_day(timezone.now()), "limit": COUNT_LIMIT}
    count, overdue = _counts(condition, values)
    return InboxPage(
        rows=tuple(_view(row[:-1], {}) for row in rows),
        next=f"{rows[-1][-1].isoformat()}.{rows[-1][0]}" if len(found) > limit else None,
        count=count,
        overdue=overdue,
        capped=count >= COUNT_LIMIT,
    )


def first_tasks(addresses: Sequence[str], *, kinds: Sequence[str], limit: int) -> tuple[TaskView, ...]:
    """The first open tasks of some kinds in the order of ``inbox``, with nothing counted."""
    condition, values = _filter(kinds, "", None)
    rows = _rows(dict.fromkeys(addresses), condition, values | {"after_on": date.min, "after_id": 0, "limit": limit})
    return tuple(_view(row[:-1], {}) for row in rows)


def _cursor(after: str | None) -> tuple[date, int]:
    """The sort day and id after which a page begins."""
    if not after:
        return date.min, 0
    day, _dot, key = after.partition(".")
    try:
        return date.fromisoformat(day), int(key[:18])
    except ValueError:
        raise BadCursor(_("この続きは開けません。一覧を最初から開き直してください。")) from None


def _rows(addresses: Iterable[str], condition: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The first ``limit`` rows after the cursor, ``sort_on`` last in each."""
    keys = {f"address_{number}": address for number, address in enumerate(addresses)}
    if not keys:
        return []
    ranges = " UNION ALL ".join(_RANGE.format(where=condition, address=key) for key in keys)
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(columns=", ".join((*COLUMNS, "sort_on")), ranges=ranges), values | keys)
        return list(cursor.fetchall())


def _counts(condition: str, values: dict[str, Any]) -> tuple[int, int]:
    counts = _COUNT.format(where=condition), _COUNT.format(where=f"{condition} AND sort_on < %(today)s")
    with connection.cursor() as cursor:
        cursor.execute("SELECT {}, {}".format(*counts), values)
        count, overdue = cursor.fetchone() or (0, 0)
    return count, overdue


def _filter(kinds: Sequence[str] | None, text: str, claimed_by: int | None) -> tuple[str, dict[str, Any]]:
    condition, values = "", dict[str, Any]()
    if kinds is not None:
        condition, values["kinds"] = " AND kind = ANY(%(kinds)s)", list(kinds)
    if claimed_by is not None:
        condition += " AND claimed_by_id = %(claimed_by)s"
        values["claimed_by"] = claimed_by
    if text.strip():
        condition += " AND folded_title LIKE %(text)s"
        values["text"] = "%" + re.sub(r"([\\%_])", r"\\\1", fold(text.strip())) + "%"
    return condition, values
