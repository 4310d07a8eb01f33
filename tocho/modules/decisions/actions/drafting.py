from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.lib.errors import Refused
from tocho.lib.rows import insert
from tocho.modules.records import api as records

from ..models import Attachment, Decision, Revision, Step
from ..queries.pages import attachments_of
from ..queries.routes import Route, find_route
from ..queries.standing import may_redraft
from ..rules import Consultation, content_digest, events
from ..rules.matter import OPEN
from .moving import happen, happened
from .numbering import take_number, use_reservation
from .recording import keep_words, record
from .refusals import DraftRefused
from .relating import relate


@dataclass(frozen=True)
class Draft:
    """What is drafted (起案): kind of matter and facts for the authority table, content, what it is about, whose it is.

    ``content`` holds title, body, outcome and optionally reasons, brief ([[label, value]]) and attachments (file ids).
    ``consultations`` are asked besides those the table names; ``relates_to`` is an earlier decision that this one
    cancels or changes; ``paper_reason`` makes it a paper exception; ``reservation`` is a number reserved before.
    """

    category: str
    facts: Mapping[str, Any]
    content: Mapping[str, Any]
    subject: Subject | None
    unit: str
    consultations: Sequence[Consultation] = ()
    relates_to: int | None = None
    relation: str = ""
    paper_reason: str = ""
    reservation: int | None = None
    due_on: date | None = None
    received: int | None = None  # the received document (収受文書) that it answers


@transaction.atomic
def create_draft(draft: Draft, *, drafter: Actor, at: datetime) -> Decision:
    """起案: put a matter on paper without paper; its number is given out here and kept to the end.

    A matter that came back (差戻し, 引戻し) is drafted anew as its next revision under the same number.
    :raises DraftRefused: a decision about the same subject is already under way.
    :raises NoRoute: the authority table or the organisation gives no way to a decider.
    :raises Refused: what it relates to is not decided; the reserved number is not free.
    """
    decision = lock_open(draft.subject) if draft.subject else None
    if decision is not None and decision.state not in OPEN:
        raise DraftRefused(_("この案件はすでに回付中です。差し戻しか引き戻しのあとで直せます。"))
    if decision is None:
        decision = _new(draft, drafter=drafter, at=at)
    written = _write(decision, draft, drafter=drafter, at=at)
    if draft.received is not None:
        records.link_received(
            received_id=draft.received, subject_type="decision", subject_id=written.id, actor=drafter, at=at
        )
    return written


@transaction.atomic
def redraft(*, decision_id: int, draft: Draft, drafter: Actor, at: datetime) -> Decision:
    """Write a draft anew that is in the drafter's hands (起案中, 差戻し, 引戻し).

    Once the drafter has left the office, a colleague takes it over so, and is the drafter from then on.

    :raises DraftRefused: it circulates or has ended, or is another's. :raises NoRoute: as ``create_draft``.
    """
    decision = Decision.objects.select_for_update().get(id=decision_id)
    if decision.state not in OPEN or not may_redraft(decision, drafter.user_id or 0, at=at):
        raise DraftRefused(_("直せるのは、手元にある自分の起案だけです。"))
    return _write(decision, draft, drafter=drafter, at=at)


def _new(draft: Draft, *, drafter: Actor, at: datetime) -> Decision:
    day = calendar.office_day(at)
    if draft.reservation is not None:
        symbol, fiscal_year, number = use_reservation(draft.reservation, unit=draft.unit, at=at)
    else:
        symbol, fiscal_year, number = take_number(unit=draft.unit, on=day)
    decision = Decision(symbol=symbol, fiscal_year=fiscal_year, number=number)
    if draft.subject is None:  # a matter of its own: it is about itself
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('decisions_decision', 'id'))")
            (decision.id,) = cursor.fetchone()
        decision.subject_type, decision.subject_id = "decision", decision.id
    else:
        decision.subject_type, decision.subject_id = draft.subject.type, draft.subject.id
    return decision


