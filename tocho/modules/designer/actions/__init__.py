"""Every write of the module, one verb each; split by what it does with a design."""

from .editing import (
    NotEditable,
    Stale,
    UnderWay,
    bring_back,
    discard_design,
    explain_exception,
    save_part,
    save_parts,
    start_design,
)
from .publishing import publish_design, publish_due
from .reviewing import (
    NotReviewable,
    approve_design,
    plan_publication,
    reopen_design,
    request_review,
    return_design,
)

__all__ = [
    "NotEditable",
    "NotReviewable",
    "Stale",
    "UnderWay",
    "approve_design",
    "bring_back",
    "discard_design",
    "explain_exception",
    "plan_publication",
    "publish_design",
    "publish_due",
    "reopen_design",
    "request_review",
    "return_design",
    "save_part",
    "save_parts",
    "start_design",
]
