"""Reads: the inbox, the tasks of a subject, where its case stands."""

from .cases import IncidentView, ProcessView, Stay, StepView, incidents, waiting_for, where, xml
from .tasks import BadCursor, InboxPage, TaskView, first_tasks, history, inbox, task, tasks_at, tasks_of
from .times import ElementTimes, TaskTimes, element_times, task_times

__all__ = [
    "BadCursor",
    "ElementTimes",
    "InboxPage",
    "IncidentView",
    "ProcessView",
    "Stay",
    "StepView",
    "TaskTimes",
    "TaskView",
    "element_times",
    "first_tasks",
    "history",
    "inbox",
    "incidents",
    "task",
    "task_times",
    "tasks_at",
    "tasks_of",
    "waiting_for",
    "where",
    "xml",
]
