import io
import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.jobs.api import app as jobs
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.engines.documents.api import RenderError
from tocho.engines.process import api as process
from tocho.engines.rules.api import RuleError
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction
from tocho.modules.bookings import api as bookings
from tocho.modules.decisions import api as decisions
from tocho.modules.notices import api as notices

from ..definitions import ProcedureDefinition, in_language
from ..models import Application
from ..queries import awaits_municipality, decision_content, definition, notice_data, notice_spec, rule_context
from .casework import CLOCK_FIELDS, finish_examination, lock_case, locked_application, restart_clock, stop_clock
from .cosigning import refuse_unsigned
from .documents import refuse_unchecked
from .forwarding import refuse_unforwarded, share_with_municipality
from .recording import record, subject_of

logger = logging.getLogger(__name__)


@transaction.atomic
def mark_fee_collected(*, application_id: int, at: datetime) -> Application:
    """The fee is in: the clock runs and the case is examined. Told again (a callback twice) it changes nothing."""
    held = process.lock(Subject("application", application_id))
    application = locked_application.get(application_id)
    if application.state == Application.State.FEE_DUE:
        restart_clock(application, at=at)
        update(application, *CLOCK_FIELDS)
        record(application, "application.fee_collected", actor=SYSTEM, at=at)
        share_with_municipality(application, at=at)
        process.send_message(subject=subject_of(application), name="fee_collected", data={}, held=held, at=at)
        application.refresh_from_db()
    return application


@one_transaction
def decide_automatically(*, application_id: int, at: datetime) -> dict[str, Any]:
    """Let the rule table ``auto`` decide where the procedure allows it; otherwise a person will.

    On the waiting list the standard clock stands: nobody here can hurry a seat. A rule that fails decides nothing.
    Returns what the process goes by: ``auto``, ``decision_outcome`` and ``seat`` (confirmed, waiting or "").
    """
    application = locked_application.get(application_id)
    compiled = definition(application.version_id)
    context = rule_context(application, at=at)
    seat = context["seat"]
    if seat == "waiting":
        stop_clock(application, Application.State.WAITING_LIST, at=at)
        update(application, *CLOCK_FIELDS)
        return {"auto": True, "decision_outcome": "", "seat": seat}
    if application.state == Application.State.WAITING_LIST:
        restart_clock(application, at=at)
        update(application, *CLOCK_FIELDS)
    outcome, rule = _ruled(compiled, context)
    waits = outcome == "approve" and awaits_municipality(application)
    if compiled.facts.auto is None or outcome in ("", "human") or waits:
        return {"auto": False, "decision_outcome": "", "seat": seat}
    decisions.decide_by_rule(
        category=compiled.facts.category,
        content=decision_content(application, outcome=outcome, reasons=""),
        rule=rule,
        article=compiled.facts.auto.article,
        subject=subject_of(application),
        unit=application.unit,
        at=at,
    )
    _settle(application, outcome=outcome)
    return {"auto": True, "decision_outcome": outcome, "seat": seat}


def _ruled(compiled: ProcedureDefinition, context: dict[str, Any]) -> tuple[str, str]:
    """What the rule table ``auto`` says, and by which of its rules; nothing where there is none or it fails."""
    if compiled.facts.auto is None:
        return "", ""
    try:
        answer = compiled.rules["auto"].decide(context)
    except RuleError as error:
        logger.exception("the rule table auto of %s fails: %s", compiled.facts.key, type(error).__name__)
        return "", ""
    if not answer.fired or not isinstance(answer.outputs, dict):
        return "", ""
    return str(answer.outputs["outcome"]), f"{compiled.facts.key} auto #{answer.fired[0].number}"


