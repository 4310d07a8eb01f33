"""Reminders and escalation: people are told of work that is due, on the calendar of the office; nothing moves by it.

Three steps, each told once: the day before the due date or on it (``soon``) and once it has passed (``overdue``) to
those who answer for the task's address, or to the person who has taken it; ``ESCALATE_DAYS`` business days later
(``escalated``) to the post above. What was told stands in rows with a unique constraint, written with the messages in
one transaction for each address: killed anywhere, a step is told once or, at the next turn, for the first time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.notify import api as notify
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from .models import Task, TaskNotice

SOON_DAYS = 1
ESCALATE_DAYS = 3
BATCH = 500
LISTED = 10  # titles in one message; the desk has them all
Step = TaskNotice.Step


@dataclass(frozen=True)
class Late:
    """Tasks of one address at one step."""

    address: str
    step: Step
    tasks: tuple[Task, ...]


def steps_due(*, at: datetime) -> list[Late]:
    """What is to be told now, ``BATCH`` tasks of each step at most, by address."""
    today = calendar.office_day(at)
    bounds = (
        (Step.SOON, today, calendar.add_business_days(today, SOON_DAYS)),
        (Step.OVERDUE, date.min, today - timedelta(days=1)),
        (Step.ESCALATED, date.min, calendar.add_business_days(today, -ESCALATE_DAYS)),
    )
    found: dict[tuple[str, Step], list[Task]] = defaultdict(list)
    for step, first, last in bounds:
        for task in _untold(step).filter(due_on__gte=first, due_on__lte=last).order_by("due_on", "id")[:BATCH]:
            found[task.address, step].append(task)
    return [Late(address, step, tuple(tasks)) for (address, step), tasks in found.items()]


def _untold(step: Step) -> QuerySet[Task]:
    told = TaskNotice.objects.filter(task=OuterRef("id"), step=step)
    return Task.objects.filter(~Exists(told), done_at=None, due_on__isnull=False)


@transaction.atomic
def tell(late: Late, *, at: datetime) -> int:
    """Tell of the tasks of one address at one step; how many were told. Told already by another worker: nothing."""
    superior = org.superior_post(late.address, on=calendar.office_day(at)) if late.step is Step.ESCALATED else None
    told = f"post:{superior.id}" if superior else late.address
    open_ones = Task.objects.select_for_update(skip_locked=True).filter(
        id__in=[task.id for task in late.tasks], done_at=None
    )
    tasks = [task for task in open_ones.order_by("due_on", "id") if not task.notices.filter(step=late.step).exists()]
    rows = [TaskNotice(task=task, step=late.step, address=told, told_at=at) for task in tasks]
    for row in TaskNotice.objects.bulk_create(rows):
        _record(row.task, row, at=at)
    _send(_people(tasks, told, late.step, at=at), late, key=f"{rows[0].id}" if rows else "", at=at)
    return len(rows)


def _people(tasks: Iterable[Task], address: str, step: Step, *, at: datetime) -> dict[int, list[Task]]:
    """Whom to tell of which tasks: who has taken a task alone hears of it, while still in office."""
    there = [holder.user_id for holder in org.people_at(address, at=at)]
    found: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        taken = task.claimed_by_id if step is not Step.ESCALATED and task.claimed_by_id in there else None
        for user_id in [taken] if taken else there:
            found[user_id].append(task)
    return found


def _send(by_person: Mapping[int, list[Task]], late: Late, *, key: str, at: datetime) -> None:
    """One message to each person, in the application and by mail where an address is known."""
    emails = dict(User.objects.filter(id__in=by_person).values_list("id", "email"))
    for user_id, tasks in by_person.items():
        notify.send(
            key=f"tasks:{late.step}:{key}:{user_id}",
            template=f"process/tasks_{late.step}",
            to_user_id=user_id,
            to_email=emails.get(user_id, ""),
            context={
                "count": len(tasks),
                "office": org.address_label(late.address, on=calendar.office_day(at)),
                "tasks": [{"title": task.title, "due_on": task.due_on} for task in tasks[:LISTED]],
                "further": max(len(tasks) - LISTED, 0),
                "days": ESCALATE_DAYS,
                "link": reverse("portal:desk"),
            },
            at=at,
        )


def _record(task: Task, notice: TaskNotice, *, at: datetime) -> None:
    ledger.append(
        subject=Subject(task.subject_type, task.subject_id),
        kind="task.escalated" if notice.step == Step.ESCALATED else "task.reminded",
        actor=SYSTEM,
        at=at,
        data={"step": str(notice.step), "task": task.kind, "address": notice.address},
    )


def remind(task_id: int, *, at: datetime) -> int:
    """Ask those who answer for a task once more, by a person's wish; how many people. Once a day.

    :raises Refused: the task is not open.
    """
    task = Task.objects.filter(id=task_id, done_at=None).first()
    if task is None:
        raise Refused(_("この作業は、すでに処理されたか、取り消されています。一覧を開き直してください。"))
    people = _people([task], task.address, Step.SOON, at=at)
    _send(people, Late(task.address, Step.SOON, (task,)), key=f"{task.id}-{calendar.office_day(at)}", at=at)
    return len(people)


@dataclass(frozen=True)
class LateTask:
    """A task that the post above was told of: what it is, whose, how late."""

    id: int
    kind: str
    subject: Subject
    title: str
    address: str
    due_on: date
    days: int


def escalated_to(addresses: Iterable[str], *, today: date, limit: int = 20) -> tuple[LateTask, ...]:
    """The open tasks of which these addresses were told because those below did not get to them, the latest first."""
    rows = TaskNotice.objects.filter(step=Step.ESCALATED, address__in=list(addresses), task__done_at=None)
    tasks = [row.task for row in rows.select_related("task").order_by("task__due_on", "task_id")[:limit]]
    return tuple(
        LateTask(
            id=task.id,
            kind=task.kind,
            subject=Subject(task.subject_type, task.subject_id),
            title=task.title,
            address=task.address,
            due_on=task.due_on or today,
            days=calendar.business_days_between(task.due_on or today, today),
        )
        for task in tasks
    )
