"""The rules of decisions, pure: route, numbers and digests, and the decision as a machine (東京都事案決定規程,
文書管理規則)."""

from . import events
from .content import content_digest, document_symbols
from .events import Away, Event, Held, HeldAs, World
from .machine import Outcome, apply, send_back_targets
from .matter import Answer, Capacity, Kind, Matter, Power, State, Stop, StopState
from .refusals import Illegal, Why
from .route import Authority, Consultation, Station, order_route
from .together import Alone, why_alone

__all__ = [
    "Alone",
    "Answer",
    "Authority",
    "Away",
    "Capacity",
    "Consultation",
    "Event",
    "Held",
    "HeldAs",
    "Illegal",
    "Kind",
    "Matter",
    "Outcome",
    "Power",
    "State",
    "Station",
    "Stop",
    "StopState",
    "Why",
    "World",
    "apply",
    "content_digest",
    "document_symbols",
    "events",
    "order_route",
    "send_back_targets",
    "why_alone",
]
