from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.rows import update

from ..models import Attachment, Decision, Step
from .deciding import close_matter, tell_decided
from .following import follow_rule_on_paper
from .recording import locked_decision, record
from .refusals import DraftRefused
from .relating import follow_relation


@dataclass(frozen=True)
class OnPaper:
    """What the paper says: when the decider signed it, and the scans of it (file ids)."""

    decided_at: datetime
    scans: Sequence[int]


@transaction.atomic
def enter_paper_decision(*, decision_id: int, paper: OnPaper, actor: Actor, at: datetime) -> Decision:
    """書面による決定を登録する: an exception with its reason, counted against the 電子決定率. The drafter enters who
    held the decider's post on that day, and the scan of what was signed.

    :raises DraftRefused: not a paper exception of the actor that still waits.
    :raises RuleChanged: the authority table of that day gives another route (ADR 0030).
    :raises Refused: no scan, a day to come or before the draft, nobody in the decider's post then, or the drafter; the
        委任 by which it was decided had ended.
    """
    decision = locked_decision.get(decision_id)
    waits = decision.state == Decision.State.DRAFTING and decision.medium == Decision.Medium.PAPER
    if not waits or decision.drafter_id != actor.user_id:
        raise DraftRefused(_("書面による決定を登録できるのは、書面で回付した自分の起案だけです。"))
    if not paper.scans:
        raise Refused(_("決定を受けた起案書の写し（PDF）を添えてください。"))
    first = calendar.office_day(decision.drafted_at)
    if paper.decided_at > at or calendar.office_day(paper.decided_at) < first:
        raise Refused(_("決定の日は、起案の日からきょうまでの日にしてください。"))
    follow_rule_on_paper(decision, on=calendar.office_day(paper.decided_at))
    decider = _answer_on_paper(decision, paper, actor, at=at)
    for view in files.views(paper.scans):
        Attachment.objects.create(decision=decision, revision=decision.revision, file_id=view.id, name=view.name)
    follow_relation(decision, at=at)
    close_matter(decision, Decision.State.DECIDED, by=decider, at=paper.decided_at)
    record(
        decision, "decision.decided", actor=actor, at=at, content=decision.content_digest, article=decision.article,
        capacity="paper", paper_reason=decision.paper_reason, power=decision.power,
    )  # fmt: skip
    tell_decided(decision, at=at)
    return decision


def _answer_on_paper(decision: Decision, paper: OnPaper, actor: Actor, *, at: datetime) -> int:
    """The decider's station as it was on paper, and who that was; the others were on paper too, not asked here."""
    decide = decision.steps.get(circuit=decision.circuit, kind=Step.Kind.DECIDE)
    holder = org.holders([decide.post_id], at=paper.decided_at).get(decide.post_id)
    if holder is None or holder.user_id == decision.drafter_id:
        raise Refused(_("その日に決定権者の職にいた人が見つかりません。発令の登録を確かめてください。"))
    for step in decision.steps.filter(circuit=decision.circuit, state=Step.State.WAITING).exclude(id=decide.id):
        step.state = Step.State.SPARED
        update(step, "state")
    decide.state, decide.acted_by_id, decide.acted_at = Step.State.APPROVED, holder.user_id, paper.decided_at
    decide.acted_post_id, decide.capacity = holder.post.id, Step.Capacity.PAPER
    decide.evidence = {"entered_by": actor.user_id, "entered_at": at.isoformat(), "reason": decision.paper_reason}
    decide.revision = decision.revision
    update(decide, "state", "acted_by", "acted_at", "acted_post", "capacity", "evidence", "revision")
    return holder.user_id