def _write(decision: Decision, draft: Draft, *, drafter: Actor, at: datetime) -> Decision:
    if decision.state != Decision.State.DRAFTING:
        decision.revision += 1
        decision.circuit += 1
    route = find_route(
        category=draft.category,
        facts=draft.facts,
        unit=draft.unit,
        drafter=drafter,
        at=at,
        consultations=draft.consultations,
    )
    relate(decision, to=draft.relates_to, relation=draft.relation)
    decision.state, decision.asked_back, decision.note = Decision.State.DRAFTING, False, ""
    decision.category, decision.facts, decision.unit = draft.category, dict(draft.facts), draft.unit
    decision.medium = Decision.Medium.PAPER if draft.paper_reason else Decision.Medium.ELECTRONIC
    decision.paper_reason, decision.due_on = draft.paper_reason, draft.due_on
    _take_content(decision, draft.content)
    decision.authority_id, decision.article, decision.why = route.table_id, route.article, route.why
    decision.power, decision.delegation_id, decision.collapses = route.power, route.delegation_id, route.collapses
    decision.drafter_id, decision.drafter_post_id = drafter.user_id, drafter.post_id
    decision.drafted_at, decision.circulated_at = at, None
    is_new = decision._state.adding
    decision.save()
    voided = 0 if is_new else _clear(decision)
    _write_route(decision, route)
    attached = _attach(decision, draft.content.get("attachments", ()))
    write_revision(decision, drafter, attached, at=at)
    keep_words(decision)
    more: dict[str, Any] = {"medium": decision.medium} if draft.paper_reason else {}
    more |= {"post_reviews_void": voided} if voided else {}
    record(decision, "decision.drafted", actor=drafter, at=at, revision=decision.revision, **more)
    return decision


def _take_content(decision: Decision, content: Mapping[str, Any]) -> None:
    decision.title, decision.body, decision.outcome = content["title"], content["body"], content["outcome"]
    decision.reasons = content.get("reasons", "")
    decision.brief = [list(row) for row in content.get("brief", ())]


def lock_open(subject: Subject) -> Decision | None:
    """The open decision about a subject, locked until the transaction ends; None when there is none."""
    return (
        Decision.objects.select_for_update()
        .filter(subject_type=subject.type, subject_id=subject.id)
        .exclude(state__in=Decision.FINAL)
        .first()
    )


def _clear(decision: Decision) -> int:
    """What stands of the revision in the drafter's hands is written anew; what circulated keeps its own numbers. How
    many 後閲 fell away with it."""
    voided, _rows = decision.steps.filter(circuit=decision.circuit, kind=Step.Kind.POST_REVIEW).delete()
    decision.steps.filter(circuit=decision.circuit).delete()
    decision.attachments.filter(revision=decision.revision).delete()
    decision.revisions.filter(number=decision.revision).delete()
    return voided


def _write_route(decision: Decision, route: Route) -> None:
    Step.objects.bulk_create(
        Step(
            decision=decision,
            circuit=decision.circuit,
            revision=decision.revision,
            stage=one.stage,
            needed=one.needed,
            kind=one.kind,
            post_id=one.post_id,
            deputies=list(route.deputies) if one.kind == Step.Kind.DECIDE else [],
        )
        for one in route.stations
    )


def _attach(decision: Decision, file_ids: Sequence[int]) -> list[int]:
    rows = [
        Attachment(decision=decision, revision=decision.revision, file_id=view.id, name=view.name)
        for view in (files.views(file_ids) if file_ids else ())
    ]
    Attachment.objects.bulk_create(rows)
    return [row.file_id for row in rows]


