"""A procedure tried out before it is published: the real form, rules and process, and nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tocho.core.ledger.api import JSON, SYSTEM
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.rows import update

from ..models import Application
from ..queries import definition
from .applying import save_answers, start_application, submit_application
from .casework import NotComplete
from .examining import mark_fee_collected, notice_draft, take_decision
from .publishing import publish_version
from .recording import subject_of

REFUSED_BECAUSE = "（お試しの理由）要件に合わないため。"


@dataclass(frozen=True)
class Rehearsal:
    """What became of an application in a rehearsal; nothing of it exists.

    ``errors`` by question (then nothing else is filled), ``refused`` in plain words where the platform said no.
    ``steps`` are the names and states (done, now, next) of the process; ``notice`` is the PDF (案) of the outcome.
    """

    errors: Mapping[str, list[str]] = field(default_factory=dict)
    refused: str = ""
    fee: int = 0
    computed: Mapping[str, JSON] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    state: str = ""
    outcome: str = ""
    by_rule: bool = False
    waits_for_officer: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list)
    notice: tuple[str, bytes] | None = None


def rehearse(
    *, source: Mapping[str, Any], answers: Mapping[str, JSON], outcome: str = "", language: str = "ja", at: datetime
) -> Rehearsal:
    """Publish, apply, pay, examine and decide, and take all of it back: no row, no mail, no job, no ledger entry stays.

    :param outcome: what the officer would decide (approve, reject); "" leaves the case with the officer.
    :raises DefinitionError: the source cannot be published.
    """
    with transaction.atomic():
        try:
            return _played(source, answers, outcome=outcome, language=language, at=at)
        finally:
            transaction.set_rollback(True)


def _played(
    source: Mapping[str, Any], answers: Mapping[str, JSON], *, outcome: str, language: str, at: datetime
) -> Rehearsal:
    version = publish_version(source=source, actor=SYSTEM, at=at)
    application = start_application(version=version, user_id=None, language=language, at=at)
    save_answers(application_id=application.id, answers=dict(answers), at=at)
    try:
        application = submit_application(application_id=application.id, at=at)
        if application.state == Application.State.FEE_DUE:
            application = mark_fee_collected(application_id=application.id, at=at)
    except NotComplete as error:
        return Rehearsal(errors=error.errors)
    except Refused as error:
        return Rehearsal(refused=error.message)
    application.refresh_from_db()
    waits = application.state == Application.State.EXAMINING
    if waits and outcome:
        _decide(application, outcome, at=at)
        application.refresh_from_db()
    return _seen(application, waits=waits, by_rule=bool(application.outcome) and not waits, at=at)


def _decide(application: Application, outcome: str, *, at: datetime) -> None:
    """What an officer and the deciders would do, without the route: who decides is not tried out here."""
    subject, none = subject_of(application), {"verdict": "none"}
    while process.send_message(subject=subject, name="opinion_answered", data=none, at=at):
        continue  # the sections that the flow asks have no objection
    tasks = process.tasks_of(subject)
    task = next((one for one in tasks if one.kind == "procedures.examine"), None)
    if task is None:
        return
    application.state = Application.State.DECISION_PENDING
    update(application, "state")
    process.complete_task(task.id, outcome={"examine_result": "decide"}, actor=SYSTEM, at=at)
    take_decision(application_id=application.id, outcome=outcome, at=at)


def _seen(application: Application, *, waits: bool, by_rule: bool, at: datetime) -> Rehearsal:
    view = process.where(subject_of(application))
    notice = None
    if application.outcome:
        reasons = REFUSED_BECAUSE if application.outcome == "reject" else ""
        notice = notice_draft(application, outcome=application.outcome, reasons=reasons, at=at)
    known = definition(application.version_id).form.questions
    return Rehearsal(
        fee=application.fee,
        computed={key: value for key, value in application.computed.items() if key not in known and key != "fee"},
        checks=list(application.checks),
        state=application.get_state_display(),
        outcome=application.outcome,
        by_rule=by_rule,
        waits_for_officer=waits and not application.outcome,
        steps=[(step.name, step.state) for step in view.steps] if view else [],
        notice=notice,
    )
