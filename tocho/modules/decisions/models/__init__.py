from .authority import AuthorityChange, AuthorityTable, Delegation
from .decisions import Attachment, Batch, Decision, Revision, Step, Wording
from .drafts import DraftTemplate, TypedDraft
from .numbers import NumberReservation, NumberSeries

__all__ = [
    "Attachment",
    "AuthorityChange",
    "AuthorityTable",
    "Batch",
    "Decision",
    "Delegation",
    "DraftTemplate",
    "NumberReservation",
    "NumberSeries",
    "Revision",
    "Step",
    "TypedDraft",
    "Wording",
]
