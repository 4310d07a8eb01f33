"""The only door to the process engine: ids, primitives and frozen dataclasses. Each function is documented where it
stands: writes in ``actions.py`` and ``background.py``, reads in ``queries.py``."""

from tocho.core.ledger.api import Subject

from . import actions
from .actions import (
    AlreadyRunning,
    TaskClaimed,
    TaskGone,
    cancel,
    cancel_task,
    claim,
    close_task,
    complete_task,
    finish_step,
    go_back,
    move_task,
    open_task,
    publish,
    release,
    send_message,
    start,
)
from .background import IncidentGone, retry_incident
from .casework import NotReached, assign, put_back, take
from .diagram import Diagram, diagram_context, heat_context
from .migration import CannotMove, MigrationPreview, Obstacle, migrate, migration_preview
from .models import Instance as Held
from .move import Begun, Thrown
from .outline import Outline, OutlineStep, outline
from .queries import (
    BadCursor,
    ElementTimes,
    InboxPage,
    IncidentView,
    ProcessView,
    Stay,
    StepView,
    TaskTimes,
    TaskView,
    element_times,
    first_tasks,
    history,
    inbox,
    incident,
    incident_count,
    incidents,
    published_names,
    retried_incidents,
    task,
    task_times,
    tasks_about,
    tasks_at,
    tasks_of,
    waiting_for,
    where,
    xml,
)
from .reminders import LateTask, escalated_to, remind
from .spec import Note, ProcessError, StepError
from .store import Handler, Step, install

__all__ = [
    "AlreadyRunning",
    "BadCursor",
    "Begun",
    "CannotMove",
    "Diagram",
    "ElementTimes",
    "Handler",
    "Held",
    "InboxPage",
    "IncidentGone",
    "IncidentView",
    "LateTask",
    "MigrationPreview",
    "NotReached",
    "Note",
    "Obstacle",
    "Outline",
    "OutlineStep",
    "ProcessError",
    "ProcessView",
    "Stay",
    "Step",
    "StepError",
    "StepView",
    "TaskClaimed",
    "TaskGone",
    "TaskTimes",
    "TaskView",
    "Thrown",
    "assign",
    "cancel",
    "cancel_task",
    "check",
    "claim",
    "close_task",
    "complete_task",
    "diagram_context",
    "element_times",
    "escalated_to",
    "finish_step",
    "first_tasks",
    "go_back",
    "heat_context",
    "history",
    "inbox",
    "incident",
    "incident_count",
    "incidents",
    "install",
    "lock",
    "migrate",
    "migration_preview",
    "move_task",
    "open_task",
    "outline",
    "publish",
    "published_names",
    "put_back",
    "release",
    "remind",
    "retried_incidents",
    "retry_incident",
    "send_message",
    "start",
    "take",
    "task",
    "task_times",
    "tasks_about",
    "tasks_at",
    "tasks_of",
    "waiting_for",
    "where",
    "xml",
]


def lock(subject: Subject) -> Held | None:
    """Lock the running case of a subject until the transaction ends, for ``send_message(held=…)``; None when nothing
    runs.

    An action that writes the subject's own rows and then moves its process calls this first: background steps lock in
    that order too, so the two cannot wait for each other.
    """
    return actions.lock(subject)


def check(xml: bytes) -> tuple[Note, ...]:
    """Read a BPMN file as ``publish`` would, without publishing it; what of it was passed over because it belongs to
    another product. :raises ProcessError: as ``publish``"""
    return actions.read(xml).notes
