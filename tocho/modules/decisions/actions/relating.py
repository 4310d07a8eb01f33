from datetime import datetime

from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM
from tocho.lib.errors import Refused

from ..models import Decision
from ..rules import events
from ..signals import decision_stopped
from .moving import happen, happened
from .recording import tell


def relate(decision: Decision, *, to: int | None, relation: str) -> None:
    """Say which earlier decision this draft cancels or changes; ``to`` None: none. Not saved here.

    :raises Refused: as ``check_relation``, or one's own draft.
    """
    if to is None:
        decision.relates_to_id, decision.relation = None, ""
        return
    earlier = Decision.objects.select_for_update(no_key=True).get(id=to)
    check_relation(earlier, Decision.Relation(relation))
    decision.relates_to_id, decision.relation = earlier.id, Decision.Relation(relation)


def check_relation(relates_to: Decision, relation: Decision.Relation) -> None:
    """Whether a decision can be cancelled, changed or kept from being issued by a new one.

    :raises Refused: it is not decided, was issued already, is cancelled already, or is itself a 取消し.
    """
    if relates_to.state not in Decision.STANDING:
        raise Refused(_("取消し・変更ができるのは、決定した事案だけです。"))
    if relation == Decision.Relation.CANCEL_ISSUANCE and relates_to.state != Decision.State.DECIDED:
        raise Refused(_("施行した決定の施行は取り消せません。取消し・変更の決定を起案してください。"))
    if relates_to.relation == Decision.Relation.CANCEL:
        raise Refused(_("取消しの決定は、取消し・変更ができません。あらためて起案してください。"))
    cancelled = relates_to.later.filter(relation=Decision.Relation.CANCEL, state__in=Decision.STANDING).first()
    if cancelled is not None:
        raise Refused(_("この決定は、%(reference)sですでに取り消されています。") % {"reference": cancelled.reference})


def follow_relation(decision: Decision, *, at: datetime) -> None:
    """What a new decision does to the one it is about: its issue is cancelled; a 取消し or 変更 leaves it as it was
    decided, and the two are shown together.

    :raises Refused: the other has been issued, or cancelled by another decision, meanwhile.
    """
    if decision.relates_to_id is None:
        return
    if decision.relation == Decision.Relation.CANCEL_ISSUANCE:
        done = happen(decision.relates_to_id, events.CancelIssue(), actor=SYSTEM, at=at)
        stopped = happened(done, actor=SYSTEM, at=at, by=decision.id)
        tell(decision_stopped, stopped, at=at)
        return
    earlier = Decision.objects.select_for_update(no_key=True).get(id=decision.relates_to_id)
    others = earlier.later.exclude(id=decision.id)
    if others.filter(relation=Decision.Relation.CANCEL, state__in=Decision.STANDING).exists():
        raise Refused(_("前の決定は、ほかの決定ですでに取り消されています。差し戻してください。"))
