from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from ..models import Decision
from ..queries.pages import standing_of
from ..rules import events
from .moving import happen, happened
from .recording import locked_decision, record
from .refusals import NotYourStep

_UNTIL_THE_END = "SELECT 1 FROM decisions_decision WHERE id = %s FOR SHARE"


@one_transaction
def issue_decision(*, decision_id: int, at: datetime) -> bool:
    """施行: what was decided goes out now, by its notice. Whether it may: a decision that was made and stands, which no
    later one has cancelled (取消し、施行取消); until the transaction ends none can. Told again of one that is out it
    changes nothing, and notices of one decision do not wait for each other.
    """
    state, _cancelled = standing_of.first(decision_id) or ("", False)
    decision = locked_decision.get(decision_id) if state == Decision.State.DECIDED else None
    if decision is None:
        with connection.cursor() as cursor:
            cursor.execute(_UNTIL_THE_END, [decision_id])
    state, cancelled = standing_of.first(decision_id) or ("", False)  # as it is now that nobody can cancel it
    if state not in Decision.STANDING or cancelled:
        return False
    if decision is not None and decision.state == Decision.State.DECIDED:
        decision.state, decision.issued_at = Decision.State.ISSUED, at
        update(decision, "state", "issued_at")
        record(decision, "decision.issued", actor=SYSTEM, at=at)
    return True


@transaction.atomic
def complete_matter(*, decision_id: int, actor: Actor, at: datetime) -> Decision:
    """完結: the matter is done and may be filed; nothing may be left to 後閲. Completed already: nothing happens.

    :raises Refused: 後閲 is left, or another module has still to issue it.
    :raises NotYourStep: the actor is not of the drafting unit.
    :raises StepGone: it is not decided.
    """
    decision = locked_decision.get(decision_id)
    if decision.state == Decision.State.COMPLETED:
        return decision
    if actor.user_id is None or decision.unit not in org.unit_codes_of(actor.user_id, at=at):
        raise NotYourStep(_("完結できるのは、起案した課の職員です。"))
    if decision.subject_type != "decision" and decision.state == Decision.State.DECIDED:
        raise Refused(_("施行がまだ済んでいません。通知などが済むと、完結にできます。"))
    decision.completed_at = at
    done = happen(decision, events.Complete(actor.user_id), actor=actor, at=at, also=("completed_at",))
    return happened(done, actor=actor, at=at)


@one_transaction
def take_branch_number(*, decision_id: int, at: datetime) -> int:
    """枝番: the next number below the document number, for each of several papers that one decision issues
    (2主税徴第5号の2).

    :raises Refused: the matter is not decided.
    """
    decision = locked_decision.get(decision_id)
    if decision.state not in (Decision.State.DECIDED, Decision.State.ISSUED):
        raise Refused(_("枝番をとれるのは、決定した事案だけです。"))
    decision.branch += 1
    update(decision, "branch")
    record(decision, "decision.branch_taken", actor=SYSTEM, at=at, branch=decision.branch)
    return decision.branch
