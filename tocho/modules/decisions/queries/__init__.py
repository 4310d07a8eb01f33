"""Reads of the module, by what they are for."""

from .copies import copy_attachments, copy_pdf, record_copy
from .lists import ListPage, visible_page
from .pages import (
    DecisionPage,
    RouteStop,
    attachments_of,
    decision_page,
    decisions_about,
    last_decided,
    route_stops,
    standing_of,
)
from .routes import NoRoute, Route, authority_in_force, find_authority, find_route

__all__ = [
    "DecisionPage",
    "ListPage",
    "NoRoute",
    "Route",
    "RouteStop",
    "attachments_of",
    "authority_in_force",
    "copy_attachments",
    "copy_pdf",
    "decision_page",
    "decisions_about",
    "find_authority",
    "find_route",
    "last_decided",
    "record_copy",
    "route_stops",
    "standing_of",
    "visible_page",
]
