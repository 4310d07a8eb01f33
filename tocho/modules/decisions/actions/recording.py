from datetime import datetime

from django.db.models import QuerySet

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.lib.kept import kept

from ..models import Decision


@kept
def locked_decision(decision_id: int) -> QuerySet[Decision]:
    """The row of a decision, nobody else's until the transaction ends."""
    return Decision.objects.select_for_update().filter(id=decision_id)


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
