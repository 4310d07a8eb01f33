from .authority import AuthorityChange, AuthoritySheet, AuthorityTable, Delegation, SheetRevision
from .decisions import Attachment, Batch, Decision, Revision, Step, Wording
from .drafts import DraftTemplate, TypedDraft
from .numbers import DocumentSymbol, NumberReservation, NumberSeries
from .trials import AuthorityTrial, RouteShift, ShiftedDecision

__all__ = [
    "Attachment",
    "AuthorityChange",
    "AuthoritySheet",
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
    "SheetRevision",
    "ShiftedDecision",
    "Step",
    "TypedDraft",
    "Wording",
]
