from datetime import datetime

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject

from ..models import Decision


def record(decision: Decision, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    """One ledger entry about a decision, with what every counter of decisions needs (medium, category, outcome)."""
    ledger.append(
        subject=Subject("decision", decision.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=decision.unit,
        data={"medium": decision.medium, "category": decision.category, "outcome": decision.outcome, **data},
    )
