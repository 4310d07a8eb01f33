from .authority import AuthorityChange, AuthorityTable, Delegation
from .decisions import Attachment, Batch, Decision, Revision, Step, Wording
from .drafts import DraftTemplate, TypedDraft
from .numbers import DocumentSymbol, NumberReservation, NumberSeries
from .trials import AuthorityTrial, RouteShift, ShiftedDecision

__all__ = [
    "Attachment",
    "AuthorityChange",
    "AuthorityTable",
    "AuthorityTrial",
    "Batch",
    "Decision",
    "Delegation",
    "DocumentSymbol",
    "DraftTemplate",
    "NumberReservation",
    "NumberSeries",
    "Revision",
    "RouteShift",
    "ShiftedDecision",
    "Step",
    "TypedDraft",
    "Wording",
]
