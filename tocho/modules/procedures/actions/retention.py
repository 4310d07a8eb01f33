"""保存期間: planned when a case ends, told before it is over, then what the applicant gave is erased. Counts stay."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.modules.cosigning import api as cosigning
from tocho.modules.dossiers import api as dossiers
from tocho.modules.improvement import api as improvement
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.opinions import api as opinions
from tocho.modules.payments import api as payments

from ..models import Application, Representation, RetentionHold, Transit
from ..queries import definition, file_ids
from ..rules import ERASURE, TELL_DAYS, TELL_DRAFT_DAYS, kept_until, may_erase, retention_years
from ..signals import application_erased
from .casework import locked_application
from .recording import record, subject_of, tell_applicant

ERASED_FIELDS = ("answers", "computed", "checks", "applicant_name", "applicant_email", "user", "erased_at", "erasure")


class HoldStands(Refused):
    """A reason to keep the case stands already."""


def end_of_retention(application: Application, *, closed_on: date) -> date:
    """The last day on which what the applicant gave is kept, by the version's rule or its category's."""
    facts = definition(application.version_id).facts
    declared = facts.retention.years if facts.retention else None
    return kept_until(closed_on, years=retention_years(declared, facts.category))


@transaction.atomic
def plan_retentions(*, limit: int = 1000) -> int:
    """Give closed cases that have none their end of retention (those from before there was one); how many."""
    rows = Application.objects.select_for_update(skip_locked=True).filter(closed_at__isnull=False, kept_until=None)
    planned = 0
    for row in rows.only("id", "version_id", "closed_at").order_by("id")[:limit]:
        assert row.closed_at is not None
        row.kept_until = end_of_retention(row, closed_on=calendar.office_day(row.closed_at))
        update(row, "kept_until")
        planned += 1
    return planned


@transaction.atomic
def tell_ends(*, at: datetime, limit: int = 1000) -> int:
    """Tell applicants ``TELL_DAYS`` days before that their case will be erased, with the way to a copy; how many.

    Each is told once; held cases wait. Who cannot be told by mail sees it on the status page.
    """
    soon = calendar.office_day(at) + timedelta(days=TELL_DAYS)
    rows = (
        Application.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(kept_until__lte=soon, erased_at=None, told_end_at=None)
        .exclude(applicant_email="")
        .exclude(holds__in=RetentionHold.objects.filter(lifted_at=None))
    )
    told = list(rows.order_by("kept_until", "id")[:limit])
    for row in told:
        assert row.kept_until is not None
        last = max(row.kept_until, soon)
        tell_applicant(row, "end_of_retention", key="1", at=at, day=last.isoformat())
        row.told_end_at = at
        update(row, "told_end_at")
        record(row, "application.end_told", actor=SYSTEM, at=at)
    return len(told)


@transaction.atomic
def tell_drafts(*, at: datetime, limit: int = 1000) -> int:
    """Tell people ``TELL_DRAFT_DAYS`` days before that a draft will be deleted; how many. Each change of a draft moves
    its end, and is told anew."""
    rows = Application.objects.select_for_update(skip_locked=True).filter(
        state=Application.State.DRAFT, expires_at__lte=at + timedelta(days=TELL_DRAFT_DAYS), told_end_at=None
    )
    drafts = list(rows.exclude(applicant_email="").order_by("expires_at")[:limit])
    for draft in drafts:
        assert draft.expires_at is not None
        day = calendar.office_day(draft.expires_at).isoformat()
        tell_applicant(draft, "draft_expiring", key=day, at=at, day=day)
        draft.told_end_at = at
        update(draft, "told_end_at")
    return len(drafts)


def erase_ended(*, at: datetime, limit: int = 200) -> int:
    """Erase the cases whose retention is over, each in a transaction of its own; how many. Held ones wait."""
    today = calendar.office_day(at)
    was_told = Q(applicant_email="") | Q(told_end_at__lte=at - timedelta(days=TELL_DAYS))
    rows = Application.objects.filter(was_told, kept_until__lt=today, erased_at=None).exclude(
        holds__in=RetentionHold.objects.filter(lifted_at=None)
    )
    ready = [
        row.id
        for row in rows.only("id", "kept_until", "told_end_at", "applicant_email").order_by("kept_until", "id")[:limit]
        if row.kept_until is not None
        and may_erase(
            until=row.kept_until,
            today=today,
            told_on=calendar.office_day(row.told_end_at) if row.told_end_at else None,
            reachable=bool(row.applicant_email),
        )
    ]
    for application_id in ready:
        erase_application(application_id=application_id, at=at)
    return len(ready)


def erase_leftovers(*, at: datetime, limit: int = 200) -> int:
    """Empty again the cases that an older release erased without knowing of all places (``ERASURE``); how many."""
    rows = Application.objects.filter(erased_at__isnull=False, erasure__lt=ERASURE).order_by("erasure", "id")
    ids = list(rows.values_list("id", flat=True)[:limit])
    for application_id in ids:
        with transaction.atomic():
            application = locked_application.get(application_id)
            _empty(application, at=at)
            application.erasure = ERASURE
            update(application, "erasure")
            record(application, "application.erased_again", actor=SYSTEM, at=at)
    return len(ids)


@transaction.atomic
def erase_application(*, application_id: int, at: datetime) -> Application:
    """Erase what the applicant gave: answers, files, messages, addresses, and what documents repeat of them.

    The row stays with number, dates, outcome and fee, so that every count and every chain of the ledger is as before
    (個人情報保護法22条: 利用する必要がなくなったときは消去). Twice is as once; a held case is left alone.
    """
    application = locked_application.get(application_id)
    if application.erased_at is not None or application.holds.filter(lifted_at=None).exists():
        return application
    _empty(application, at=at)
    application.answers, application.computed, application.checks = {}, {}, []
    application.applicant_name, application.applicant_email, application.user = "", "", None
    application.erased_at, application.erasure = at, ERASURE
    update(application, *ERASED_FIELDS)
    subject = subject_of(application)
    application_erased.send(sender=Application, subject=subject, at=at)
    ledger.erase_personal(subject=subject, reason=_ground(application), actor=SYSTEM, at=at)
    record(application, "application.erased", actor=SYSTEM, at=at)
    return application


def _empty(application: Application, *, at: datetime) -> None:
    """What others keep about a case: files, corrections, messages, what documents repeat. Each is idempotent."""
    subject = subject_of(application)
    given = [application.answers]
    for before, reported in application.corrections.values_list("answers_before", "answers"):
        given += [before, reported]
    for file_id in sorted({one for answers in given for one in file_ids(answers)}):
        files.forget(file_id, by=SYSTEM, at=at)
    application.corrections.update(answers_before={}, answers={}, message="")
    dossiers.erase(subject=subject, actor=SYSTEM, at=at)
    cosigning.erase(subject=subject, at=at)
    messages.erase(subject=subject, at=at)
    notices.erase(subject=subject, at=at)
    payments.erase(subject=subject)
    opinions.erase(subject=subject, at=at)
    improvement.erase(subject=subject)
    _erase_transit(application, at=at)
    Representation.objects.filter(application=application).update(agent_label="", principal_name="")


def _erase_transit(application: Application, *, at: datetime) -> None:
    """The municipality's words and file go; that it forwarded, when, and its opinion in one word stay."""
    rows = Transit.objects.filter(application=application)
    for file_id in rows.exclude(file=None).values_list("file_id", flat=True):
        files.forget(file_id, by=SYSTEM, at=at)
    rows.update(words="")


def _ground(application: Application) -> str:
    retention = definition(application.version_id).facts.retention
    return (retention.law if retention else "") or "保存期間の満了（個人情報保護法第22条）"


@transaction.atomic
def hold_application(*, application_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Keep a case beyond its retention while a reason stands (開示請求・訴訟・監査).

    :raises HoldStands: one stands already. :raises Refused: what is erased cannot be kept.
    """
    application = locked_application.get(application_id)
    if application.erased_at is not None:
        raise Refused(_("この案件の内容は、すでに消去されています。"))
    if application.holds.filter(lifted_at=None).exists():
        raise HoldStands(_("すでに消去を止めています。"))
    RetentionHold.objects.create(application=application, reason=reason, placed_by_id=actor.user_id or 0, placed_at=at)
    record(application, "application.held", actor=actor, at=at)


@transaction.atomic
def release_application(*, application_id: int, actor: Actor, at: datetime) -> None:
    """Lift the reason to keep a case longer; its retention goes on where it stood. Lifted already: nothing."""
    application = locked_application.get(application_id)
    if application.holds.filter(lifted_at=None).update(lifted_at=at):
        record(application, "application.released", actor=actor, at=at)
