from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.rows import update

from ..models import Attachment, Decision, Step
from ..queries import find_route
from ..signals import decision_withdrawn
from .numbering import take_number
from .recording import record


class DraftRefused(Refused):
    """The draft cannot be made, circulated or taken back in its present state."""


OPEN = (Decision.State.DRAFTING, Decision.State.RETURNED, Decision.State.PULLED_BACK)


@transaction.atomic
def create_draft(
    *,
    category: str,
    facts: Mapping[str, Any],
    content: Mapping[str, Any],
    subject: Subject,
    unit: str,
    drafter: Actor,
    at: datetime,
) -> Decision:
    """起案: put a matter on paper without paper; its number is given out here and kept to the end.

    ``content`` holds title, body, outcome and optionally reasons, brief ([[label, value]]) and attachments (file ids).
    A matter that came back (差戻し, 引戻し) is drafted anew as its next revision under the same number.
    :raises DraftRefused: a decision about the same subject is already under way.
    """
    decision = lock_open(subject)
    if decision is not None and decision.state not in OPEN:
        raise DraftRefused(_("この案件はすでに回付中です。差し戻しか引き戻しのあとで直せます。"))
    if decision is None:
        symbol, fiscal_year, number = take_number(unit=unit, on=calendar.office_day(at))
        decision = Decision(symbol=symbol, fiscal_year=fiscal_year, number=number)
        decision.subject_type, decision.subject_id = subject.type, subject.id
    elif decision.state != Decision.State.DRAFTING:
        decision.revision += 1
    route = find_route(category=category, facts=facts, unit=unit, drafter=drafter, on=calendar.office_day(at))
    decision.state = Decision.State.DRAFTING
    decision.category, decision.facts, decision.unit = category, dict(facts), unit
    decision.title, decision.body, decision.outcome = content["title"], content["body"], content["outcome"]
    decision.reasons = content.get("reasons", "")
    decision.brief = [list(row) for row in content.get("brief", ())]
    decision.authority_id, decision.article, decision.why = route.table_id, route.article, route.why
    decision.drafter_id, decision.drafter_post_id = drafter.user_id, drafter.post_id
    decision.drafted_at, decision.circulated_at = at, None
    decision.save()
    _write_route(decision, route.stations)
    _attach(decision, content.get("attachments", ()))
    record(decision, "decision.drafted", actor=drafter, at=at, revision=decision.revision)
    return decision


def lock_open(subject: Subject) -> Decision | None:
    """The open decision about a subject, locked until the transaction ends; None when there is none."""
    return (
        Decision.objects.select_for_update()
        .filter(subject_type=subject.type, subject_id=subject.id)
        .exclude(state__in=Decision.FINAL)
        .first()
    )


def _write_route(decision: Decision, stations: Sequence[tuple[str, int]]) -> None:
    decision.steps.filter(revision=decision.revision).delete()
    Step.objects.bulk_create(
        Step(decision=decision, revision=decision.revision, position=position, kind=kind, post_id=post_id)
        for position, (kind, post_id) in enumerate(stations, start=1)
    )


def _attach(decision: Decision, file_ids: Sequence[int]) -> None:
    decision.attachments.filter(revision=decision.revision).delete()
    Attachment.objects.bulk_create(
        Attachment(decision=decision, revision=decision.revision, file_id=view.id, name=view.name)
        for view in (files.views(file_ids) if file_ids else ())
    )


@transaction.atomic
def circulate_draft(*, decision_id: int, actor: Actor, at: datetime) -> Decision:
    """回付: send the draft on its way; its first station finds it in the inbox.

    Sent twice (a double click) it changes nothing the second time.
    :raises DraftRefused: it is already decided, or somebody else's draft.
    """
    decision = Decision.objects.select_for_update().get(id=decision_id)
    if decision.state == Decision.State.CIRCULATING:
        return decision
    if decision.state != Decision.State.DRAFTING:
        raise DraftRefused(_("この起案はもう回付できません。画面を開き直して、いまの状態を確かめてください。"))
    if decision.drafter_id != actor.user_id:
        raise DraftRefused(_("回付できるのは、起案した人だけです。"))
    decision.state, decision.circulated_at = Decision.State.CIRCULATING, at
    update(decision, "state", "circulated_at")
    record(decision, "decision.circulated", actor=actor, at=at, revision=decision.revision)
    open_next_step(decision, at=at)
    return decision


@kept
def _waiting_steps(decision_id: int, revision: int) -> QuerySet[Step]:
    steps = Step.objects.filter(decision_id=decision_id, revision=revision, state=Step.State.WAITING)
    return steps.order_by("position")


def open_next_step(decision: Decision, *, at: datetime) -> Step:
    """Make the first waiting station of the current revision active and put it into the inbox of its post."""
    step = _waiting_steps(decision.id, decision.revision)[0]
    step.state, step.activated_at = Step.State.ACTIVE, at
    step.task_id = process.open_task(
        kind="decisions.decide" if step.kind == Step.Kind.DECIDE else "decisions.review",
        subject=Subject("decision", decision.id),
        title=decision.title,
        address=f"post:{step.post_id}",
        due_on=None,
        at=at,
    )
    update(step, "state", "activated_at", "task_id")
    return step


@transaction.atomic
def pull_back_draft(*, decision_id: int, actor: Actor, reason: str, at: datetime) -> Decision:
    """引戻し: the drafter takes the draft back before anyone has acted on this revision.

    :raises DraftRefused: somebody has already acted, or it is not the drafter who asks.
    """
    decision = Decision.objects.select_for_update().get(id=decision_id)
    if decision.state == Decision.State.PULLED_BACK:
        return decision
    if decision.drafter_id != actor.user_id or decision.state != Decision.State.CIRCULATING:
        raise DraftRefused(_("引き戻せるのは、回付中の自分の起案だけです。"))
    if decision.steps.filter(revision=decision.revision, acted_at__isnull=False).exists():
        raise DraftRefused(_("すでに関与者が処理したため、引き戻せません。差し戻しを依頼してください。"))
    stop_circulation(decision, actor=actor, at=at)
    decision.state = Decision.State.PULLED_BACK
    update(decision, "state")
    record(decision, "decision.pulled_back", actor=actor, at=at, revision=decision.revision)
    _tell_withdrawn(decision, reason=reason, at=at)
    return decision


@transaction.atomic
def abandon_draft(*, subject: Subject, reason: str, actor: Actor, at: datetime) -> Decision | None:
    """廃案: end the open decision about a subject with a reason; its number is kept. None when there is none."""
    decision = lock_open(subject)
    if decision is None:
        return None
    stop_circulation(decision, actor=actor, at=at)
    decision.state = Decision.State.ABANDONED
    update(decision, "state")
    record(decision, "decision.abandoned", actor=actor, at=at, reason=reason)
    return decision


def stop_circulation(decision: Decision, *, actor: Actor, at: datetime) -> None:
    """Void what is still open of the current revision and take it out of the inboxes."""
    active = decision.steps.filter(state=Step.State.ACTIVE).exclude(task_id=None)
    for task_id in active.values_list("task_id", flat=True):
        process.close_task(task_id or 0, outcome={"state": "superseded"}, actor=actor, at=at)
    decision.steps.filter(state__in=[Step.State.ACTIVE, Step.State.WAITING]).update(state=Step.State.SUPERSEDED)


def _tell_withdrawn(decision: Decision, *, reason: str, at: datetime) -> None:
    decision_withdrawn.send(
        Decision,
        decision_id=decision.id,
        subject=Subject(decision.subject_type, decision.subject_id),
        outcome=decision.outcome,
        reason=reason,
        at=at,
    )
