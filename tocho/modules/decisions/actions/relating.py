from datetime import datetime

from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM
from tocho.lib.errors import Refused

from ..models import Decision
from ..rules import events
from .moving import happen, happened


def check_relation(relates_to: Decision, relation: Decision.Relation) -> None:
    """Whether a decision can be cancelled, changed or kept from being issued by a new one.

    :raises Refused: it is not decided, or was issued already.
    """
    decided = (Decision.State.DECIDED, Decision.State.ISSUED, Decision.State.COMPLETED)
    if relates_to.state not in decided:
        raise Refused(_("取消し・変更ができるのは、決定した事案だけです。"))
    if relation == Decision.Relation.CANCEL_ISSUANCE and relates_to.state != Decision.State.DECIDED:
        raise Refused(_("施行した決定の施行は取り消せません。取消し・変更の決定を起案してください。"))


def follow_relation(decision: Decision, *, at: datetime) -> None:
    """What a new decision does to the one it is about: its issue is cancelled; a 取消し or 変更 leaves it as it was
    decided, and the two are shown together.

    :raises Refused: the other has been issued meanwhile.
    """
    if decision.relates_to_id is None or decision.relation != Decision.Relation.CANCEL_ISSUANCE:
        return
    done = happen(decision.relates_to_id, events.CancelIssue(), actor=SYSTEM, at=at)
    happened(done, actor=SYSTEM, at=at, by=decision.id)
