from datetime import datetime

from tocho.core.ledger.api import SYSTEM
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from ..models import Decision
from .recording import locked_decision, record


@one_transaction
def mark_issued(*, decision_id: int, at: datetime) -> Decision:
    """施行: what was decided has gone out (the notice was released). Told again, it changes nothing."""
    decision = locked_decision.get(decision_id)
    if decision.state == Decision.State.DECIDED:
        decision.state, decision.issued_at = Decision.State.ISSUED, at
        update(decision, "state", "issued_at")
        record(decision, "decision.issued", actor=SYSTEM, at=at)
    return decision
