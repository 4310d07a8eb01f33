from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.notify import api as notify
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.rows import insert, update
from tocho.modules.bookings import api as bookings
from tocho.modules.cosigning import api as cosigning
from tocho.modules.decisions import api as decisions
from tocho.modules.dossiers import api as dossiers
from tocho.modules.messages import api as messages
from tocho.modules.opinions import api as opinions
from tocho.modules.payments import api as payments

from ..definitions import ProcedureDefinition
from ..models import ActingAs, Application, ProcedureVersion
from ..queries import definition, documents_of, file_ids, form_sources
from ..rules import DRAFT_DAYS, may_withdraw, receipt_number
from .arriving import take_up
from .casework import CLOCK_FIELDS, NotComplete, locked_application, stop_clock
from .checking import compute
from .cosigning import ask_again_if_changed, ask_signers, refuse_unsigned, signing_until
from .forwarding import free_municipality
from .recording import record, subject_of, tell_applicant
from .representing import acting, represent
from .retention import end_of_retention
from .wishes import settle_wish

ARRIVAL_FIELDS = (
    "answers",
    "computed",
    "fee",
    "receipt_number",
    "submitted_at",
    "expires_at",
    *CLOCK_FIELDS,
    "applicant_name",
    "applicant_email",
    "notice_by",
)
DRAFT_FIELDS = (
    *("answers", "computed", "expires_at", "told_end_at"),
    *("applicant_name", "applicant_email", "last_step"),
)


class AlreadySubmitted(Refused):
    """The application is no longer a draft."""


class FeeUnknown(Refused):
    """The procedure's rules give no fee for these answers; the draft stays."""


@dataclass(frozen=True)
class Filing:
    """That an officer files for a person: by which channel (counter, paper, phone), and how the person was identified
    (本人確認); the officer's words, no document numbers."""

    officer_id: int
    channel: str
    identity: str


@transaction.atomic
def start_application(
    *,
    version: ProcedureVersion,
    user_id: int | None,
    language: str,
    acting_as: str = ActingAs.SELF,
    mandate_id: int | None = None,
    filing: Filing | None = None,
    at: datetime,
) -> Application:
    """Begin a draft of the procedure's present version; it keeps this version to its end.

    With a mandate ``user_id`` is the agent, and the applicant is the principal. :raises mandates.NotInForce:
    :param filing: an officer files it for a person at the counter, on paper or by telephone.
    """
    application = Application(
        channel=filing.channel if filing else Application.Channel.ONLINE,
        filed_by_id=filing.officer_id if filing else None,
        version=version,
        unit=version.unit,
        user_id=user_id,
        acting_as=acting_as,
        language=language,
        created_at=at,
        expires_at=at + timedelta(days=DRAFT_DAYS),
    )
    insert(application)
    if mandate_id is not None:
        represent(application, mandate_id=mandate_id, agent_id=user_id or 0, at=at)
    if filing is not None:
        actor = Actor(user_id=filing.officer_id)
        channel, identity = filing.channel, filing.identity
        record(application, "application.filing_begun", actor=actor, at=at, channel=channel, identity=identity)
    return application


@transaction.atomic
def save_answers(*, application_id: int, answers: Mapping[str, Any], step: str = "", at: datetime) -> Application:
    """Keep the answers of a step and what is computed from them.

    ``step`` is remembered as the last one saved: it tells where people stop. Answers of other steps stay, even where a
    changed answer hides their step: they are dropped at the submission only.
    :raises AlreadySubmitted:
    """
    application = _lock_draft(application_id)
    application.answers = {**application.answers, **answers}
    compiled = definition(application.version_id)
    application.computed = compute(compiled, application.answers)
    application.expires_at = at + timedelta(days=DRAFT_DAYS)
    application.told_end_at = None
    know_applicant(application)
    application.last_step = step or application.last_step
    update(application, *DRAFT_FIELDS)
    ask_again_if_changed(application, at=at)
    return application


