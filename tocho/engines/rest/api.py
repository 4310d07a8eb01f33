"""The door for modules that offer operations, and for the portal that puts them together."""

from .actions import put_away_hook, reopen_hook
from .bearer import Bearer, Caller
from .openapi import After, make_api, once, open_to_programs
from .problems import Problem
from .queries import FailingHook, Operation, failing_hook, failing_hook_count, failing_hooks, held_of, operations
from .registry import Audience, EventSource, Scope, event_titles, install

__all__ = [
    "After",
    "Audience",
    "Bearer",
    "Caller",
    "EventSource",
    "FailingHook",
    "Operation",
    "Problem",
    "Scope",
    "event_titles",
    "failing_hook",
    "failing_hook_count",
    "failing_hooks",
    "held_of",
    "install",
    "make_api",
    "once",
    "open_to_programs",
    "operations",
    "put_away_hook",
    "reopen_hook",
]
