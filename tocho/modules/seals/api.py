"""The seal inventory's door: what only the nation can change, and how far the city has come."""

from dataclasses import dataclass

from .models import SealRequirement
from .queries.progress import Progress, progress

__all__ = ["NationRequest", "Progress", "nation_requests", "progress"]


@dataclass(frozen=True)
class NationRequest:
    """A seal that a law of the nation demands: what the city asks the nation to amend."""

    number: str
    affair: str
    document: str
    law: str
    volume: int | None
    unit: str


def nation_requests() -> list[NationRequest]:
    """All seals in the state 国へ要望, by law and number; ``volume`` is papers a year or None, ``unit`` a code."""
    rows = SealRequirement.objects.filter(state="state_request").order_by("basis_text", "id")
    return [
        NationRequest(each.number, each.affair, each.document, each.basis_text, each.volume, each.unit) for each in rows
    ]
