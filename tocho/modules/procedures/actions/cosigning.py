"""Co-signing (連署): the applicant asks, each signs under their own identity, a change of the content asks again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.jobs.api import app as jobs
from tocho.core.ledger.api import JSON, SYSTEM, Actor
from tocho.core.notify import api as notify
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.modules.cosigning import api as cosigning
from tocho.modules.messages import api as messages

from ..definitions import CosignSpec, in_language
from ..models import Application, Correction
from ..permissions import signing_token
from ..queries import DocumentRow, content_digest, definition, signers_of, signing_page
from .arriving import take_up
from .casework import CLOCK_FIELDS, NotComplete, locked_application, restart_clock, stop_clock
from .recording import record, subject_of, tell_applicant
from .retention import end_of_retention


class ContentChanged(Refused):
    """The application is not what the signer saw."""


def _spec(application: Application) -> CosignSpec:
    spec = definition(application.version_id).facts.cosign
    if spec is None:
        raise Refused(_("この手続に、連署はありません。"))
    return spec


def _open_for_signing(application: Application) -> None:
    if application.state not in ("draft", *Application.OPEN):
        raise Refused(_("この申請は終わっています。署名の依頼はできません。"))


def _tell(
    application: Application,
    invitation: cosigning.InvitationView,
    template: str,
    *,
    key: str,
    at: datetime,
    **more: JSON,
) -> None:
    """A mail to a co-signer with the link to the page where this one person signs."""
    compiled = definition(application.version_id)
    role = _spec(application).role(invitation.role)
    notify.send(
        key=f"cosigning:{invitation.id}:{template}:{key}",
        template=f"procedures/{template}",
        to_email=invitation.email,
        to_user_id=invitation.user_id,
        context={
            "name": invitation.name,
            "title": compiled.title(application.language),
            "applicant": application.applicant_name,
            "role": in_language(role.title, application.language),
            "link": reverse("procedures:signing_open", args=[signing_token(invitation.public_id)]),
            **more,
        },
        language=application.language,
        at=at,
    )


def _is_early(application: Application) -> bool:
    """Whether those who sign after the submission are not asked yet, because it is a draft."""
    return application.state == Application.State.DRAFT and _spec(application).when == "after"


def _until(application: Application, *, at: datetime) -> datetime:
    """Until when somebody who is asked now has time: all alike where the application waits for them."""
    if application.state == Application.State.SIGNING and application.expires_at is not None:
        return application.expires_at
    return at + timedelta(days=_spec(application).days)


def _tell_next(application: Application, *, at: datetime) -> None:
    """Mail everybody whose turn it is and who was not told yet; nobody before a submission after which they sign."""
    spec = _spec(application)
    if _is_early(application):
        return
    until = _until(application, at=at)
    asked = cosigning.invitations_of(subject_of(application))
    for one in asked:
        others = [(other.place, other.state) for other in asked if other.id != one.id]
        waits = one.state == "invited" and one.told_at is None
        if waits and cosigning.is_turn(one.place, others, serial=spec.order == "serial"):
            again = bool(one.voided)
            template = "signing_again" if again else "signing_asked"
            key, day = f"{at:%Y%m%d%H%M%S%f}", calendar.office_day(until).isoformat()
            _tell(application, one, template, key=key, at=at, until=day)
            cosigning.mark_told(invitation_id=one.id, until=until, reminder=False, at=at)


@transaction.atomic
def invite_cosigner(*, application_id: int, role: str, name: str, email: str, actor: Actor, at: datetime) -> int:
    """Ask somebody to sign; the mail with their own link goes out when it is their turn. The invitation's id.

    :raises Refused: the role is unknown or full, or the application has ended.
    :raises cosigning.AskedAlready:
    """
    application = locked_application.get(application_id)
    _open_for_signing(application)
    spec = _spec(application)
    brief = signers_of(application)
    row = next((one for one in brief.roles if one.spec.key == role), None) if brief else None
    if row is None or row.is_full:
        raise Refused(_("この役割で署名をお願いできる人数を超えています。"))
    notify.allow_unproved(email=email, at=at)
    asked = cosigning.invite(
        subject=subject_of(application),
        person=cosigning.Person(role=role, name=name.strip(), email=email.strip(), level=row.spec.level),
        days=spec.days,
        unit=application.unit,
        actor=actor,
        at=at,
    )
    _tell_next(application, at=at)
    return asked.id


def _of_application(application: Application, invitation_id: int) -> cosigning.InvitationView:
    found = [one for one in cosigning.invitations_of(subject_of(application)) if one.id == invitation_id]
    if not found:
        raise Refused(_("この依頼はもうありません。画面を開き直してください。"))
    return found[0]


@transaction.atomic
def withdraw_invitation(*, application_id: int, invitation_id: int, actor: Actor, at: datetime) -> Application:
    """Take a request back; a signature that was given does not count any more, and the person is told."""
    application = locked_application.get(application_id)
    asked = _of_application(application, invitation_id)
    cosigning.withdraw(invitation_id=asked.id, unit=application.unit, actor=actor, at=at)
    if asked.told_at is not None:
        _tell(application, asked, "signing_withdrawn", key="1", at=at)
    _tell_next(application, at=at)
    complete_if_signed(application, at=at)
    return application


@transaction.atomic
def remind_cosigner(*, application_id: int, invitation_id: int, at: datetime) -> None:
    """Mail the link again, once a minute at most; the time to answer begins anew."""
    application = locked_application.get(application_id)
    _open_for_signing(application)
    asked = _of_application(application, invitation_id)
    if asked.state != "invited":
        raise Refused(_("この方は、もう答えています。"))
    if _is_early(application):
        raise Refused(_("署名をお願いするメールは、申請したときに届きます。"))
    until = _until(application, at=at)
    day = calendar.office_day(until).isoformat()
    notify.allow_unproved(email=asked.email, at=at)
    _tell(application, asked, "signing_reminder", key=f"{at:%Y%m%d%H%M}", at=at, until=day)
    cosigning.mark_told(invitation_id=asked.id, until=until, reminder=True, at=at)


@transaction.atomic
def send_signing_code(*, application_id: int, invitation_id: int, at: datetime) -> None:
    """Mail the code that a signer without account types in. :raises cosigning.NotOpen: :raises Refused: too soon."""
    application = locked_application.get(application_id)
    asked = _of_application(application, invitation_id)
    code = cosigning.make_code(invitation_id=asked.id, at=at)
    _tell(application, asked, "signing_code", key=f"{at:%Y%m%d%H%M%S%f}", at=at, code=code)


@transaction.atomic
def sign_application(
    *,
    application_id: int,
    invitation_id: int,
    seen: str,
    answers: Mapping[str, Any],
    method: str,
    actor: Actor,
    at: datetime,
) -> cosigning.InvitationView:
    """署名: this person signs what was on their screen. How they were known (signed in, code) the caller has checked.

    :param seen: the digest of the content that was shown.
    :raises ContentChanged: the applicant changed it meanwhile. :raises NotComplete: the own part has errors.
    :raises cosigning.NotOpen: :raises Refused: not their turn, or own documents are missing.
    """
    application = locked_application.get(application_id)
    asked = _of_application(application, invitation_id)
    page = signing_page(application, asked, at=at)
    if asked.state == "signed":
        return asked
    if page.is_over or page.is_early or not page.is_turn:
        raise Refused(_("いまは署名できません。画面を開き直して、状態を確かめてください。"))
    if not page.content or page.content != seen:
        raise ContentChanged(
            _("署名の前に、申請の内容が変わりました。新しい内容を読み、同意できるときにもう一度署名してください。")
        )
    if page.missing_documents:
        raise Refused(_("「%(title)s」を出してから署名してください。") % {"title": page.missing_documents[0].title})
    signed = cosigning.sign(
        invitation_id=asked.id,
        content=page.content,
        answers=_own_part(application, page.role.part, answers),
        name=asked.name,
        method=method,
        unit=application.unit,
        actor=actor,
        at=at,
    )
    _tell_next(application, at=at)
    brief = signers_of(application)
    if brief is not None and brief.is_met:
        tell_applicant(application, "signing_complete", key=page.content[:16], at=at)
    complete_if_signed(application, at=at)
    return signed


def _own_part(application: Application, part: str, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The checked answers of the own part. :raises NotComplete:"""
    if not part:
        return {}
    result = definition(application.version_id).parts[part].clean_all(answers)
    if result.errors:
        raise NotComplete(result.errors)
    return result.values


