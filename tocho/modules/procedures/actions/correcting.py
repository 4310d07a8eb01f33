from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused

from ..models import Application, Correction
from ..queries import definition, form_sources
from .applying import NotComplete
from .recording import record, subject_of, tell_applicant


class CaseMoved(Refused):
    """The case is no longer where the person saw it."""


def lock_case(application_id: int, *, expected: Sequence[str]) -> Application:
    """The locked case, if it is in one of the expected states. :raises CaseMoved:"""
    process.lock(Subject("application", application_id))
    application = Application.objects.select_for_update().get(id=application_id)
    if application.state not in expected:
        raise CaseMoved(
            _("この案件はいま「%(state)s」です。ほかの操作が先に行われたため、画面を開き直してください。")
            % {"state": application.get_state_display()}
        )
    return application


def finish_examination(application: Application, *, outcome: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Complete the open 審査 task of the case as this officer.

    :raises CaseMoved: nobody is asked to examine now, or the officer's post does not reach this case any more.
    """
    tasks = process.tasks_of(subject_of(application))
    task = next((task for task in tasks if task.kind == "procedures.examine"), None)
    if task is None or actor.user_id is None or not org.may_act(actor.user_id, task.address, at=at):
        raise CaseMoved(_("この案件を審査できるのは、担当の課にいまいる職員だけです。画面を開き直してください。"))
    process.complete_task(task.id, outcome=dict(outcome), actor=actor, at=at)


@transaction.atomic
def request_correction(
    *, application_id: int, message: str, fields: Sequence[str], deadline_on: date, actor: Actor, at: datetime
) -> Correction:
    """補正の求め (行政手続法7条): tell the applicant what is missing and until when; the standard clock stops today.

    :raises Refused: no message, or a deadline that is not in the future or on a closed day.
    :raises CaseMoved:
    """
    if not message.strip():
        raise Refused(_("申請者に伝える内容を入力してください。"))
    if deadline_on <= calendar.office_day(at):
        raise Refused(_("期限は、あすより後の日にしてください。"))
    application = lock_case(application_id, expected=[Application.State.EXAMINING])
    correction = Correction.objects.create(
        application=application,
        message=message.strip(),
        fields=list(fields),
        deadline_on=deadline_on,
        requested_by_id=actor.user_id or 0,
        requested_at=at,
        answers_before=application.answers,
    )
    application.state, application.stopped_on = Application.State.CORRECTION, calendar.office_day(at)
    application.save(update_fields=["state", "stopped_on"])
    finish_examination(
        application,
        outcome={"examine_result": "correct", "correction_deadline": deadline_on.isoformat()},
        actor=actor,
        at=at,
    )
    record(application, "application.correction_requested", actor=actor, at=at, deadline=deadline_on.isoformat())
    tell_applicant(
        application,
        "correction_requested",
        key=str(correction.id),
        at=at,
        message=correction.message,
        deadline=deadline_on.isoformat(),
    )
    return correction


@transaction.atomic
def answer_correction(*, application_id: int, answers: Mapping[str, Any], at: datetime) -> Application:
    """The applicant's answer to the open correction; the standard clock goes on, the office finds the case again.

    Sent twice it changes nothing the second time. A fee is not computed anew: it was fixed at the arrival.
    :raises NotComplete: the mended form still has errors.
    """
    process.lock(Subject("application", application_id))
    application = Application.objects.select_for_update().get(id=application_id)
    correction = application.corrections.filter(answered_at=None, expired_at=None).first()
    if correction is None:
        return application
    compiled = definition(application.version_id)
    result = compiled.form.clean_all({**application.answers, **answers}, form_sources(compiled, application, at=at))
    if result.errors:
        raise NotComplete(result.errors)
    application.answers = result.values
    correction.answered_at = at
    correction.save(update_fields=["answered_at"])
    restart_clock(application, at=at)
    application.save(update_fields=["answers", "state", "stopped_on", "stopped_days", "due_on"])
    record(application, "application.corrected", actor=Actor(user_id=application.user_id), at=at)
    process.send_message(subject=subject_of(application), name="applicant_corrected", data={}, at=at)
    application.refresh_from_db()
    return application


def restart_clock(application: Application, *, at: datetime) -> None:
    """Let the 標準処理期間 go on: the days it stood are added to the due date. The caller saves."""
    if application.stopped_on is None or application.due_on is None:
        return
    stood = calendar.business_days_between(application.stopped_on, calendar.office_day(at))
    application.stopped_days += stood
    application.due_on = calendar.add_business_days(application.due_on, stood)
    application.stopped_on = None
    application.state = Application.State.EXAMINING


@transaction.atomic
def expire_correction(*, application_id: int, at: datetime) -> Application:
    """The deadline passed without an answer: the case returns to the office, which decides what follows (7条 拒否)."""
    application = Application.objects.select_for_update().get(id=application_id)
    open_ones = application.corrections.filter(answered_at=None, expired_at=None)
    if open_ones.update(expired_at=at):
        restart_clock(application, at=at)
        application.save(update_fields=["state", "stopped_on", "stopped_days", "due_on"])
        record(application, "application.correction_expired", actor=SYSTEM, at=at)
    return application
