from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.dossiers import api as dossiers

from ..models import Application, Correction
from ..queries import MUNICIPALITY, definition, document_name, documents_of, form_sources
from .applying import know_applicant
from .casework import (
    CLOCK_FIELDS,
    NotComplete,
    finish_examination,
    lock_case,
    locked_application,
    restart_clock,
    stop_clock,
)
from .checking import checks_of, compute
from .cosigning import ask_again_if_changed
from .forwarding import settle_resubmission
from .recording import record, subject_of, tell_applicant
from .representing import acting
from .rounds import findings_of, take_report

LONGEST_CORRECTION = timedelta(days=366)


class CorrectionOver(Refused):
    """The deadline of the correction has passed; the answer was not taken."""


@transaction.atomic
def request_correction(
    *, application_id: int, message: str, fields: Sequence[str], deadline_on: date, actor: Actor, at: datetime
) -> Correction:
    """補正の求め (行政手続法7条): tell the applicant what is missing and until when; the standard clock stops today.

    Answers that a reservation was made by are not asked for: another seat is another application.
    :raises Refused: no message, or a deadline that is not between tomorrow and a year from now.
    :raises CaseMoved:
    """
    if not message.strip():
        raise Refused(_("申請者に伝える内容を入力してください。"))
    if deadline_on <= calendar.office_day(at):
        raise Refused(_("期限は、あす以降の日にしてください。"))
    if deadline_on > calendar.office_day(at) + LONGEST_CORRECTION:
        raise Refused(_("期限は、1年以内の日にしてください。"))
    application = lock_case(application_id, expected=[Application.State.EXAMINING])
    subject, now = subject_of(application), definition(application.version_id).facts.round(application.round)
    returned = dossiers.return_flagged(subject=subject, unit=application.unit, actor=actor, at=at)
    correction = Correction.objects.create(
        application=application,
        documents=[document_name(item.key, item.party) for item in returned if item.party != MUNICIPALITY],
        message=message.strip(),
        fields=[key for key in fields if key not in definition(application.version_id).fixed_keys],
        deadline_on=deadline_on,
        requested_by_id=actor.user_id or 0,
        requested_at=at,
        answers_before=application.answers,
        part=now.part if now else "",  # in a round of reports it is the report that is put right
    )
    settle_resubmission(application, due_on=deadline_on, actor=actor, at=at)
    stop_clock(application, Application.State.CORRECTION, at=at)
    application.save(update_fields=CLOCK_FIELDS)
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
def answer_correction(
    *, application_id: int, answers: Mapping[str, Any], by: int | None = None, at: datetime
) -> Application:
    """The applicant's answer to the open correction; the standard clock goes on, the office finds the case again.

    Sent twice it changes nothing the second time. The checks run again; the fee was fixed at the arrival, and where the
    mended answers would cost another one a check says so.
    :raises NotComplete: the mended form still has errors.
    :raises CorrectionOver: the deadline passed before; the answer is not taken, and never silently.
    """
    process.lock(Subject("application", application_id))
    application = locked_application.get(application_id)
    correction = application.corrections.last()
    if correction is None or correction.answered_at is not None:
        return application
    if correction.expired_at is not None:
        raise CorrectionOver(_("期限を過ぎていたため、補正を受け取れませんでした。担当の部署にご相談ください。"))
    if correction.documents and (brief := documents_of(application)) and brief.returned:
        raise NotComplete({"documents": [_("出し直す書類がまだそろっていません。")]})
    if correction.part:
        return take_report(application, correction, answers, by=by, at=at)
    compiled = definition(application.version_id)
    mended = {key: value for key, value in answers.items() if key not in compiled.fixed_keys}
    result = compiled.form.clean_all({**application.answers, **mended}, form_sources(compiled, application, at=at))
    if result.errors:
        raise NotComplete(result.errors)
    application.answers, application.computed = result.values, compute(compiled, result.values)
    know_applicant(application)
    correction.answered_at = at
    correction.save(update_fields=["answered_at"])
    restart_clock(application, at=at)
    application.checks = [*checks_of(application, at=at), *findings_of(application)]
    application.save(
        update_fields=["answers", "computed", "checks", "applicant_name", "applicant_email", *CLOCK_FIELDS]
    )
    ask_again_if_changed(application, at=at)
    record(application, "application.corrected", actor=acting(application, by=by, at=at), at=at)
    process.send_message(subject=subject_of(application), name="applicant_corrected", data={}, at=at)
    application.refresh_from_db()
    return application


@transaction.atomic
def expire_correction(*, application_id: int, at: datetime) -> Application:
    """The deadline passed without an answer: the case returns to the office, which decides what follows (7条 拒否)."""
    application = locked_application.get(application_id)
    open_ones = application.corrections.filter(answered_at=None, expired_at=None)
    if open_ones.update(expired_at=at):
        restart_clock(application, at=at)
        application.save(update_fields=CLOCK_FIELDS)
        record(application, "application.correction_expired", actor=SYSTEM, at=at)
    return application