@transaction.atomic
def decline_signing(*, application_id: int, invitation_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """署名しない, with a reason that the applicant reads. :raises Refused: no reason. :raises cosigning.NotOpen:"""
    application = locked_application.get(application_id)
    asked = _of_application(application, invitation_id)
    cosigning.decline(invitation_id=asked.id, reason=reason, unit=application.unit, actor=actor, at=at)
    tell_applicant(application, "signing_declined", key=str(asked.id), at=at, signer=asked.name, reason=reason.strip())
    complete_if_signed(application, at=at)


def ask_again_if_changed(application: Application, *, at: datetime) -> None:
    """After a change of the content: signatures over another content are void, their people are asked again.

    The caller holds the application's row. Nothing where the procedure has no co-signers.
    """
    spec = definition(application.version_id).facts.cosign
    if spec is None:
        return
    content = content_digest(application, at=at)
    subject = subject_of(application)
    if cosigning.void_others(subject=subject, content=content, days=spec.days, unit=application.unit, at=at):
        _tell_next(application, at=at)


def refuse_unsigned(application: Application) -> None:
    """:raises NotComplete: somebody has to sign first; or, where they sign after it, has to be asked."""
    brief = signers_of(application)
    if brief is None:
        return
    reason = brief.unasked if _is_early(application) else "" if brief.is_met else brief.reason
    if reason:
        raise NotComplete({"signers": [reason]})


def signing_until(application: Application, *, at: datetime) -> datetime | None:
    """Until when those who sign after a submission at this moment have time; None where nobody does."""
    spec = definition(application.version_id).facts.cosign
    brief = signers_of(application)
    if spec is None or brief is None or spec.when != "after" or brief.is_met:
        return None
    return calendar.last_moment(calendar.office_day(at) + timedelta(days=spec.days))


def ask_signers(application: Application, *, at: datetime) -> None:
    """The application was submitted and waits for those who sign after it: all are asked now, and the applicant is
    told until when. The caller holds the row."""
    assert application.expires_at is not None
    until = calendar.office_day(application.expires_at)
    tell_applicant(application, "application_signing", key="1", at=at, until=until.isoformat())
    _tell_next(application, at=at)


def complete_if_signed(application: Application, *, at: datetime) -> None:
    """All have signed after the submission: the application is complete, the standard clock runs, the case goes on.

    The caller holds the row. Nothing where it does not wait for signatures.
    """
    brief = signers_of(application) if application.state == Application.State.SIGNING else None
    if brief is None or not brief.is_met:
        return
    restart_clock(application, at=at)
    if application.fee:
        stop_clock(application, Application.State.FEE_DUE, at=at)
    application.expires_at = None
    update(application, *CLOCK_FIELDS, "expires_at")
    record(application, "application.signatures_complete", actor=SYSTEM, at=at)
    take_up(application, at=at)


@transaction.atomic
def lapse_application(*, application_id: int, at: datetime) -> Application:
    """失効: not all have signed in time. Applicant and those who were still asked are told; nothing was billed.

    Again, or where the last signature came before, it changes nothing.
    """
    application = locked_application.get(application_id)
    waits = application.state == Application.State.SIGNING
    if not waits or application.expires_at is None or application.expires_at > at:
        return application
    application.state, application.stopped_on, application.closed_at = Application.State.LAPSED, None, at
    application.kept_until = end_of_retention(application, closed_on=calendar.office_day(at))
    update(application, "state", "stopped_on", "closed_at", "kept_until")
    subject = subject_of(application)
    messages.close(subject=subject, at=at)
    record(application, "application.lapsed", actor=SYSTEM, at=at)
    tell_applicant(application, "application_lapsed", key="1", at=at)
    for one in cosigning.invitations_of(subject):
        if one.state == "invited" and one.told_at is not None:
            _tell(application, one, "signing_lapsed", key="1", at=at)
    # A seat is locked before an application: it is given back by a job of its own.
    jobs.configure_task("procedures.free_places").defer(application_id=application.id)
    return application


def lapse_unsigned(*, at: datetime, limit: int = 200) -> int:
    """Lapse the applications that were not signed in time, each in a transaction of its own; how many."""
    late = Application.objects.filter(state=Application.State.SIGNING, expires_at__lte=at).order_by("expires_at")
    ids = list(late.values_list("id", flat=True)[:limit])
    for application_id in ids:
        lapse_application(application_id=application_id, at=at)
    return len(ids)


def tell_return(application: Application, rows: Iterable[DocumentRow], *, correction: Correction, at: datetime) -> None:
    """Tell each co-signer which of their own documents were sent back, and why."""
    returned: dict[str, list[str]] = {}
    for row in rows:
        returned.setdefault(row.item.party, []).append(f"・{row.title}：{row.item.reason}")
    for one in cosigning.invitations_of(subject_of(application)):
        if one.party in returned:
            words = {"documents": "\n".join(returned[one.party]), "deadline": correction.deadline_on.isoformat()}
            _tell(application, one, "signing_documents", key=str(correction.id), at=at, **words)


def remind_cosigners(*, at: datetime) -> int:
    """Mail everybody once more who has not answered for three days. How many."""
    waiting = [one for one in cosigning.to_remind(at=at) if one.subject.type == "application"]
    for one in waiting:
        try:
            remind_cosigner(application_id=one.subject.id, invitation_id=one.id, at=at)
        except Refused:  # the application has ended since
            continue
    return len(waiting)
