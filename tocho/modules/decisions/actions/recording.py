from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.dispatch import Signal

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.engines.search import api as search
from tocho.lib.kept import kept

from ..models import Decision


@kept
def locked_decision(decision_id: int) -> QuerySet[Decision]:
    """The row of a decision, nobody else's until the transaction ends."""
    return Decision.objects.select_for_update().filter(id=decision_id)


def keep_words(decision: Decision) -> None:
    """Make a decision findable by what it says now; in the transaction that writes it. One statement."""
    tokens = search.tokens_of(
        decision.title, decision.body, decision.reasons, *(f"{label} {value}" for label, value in decision.brief)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO decisions_wording (decision_id, tokens) VALUES (%s, %s::tsvector)"
            " ON CONFLICT (decision_id) DO UPDATE SET tokens = excluded.tokens",
            [decision.id, tokens],
        )


def tell(signal: Signal, decision: Decision, *, at: datetime, **more: Any) -> None:
    """Tell the modules above what became of a decision."""
    signal.send(
        Decision,
        decision_id=decision.id,
        subject=Subject(decision.subject_type, decision.subject_id),
        outcome=decision.outcome,
        at=at,
        **more,
    )


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
