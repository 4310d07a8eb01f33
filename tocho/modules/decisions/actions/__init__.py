"""Every write of the module, one verb each; split by who acts."""

from .by_rule import decide_by_rule
from .deciding import NotYourStep, StepGone, approve_step, reject_matter, return_draft
from .drafting import DraftRefused, abandon_draft, circulate_draft, create_draft, lock_open, pull_back_draft
from .issuing import mark_issued

__all__ = [
    "DraftRefused",
    "NotYourStep",
    "StepGone",
    "abandon_draft",
    "approve_step",
    "circulate_draft",
    "create_draft",
    "decide_by_rule",
    "lock_open",
    "mark_issued",
    "pull_back_draft",
    "reject_matter",
    "return_draft",
]
