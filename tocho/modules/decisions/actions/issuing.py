from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from ..models import Decision
from ..rules import events
from .moving import happen, happened
from .recording import locked_decision, record
from .refusals import NotYourStep


@kept
def _last_decided(subject_type: str, subject_id: int) -> QuerySet[Decision]:
    about = Decision.objects.select_for_update().filter(subject_type=subject_type, subject_id=subject_id)
    return about.filter(state__in=(Decision.State.DECIDED, Decision.State.ISSUED)).order_by("-id")[:1]


@one_transaction
def issue_decided(*, subject: Subject, at: datetime) -> Decision | None:
    """施行: what was decided last about a subject goes out now, by its notice. Told again, it changes nothing; None
    when nothing is decided, or a later decision has cancelled the issue (施行取消)."""
    decision = _last_decided.first(subject.type, subject.id)
    if decision is not None and decision.state == Decision.State.DECIDED:
        decision.state, decision.issued_at = Decision.State.ISSUED, at
        update(decision, "state", "issued_at")
        record(decision, "decision.issued", actor=SYSTEM, at=at)
    return decision


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