@transaction.atomic
def draft_decision(*, application_id: int, outcome: str, reasons: str, body: str, actor: Actor, at: datetime) -> int:
    """起案 of the decision about a case, sent on its route at once; returns the decision's id.

    :raises Refused: a refusal without reasons (行政手続法8条).
    :raises CaseMoved: the case is not under examination any more, or not the officer's.
    """
    if outcome == "reject" and not reasons.strip():
        raise Refused(_("不承認とするには、理由を入力してください（行政手続法第8条）。通知に書かれます。"))
    decisions.lock(subject=Subject("application", application_id))
    application = lock_case(application_id, expected=[Application.State.EXAMINING])
    if outcome == "approve":
        refuse_unforwarded(application)
        refuse_unchecked(application)
        refuse_unsigned(application)
    compiled = definition(application.version_id)
    now = compiled.facts.round(application.round)
    if outcome == "approve" and now is not None and now.passes_on:
        raise Refused(_("この審査では承認を起案しません。「次の審査へ」を押してください。"))
    decision_id = decisions.draft(
        category=(now.category if now else "") or compiled.facts.category,
        facts={
            "amount": int(application.computed.get("amount") or application.fee),
            "importance": compiled.facts.importance,
        },
        content=_content(application, outcome=outcome, reasons=reasons.strip(), body=body.strip(), actor=actor, at=at),
        subject=subject_of(application),
        unit=application.unit,
        drafter=actor,
        at=at,
    )
    application.state = Application.State.DECISION_PENDING
    update(application, "state")
    hours = finish_examination(application, outcome={"examine_result": "decide"}, actor=actor, at=at)
    record(application, "application.examined", actor=actor, at=at, outcome=outcome, **hours)
    decisions.circulate(decision_id=decision_id, actor=actor, at=at)
    return decision_id


def _content(
    application: Application, *, outcome: str, reasons: str, body: str, actor: Actor, at: datetime
) -> dict[str, Any]:
    """What the deciders read, with the notice as it would go out (別紙（案）) where this outcome has one."""
    content = decision_content(application, outcome=outcome, reasons=reasons, body=body)
    annex = notice_draft(application, outcome=outcome, reasons=reasons, at=at)
    if annex is None:
        return content
    name, pdf = annex
    kept = files.store(io.BytesIO(pdf), name=name, allowed=frozenset({"application/pdf"}), by=actor, at=at)
    return {**content, "attachments": [kept.id]}


def notice_draft(application: Application, *, outcome: str, reasons: str, at: datetime) -> tuple[str, bytes] | None:
    """The notice of an outcome before it is decided: file name and PDF, unsigned and marked 案. None where this outcome
    has no notice, or where its template fails on these answers: the deciders then see the answers themselves."""
    compiled = definition(application.version_id)
    spec = notice_spec(application, outcome)
    if spec is None:
        return None
    title = in_language(spec.title, application.language)
    data = notice_data(application, spec, None, reasons=reasons, at=at)
    try:
        pdf = notices.preview(
            title=title, source=compiled.notices[spec.template], data=data, profile=spec.profile, at=at
        )
    except (RenderError, RuleError) as error:
        logger.exception("the notice of %s cannot be drafted: %s", compiled.facts.key, type(error).__name__)
        return None
    return f"{title}（案）.pdf", pdf


@one_transaction
def take_decision(*, application_id: int, outcome: str, at: datetime) -> Application:
    """What the deciders said reaches the case: decided (approve, reject) or sent back to the office ("returned")."""
    subject = Subject("application", application_id)
    held = process.lock(subject)
    application = locked_application.get(application_id)
    if application.state != Application.State.DECISION_PENDING:
        return application
    if outcome == "returned":
        application.state = Application.State.EXAMINING
        update(application, "state")
        process.send_message(subject=subject, name="decision_returned", data={}, held=held, at=at)
        return application
    _settle(application, outcome=outcome)
    decided = {"decision_outcome": outcome}
    process.send_message(subject=subject, name="decision_decided", data=decided, held=held, at=at)
    return application


def _settle(application: Application, *, outcome: str) -> None:
    application.state = Application.State.DECIDED
    application.outcome = outcome
    update(application, "state", "outcome")
    if outcome != "approve":  # by a job of its own: a slot is locked before a decision, and the decision is locked now
        jobs.configure_task("procedures.free_places").defer(application_id=application.id)


@transaction.atomic
def free_places(*, application_id: int, at: datetime) -> None:
    """Give back what a refused application had reserved; the waiting line moves up. Done again it changes nothing."""
    bookings.cancel(subject=Subject("application", application_id), at=at)
