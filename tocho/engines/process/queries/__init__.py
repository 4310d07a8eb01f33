"""Reads: the inbox, the tasks of a subject, where its case stands."""

from .cases import IncidentView, ProcessView, Stay, StepView, incidents, waiting_for, where, xml
from .tasks import BadCursor, InboxPage, TaskView, first_tasks, history, inbox, task, tasks_at, tasks_of

__all__ = [
    "BadCursor",
    "InboxPage",
    "IncidentView",
    "ProcessView",
    "Stay",
    "StepView",
    "TaskView",
    "first_tasks",
    "history",
    "inbox",
    "incidents",
    "task",
    "tasks_at",
    "tasks_of",
    "waiting_for",
    "where",
    "xml",
]
