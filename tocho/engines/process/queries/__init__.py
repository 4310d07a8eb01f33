"""Reads: the inbox, the tasks of a subject, where its case stands."""

from .cases import ProcessView, Stay, StepView, published_names, waiting_for, where, xml
from .incidents import IncidentView, incident, incident_count, incidents, retried_incidents
from .tasks import BadCursor, InboxPage, TaskView, first_tasks, history, inbox, task, tasks_about, tasks_at, tasks_of
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
    "incident",
    "incident_count",
    "incidents",
    "published_names",
    "retried_incidents",
    "task",
    "task_times",
    "tasks_about",
    "tasks_at",
    "tasks_of",
    "waiting_for",
    "where",
    "xml",
]