def _lock_draft(application_id: int) -> Application:
    application = locked_application.get(application_id)
    if application.state != Application.State.DRAFT:
        raise AlreadySubmitted(_("この申請はすでに提出されています。状況の画面をご覧ください。"))
    return application


def know_applicant(application: Application) -> None:
    """Take name and address for mails from the answers. The caller saves ``applicant_name`` and ``applicant_email``."""
    name = application.answers.get("applicant_name") or {}
    if isinstance(name, Mapping):
        name = " ".join(part for part in (name.get("family", ""), name.get("given", "")) if part)
    application.applicant_name = str(name)
    if application.acting_as == ActingAs.AGENT:
        return  # the principal's own address, from the mandate: an agent cannot keep the mails from them
    application.applicant_email = str(application.answers.get("applicant_email") or "")


@transaction.atomic
def submit_application(*, application_id: int, by: int | None = None, notice_by: str = "", at: datetime) -> Application:
    """申請の到達: check everything, give the receipt number, reserve, bill, start the process — in one transaction.

    Submitted again (double click, retry after a lost answer) it returns the same application with the same number.
    The standard clock starts at once and stands while a fee is due or others sign.
    :param notice_by: the wish for the notice, "electronic" or "post"; "": as the account's owner said before.
    :raises NotComplete: the form has errors; nothing changed.
    :raises FeeUnknown: nobody pays nothing because of a gap in a rule table.
    :raises mandates.NotInForce: ``by`` is the agent, and the mandate is over.
    :raises bookings.SlotFull: the chosen slot was taken meanwhile.
    """
    application = locked_application.get(application_id)
    if application.state != Application.State.DRAFT:
        return application
    filer = application.filed_by_id
    actor = Actor(user_id=filer) if filer else acting(application, by=by, at=at)
    compiled = definition(application.version_id)
    result = compiled.form.clean_all(application.answers, form_sources(compiled, application, at=at))
    if errors := _without_address(result.errors, application):
        raise NotComplete(errors)
    application.answers = result.values
    refuse_missing_documents(application)
    refuse_unsigned(application)
    application.computed = compute(compiled, result.values)
    application.fee = _fee(compiled, application)
    application.receipt_number = receipt_number(
        fiscal_year=calendar.fiscal_year(calendar.office_day(at)), sequence=application.id
    )
    application.submitted_at, application.expires_at = at, None
    application.due_on = calendar.add_business_days(calendar.office_day(at), compiled.facts.standard_days)
    application.state = Application.State.EXAMINING
    if (until := signing_until(application, at=at)) is not None:
        application.expires_at = until
        stop_clock(application, Application.State.SIGNING, at=at)
    elif application.fee:
        stop_clock(application, Application.State.FEE_DUE, at=at)
    know_applicant(application)
    said = settle_wish(application, notice_by)
    update(application, *ARRIVAL_FIELDS)
    _reserve(application, compiled, at=at)
    channel, way = str(application.channel), application.notice_by
    record(application, "application.submitted", actor=actor, at=at, channel=channel, notice_by=way, wish=said)
    if application.state == Application.State.SIGNING:
        ask_signers(application, at=at)
    else:
        take_up(application, at=at)
    return locked_application.get(application_id)


def _without_address(errors: Mapping[str, list[str]], application: Application) -> dict[str, list[str]]:
    """Who comes to the counter without a mail address gets the receipt on paper."""
    may_lack = application.filed_by_id is not None and not application.answers.get("applicant_email")
    return {key: texts for key, texts in errors.items() if not (may_lack and key == "applicant_email")}


def refuse_missing_documents(application: Application) -> None:
    """Documents that may not follow later are there at the arrival. :raises NotComplete: names each that is missing."""
    brief = documents_of(application)
    missing = [row for row in brief.outstanding if not row.spec.later] if brief else []
    if missing:
        raise NotComplete(
            {
                f"documents.{row.anchor}": [_("「%(title)s」を出してください。") % {"title": row.title}]
                for row in missing
            }
        )