def write_revision(
    decision: Decision, by: Actor, attached: Sequence[int], *, why: str = "", is_major: bool = True, at: datetime
) -> None:
    """Keep what this revision says, for those who will have answered it."""
    digest = content_digest(
        title=decision.title,
        body=decision.body,
        outcome=decision.outcome,
        reasons=decision.reasons,
        brief=decision.brief,
        attachments=[str(file_id) for file_id in attached],
    )
    insert(
        Revision(
            decision_id=decision.id,
            number=decision.revision,
            title=decision.title,
            body=decision.body,
            reasons=decision.reasons,
            outcome=decision.outcome,
            brief=decision.brief,
            content_digest=digest,
            is_major=is_major,
            why=why,
            made_by_id=by.user_id,
            made_at=at,
        )
    )


@transaction.atomic
def circulate_draft(*, decision_id: int, actor: Actor, at: datetime) -> Decision:
    """回付: send the draft on its way; its first stations find it in the inbox.

    Sent twice (a double click) it changes nothing the second time.
    :raises DraftRefused: it is already decided, somebody else's draft, or one that circulates on paper.
    """
    decision = Decision.objects.select_for_update().get(id=decision_id)
    if decision.state in (Decision.State.CIRCULATING, Decision.State.ON_HOLD):
        return decision
    if decision.medium == Decision.Medium.PAPER:
        raise DraftRefused(_("書面で回付する事案です。決定したあとで、書面による決定を登録してください。"))
    decision.circulated_at = at
    event = events.Circulate(actor.user_id or 0)
    done = happen(decision, event, actor=actor, at=at, also=("circulated_at",))
    return happened(done, actor=actor, at=at)


@transaction.atomic
def defer_stations(*, decision_id: int, steps: Iterable[int], actor: Actor, at: datetime) -> Decision:
    """Leave stations to 後閲 before circulation, since their people will not be there in time; one entry for each.

    :raises DraftRefused: it circulates already or on paper, is another's, or a station is a 審査 or the decision.
    """
    decision = Decision.objects.select_for_update().get(id=decision_id)
    if decision.medium == Decision.Medium.PAPER:
        raise DraftRefused(_("書面で回付する事案には、後閲はありません。"))
    for step in steps:
        done = happen(decision_id, events.Defer(actor.user_id or 0, step), actor=actor, at=at)
        decision = happened(done, actor=actor, at=at)
    return decision


@transaction.atomic
def revise_draft(
    *,
    decision_id: int,
    step_id: int | None,
    changes: Mapping[str, Any],
    is_major: bool,
    actor: Actor,
    seen: int | None = None,
    at: datetime,
) -> Decision:
    """改訂 during circulation, by the drafter or by whose turn it is (``step_id``): a new revision. After a major
    change (重要な変更) everybody is asked again; after a minor one those who approved are told. What was approved
    stays approved as it was.

    :param changes: title, body, reasons, attachments (file ids, in place of all there are) where they change, and
        ``why`` (needed).
    :param seen: the revision that is revised; of two who revise the same one, the second is told of the first.
    :raises Changed: it was revised meanwhile.
    :raises StepGone: it does not circulate. :raises NotYourStep: neither the drafter nor whose turn it is.
    :raises Refused: no reason for the change, or nothing changes.
    """
    why = str(changes.get("why", "")).strip()
    if not why:
        raise Refused(_("改訂の理由を入力してください。関与者に伝わります。"))
    event = events.Revise(actor.user_id or 0, is_major, step_id, seen)
    done = happen(decision_id, event, actor=actor, at=at)
    decision = done.decision
    names = [name for name in ("title", "body", "reasons") if name in changes]
    annexes: Sequence[int] = changes.get("attachments", ())
    if not annexes and all(getattr(decision, name) == changes[name] for name in names):
        raise Refused(_("何も変わっていません。直してから改訂してください。"))
    for name in names:
        setattr(decision, name, changes[name])
    decision.save(update_fields=names)
    before = [file.file_id for file in attachments_of(decision.id, decision.revision - 1)]
    write_revision(decision, actor, _attach(decision, annexes or before), why=why, is_major=is_major, at=at)
    keep_words(decision)
    return happened(done, actor=actor, at=at)
