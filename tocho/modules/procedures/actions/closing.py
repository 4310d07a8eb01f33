from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction
from tocho.modules.bookings import api as bookings
from tocho.modules.decisions import api as decisions
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.opinions import api as opinions

from ..definitions import in_language
from ..models import Application
from ..queries import definition, notice_data, notice_spec, way_of
from ..rules import within_standard
from .casework import locked_application
from .forwarding import free_municipality
from .recording import record, subject_of, tell_applicant
from .retention import end_of_retention

ISSUING = "procedures.issue_notice"  # the handler of the step 「通知を出す」


@one_transaction
def issue_notice(*, application_id: int, at: datetime) -> int | None:
    """Hand the decision to modules/notices, which makes, signs and delivers the notice; with that it is 施行済.

    The id of the notice; None where nothing goes out: the procedure has no notice for this outcome (the decision is
    施行済 at once), or the issue was cancelled. Asked again it returns the same notice.
    """
    application = locked_application.get(application_id)
    compiled = definition(application.version_id)
    spec = notice_spec(application, application.outcome)
    decision = decisions.decided_about(subject_of(application))
    if decision is None:
        return None
    if spec is None:
        decisions.issue(decision_id=decision.id, at=at)
        return None
    electronic = way_of(application) == notices.Delivery.ELECTRONIC  # デジタル手続法7条1項ただし書
    return notices.issue(
        subject=subject_of(application),
        kind=kind_of_notice(application),
        decision_id=decision.id,
        title=in_language(spec.title, application.language),
        source=compiled.notices[spec.template],
        data=notice_data(application, spec, decision, at=at),
        profile=spec.profile,
        recipient_email=application.applicant_email if electronic else "",
        recipient_user_id=application.user_id if electronic else None,
        unit=application.unit,
        wish="application" if electronic else "",
        at=at,
    )


def kind_of_notice(application: Application) -> str:
    """What the notice of the outcome in this round is called: ``procedure.key``."""
    facts = definition(application.version_id).facts
    return f"{facts.key}.{facts.outcome_key(application.round, application.outcome, facts.notices)}"


@kept
def _decided(application_id: int) -> QuerySet[Application]:
    return Application.objects.filter(id=application_id, state=Application.State.DECIDED)


def go_on_after_notice(*, application_id: int, kind: str, at: datetime) -> bool:
    """The notice is out, or will not go out any more: the case that waited for it goes on. False for any other notice
    of the case, a correction of an earlier one for example, and when it has gone on already."""
    application = _decided.first(application_id)
    if application is None or kind != kind_of_notice(application):
        return False
    return process.finish_step(subject=subject_of(application), handler=ISSUING, at=at)


@one_transaction
def go_on_without_notice(*, application_id: int, kind: str, at: datetime) -> bool:
    """The notice that the case waited for will not go out. Where the applicant gave back what was granted, the case
    ends; where the decision was cancelled before anybody was told of it (取消し、施行取消), it is examined anew.
    False as ``go_on_after_notice``.
    """
    subject = Subject("application", application_id)
    process.lock(subject)
    application = locked_application.get(application_id)
    if application.state != Application.State.DECIDED or kind != kind_of_notice(application):
        return False
    decision = decisions.decided_about(subject)
    if decision is not None and decisions.stands(decision.id):
        return process.finish_step(subject=subject, handler=ISSUING, at=at)
    application.state, application.outcome = Application.State.EXAMINING, ""
    update(application, "state", "outcome")
    record(application, "application.decision_cancelled", actor=SYSTEM, at=at)
    back = process.go_back(subject=subject, handler=ISSUING, kind="procedures.examine", at=at)
    return back or process.finish_step(subject=subject, handler=ISSUING, at=at)


@one_transaction
def close_application(*, application_id: int, at: datetime) -> Application:
    """完結: the case ends; its processing time in business days, less the days the clock stood, goes to the ledger."""
    application = locked_application.get(application_id)
    if application.closed_at is not None or application.submitted_at is None or application.due_on is None:
        return application
    application.state, application.closed_at = Application.State.CLOSED, at
    application.kept_until = end_of_retention(application, closed_on=calendar.office_day(at))
    update(application, "state", "closed_at", "kept_until")
    messages.close(subject=subject_of(application), at=at)
    opinions.withdraw_all(subject=subject_of(application), actor=SYSTEM, at=at)
    if definition(application.version_id).facts.via is not None:
        free_municipality(application, at=at)
    days = (
        calendar.business_days_between(calendar.office_day(application.submitted_at), calendar.office_day(at))
        - application.stopped_days
    )
    record(
        application,
        "application.closed",
        actor=SYSTEM,
        at=at,
        outcome=application.outcome,
        processing_days=max(days, 0),
        within_standard=within_standard(closed_on=calendar.office_day(at), due_on=application.due_on),
    )
    return application


@transaction.atomic
def cancel_booking(*, application_id: int, at: datetime) -> Application:
    """利用・受講の取消し by the applicant after the approval: the places go back, the notice counts no more, and the
    waiting line moves up. Asked again it changes nothing.

    :raises Refused: nothing is reserved, or what is reserved has begun.
    """
    subject = Subject("application", application_id)
    process.lock(subject)
    reservation = bookings.reservation_of(subject)
    bookings.cancel(subject=subject, at=at)
    application = locked_application.get(application_id)
    if application.outcome != "approve":
        raise Refused(_("取り消せる予約がありません。申請をやめるときは、取下げをしてください。"))
    if reservation is None:
        return application
    if reservation.slot.starts_at <= at:
        raise Refused(_("すでに始まっているため、取り消せません。担当の部署にご連絡ください。"))
    actor = Actor(user_id=application.user_id)
    for notice in notices.notices_of(subject):
        if notice.state not in ("superseded", "revoked"):
            gone = notices.drop(notice_id=notice.id, at=at)
            if not gone:
                notices.revoke(notice_id=notice.id, reason="予約の取消し", actor=actor, at=at, tell=False)
    record(application, "application.booking_cancelled", actor=actor, at=at)
    tell_applicant(application, "booking_cancelled", key="1", at=at)
    return application