def _fee(compiled: ProcedureDefinition, application: Application) -> int:
    """Yen. :raises FeeUnknown:"""
    if not any(one.key == "fee" for one in compiled.form.computed):
        return 0
    fee = application.computed.get("fee")
    if fee is None:
        raise FeeUnknown(
            _(
                "手数料をいま計算できないため、申請を受け付けられません。入力した内容は残っています。担当の部署にご連絡ください。"
            )
        )
    return int(fee)


def _reserve(application: Application, compiled: ProcedureDefinition, *, at: datetime) -> None:
    booking = compiled.facts.booking
    slot = application.answers.get(booking.field) if booking else None
    if booking is None or not slot:
        return
    bookings.reserve(
        slot_id=int(slot),
        subject=subject_of(application),
        quantity=int(application.answers.get(booking.quantity) or 1) if booking.quantity else 1,
        waiting_list=booking.waiting_list,
        at=at,
    )


@transaction.atomic
def withdraw_application(*, application_id: int, reason: str, by: int | None = None, at: datetime) -> Application:
    """取下げ by the applicant before the decision: the process ends, the seat is freed, an open payment cancelled.

    A fee already collected is refunded on request of the office, not by itself.
    :raises Refused: it was not submitted, or the decision was already made.
    """
    subject = Subject("application", application_id)
    actor = acting(Application.objects.get(id=application_id), by=by, at=at)
    # Locks are taken in the order in which news travels up: bookings, payments, decision, process, application.
    bookings.cancel(subject=subject, at=at)
    for intent in payments.intents_of(subject):
        payments.cancel(intent_id=intent.id, actor=actor, at=at)
    decisions.abandon(subject=subject, reason="withdrawn", actor=actor, at=at)
    process.lock(subject)
    application = locked_application.get(application_id)
    if application.state == Application.State.WITHDRAWN:
        return application
    if application.state == Application.State.DRAFT:
        raise Refused(_("まだ申請していません。そのままにしておくと、下書きは期限に消えます。"))
    if not may_withdraw(application.state):
        raise Refused(_("決定のあとは取り下げられません。担当の部署にご相談ください。"))
    process.cancel(subject=subject, reason="withdrawn", at=at)
    application.corrections.filter(answered_at=None, expired_at=None).update(expired_at=at)
    application.state, application.stopped_on = Application.State.WITHDRAWN, None
    application.closed_at = at
    application.kept_until = end_of_retention(application, closed_on=calendar.office_day(at))
    update(application, "state", "stopped_on", "closed_at", "kept_until")
    messages.close(subject=subject, at=at)
    opinions.withdraw_all(subject=subject, actor=actor, at=at)
    free_municipality(application, at=at)
    record(application, "application.withdrawn", actor=actor, at=at, reason_given=bool(reason))
    tell_applicant(application, "application_withdrawn", key="1", at=at)
    return application


@transaction.atomic
def send_link(*, application: Application, email: str, at: datetime) -> None:
    """Mail the link that opens this draft or status page on any device (保存して中断, 受付番号からの再発行).

    :raises notify.TooManyMails: the address was sent enough for now.
    """
    notify.allow_unproved(email=email, at=at)
    application.applicant_email = email
    tell_applicant(application, "application_link", key=f"{email}:{at:%Y%m%d%H%M}", at=at)


@transaction.atomic
def expire_drafts(*, at: datetime, limit: int = 1000) -> int:
    """Empty and close drafts past their date: answers and attached files are erased, the count of abandoned ones
    stays."""
    drafts = list(
        Application.objects.select_for_update(skip_locked=True).filter(
            state=Application.State.DRAFT, expires_at__lt=at
        )[:limit]
    )
    for draft in drafts:
        for file_id in file_ids(draft.answers):
            files.forget(file_id, by=SYSTEM, at=at)
        dossiers.erase(subject=subject_of(draft), actor=SYSTEM, at=at)
        if definition(draft.version_id).facts.cosign:
            cosigning.erase(subject=subject_of(draft), at=at)
    return Application.objects.filter(id__in=[draft.id for draft in drafts]).update(
        state=Application.State.EXPIRED,
        answers={},
        computed={},
        applicant_name="",
        applicant_email="",
    )
