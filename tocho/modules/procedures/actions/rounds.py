"""A case that is examined in several rounds (一次審査、交付決定、実績報告と額の確定): from one to the next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import JSON, SYSTEM, Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from ..definitions import RoundSpec, in_language
from ..models import Application, Correction, ProcedureVersion
from ..queries import definition
from .casework import (
    CLOCK_FIELDS,
    NotComplete,
    finish_examination,
    lock_case,
    locked_application,
    restart_clock,
    stop_clock,
)
from .checking import compute
from .recording import record, subject_of, tell_applicant
from .representing import acting

FINDING = 1000  # characters of what an examiner writes for the next


def findings_of(application: Application) -> list[dict[str, Any]]:
    """What earlier rounds found, among the checks of a case."""
    return [check for check in application.checks if "round" in check]


@transaction.atomic
def pass_on(*, application_id: int, finding: str, actor: Actor, at: datetime) -> Application:
    """次の審査へ: this round's examiner is done, the process goes on to the next; ``finding`` is what those read there
    and the deciders. Pressed twice the second one is told that the case has moved.

    :raises Refused: this round ends by a decision, or nothing was written.
    :raises CaseMoved: the case is not under examination any more, or not the officer's.
    """
    application = lock_case(application_id, expected=[Application.State.EXAMINING])
    now = definition(application.version_id).facts.round(application.round)
    if now is None or not now.passes_on:
        raise Refused(_("この審査は、次の審査へ回さずに、起案して決定します。"))
    if not finding.strip():
        raise Refused(_("審査の所見を入力してください。次に審査する人が読みます。"))
    said = {
        "title": _("%(round)sの所見") % {"round": in_language(now.title, "ja")},
        "ok": True,
        "detail": finding.strip()[:FINDING],
        "citation": "",
        "round": now.key,
    }
    application.checks = [*application.checks, said]
    update(application, "checks")
    hours = finish_examination(application, outcome={"examine_result": "next"}, actor=actor, at=at)
    record(application, "application.passed_on", actor=actor, at=at, round=now.key, **hours)
    application.refresh_from_db()
    return application


@one_transaction
def begin_round(*, application_id: int, at: datetime) -> dict[str, Any]:
    """The next round of a case begins, in the section that examines it; where it needs a report of the applicant, the
    standard clock stands until that has come.

    Returns what the process goes by: ``round`` (its number), ``examiner`` (the address of its section) and
    ``report_deadline`` (ISO date, "" without a report).
    :raises Refused: there is no further round.
    """
    application = locked_application.get(application_id)
    now = definition(application.version_id).facts.round(application.round + 1)
    if now is None:
        raise Refused(_("この手続に、次の審査はありません。"))
    application.round += 1
    application.unit = now.unit or ProcedureVersion.objects.values_list("unit", flat=True).get(
        id=application.version_id
    )
    deadline = ""
    if now.part:
        deadline = _ask_report(application, now, at=at)
    elif application.stopped_on is not None:
        restart_clock(application, at=at)
    else:
        application.state = Application.State.EXAMINING
    update(application, "round", "unit", *CLOCK_FIELDS)
    return {
        "round": application.round,
        "examiner": f"unit:{org.unit(application.unit).id}",
        "report_deadline": deadline,
    }


def _ask_report(application: Application, now: RoundSpec, *, at: datetime) -> str:
    """Ask the applicant for what this round examines; until which day (ISO)."""
    deadline_on = calendar.office_day(at) + timedelta(days=now.days)
    title = in_language(now.title, application.language)
    asked = Correction.objects.create(
        application=application,
        part=now.part,
        message=_("%(round)sのための報告をお願いします。") % {"round": title},
        deadline_on=deadline_on,
        requested_at=at,
    )
    stop_clock(application, Application.State.REPORTING, at=at)
    record(
        application, "application.report_asked", actor=SYSTEM, at=at, round=now.key, deadline=deadline_on.isoformat()
    )
    tell_applicant(application, "report_asked", key=str(asked.id), at=at, round=title, deadline=deadline_on.isoformat())
    return deadline_on.isoformat()


def take_report(
    application: Application, correction: Correction, answers: Mapping[str, JSON], *, by: int | None, at: datetime
) -> Application:
    """The applicant's report reaches the case, whose row the caller holds; what it computes joins what is known.

    :raises NotComplete: the form still has errors.
    """
    compiled = definition(application.version_id)
    form = compiled.parts[correction.part]
    result = form.clean_all(answers, {})
    if result.errors:
        raise NotComplete(result.errors)
    asked_anew = application.state == Application.State.CORRECTION
    correction.answers, correction.answered_at = result.values, at
    correction.save(update_fields=["answers", "answered_at"])
    known = {**compiled.form.context(application.answers), **application.computed}
    application.computed = {
        **application.computed,
        **compute(compiled, result.values, part=correction.part, known=known),
    }
    restart_clock(application, at=at)
    update(application, "computed", *CLOCK_FIELDS)
    record(application, "application.reported", actor=acting(application, by=by, at=at), at=at)
    message = "applicant_corrected" if asked_anew else "report_given"
    process.send_message(subject=subject_of(application), name=message, data={}, at=at)
    application.refresh_from_db()
    return application
