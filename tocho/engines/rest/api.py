"""The door for modules that offer operations, and for the portal that puts them together."""

from .bearer import Bearer, Caller
from .openapi import After, make_api, once, open_to_programs
from .problems import Problem
from .queries import Operation, operations
from .registry import Audience, EventSource, Scope, event_titles, install

__all__ = [
    "After",
    "Audience",
    "Bearer",
    "Caller",
    "EventSource",
    "Operation",
    "Problem",
    "Scope",
    "event_titles",
    "install",
    "make_api",
    "once",
    "open_to_programs",
    "operations",
]
