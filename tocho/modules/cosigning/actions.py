"""Every write about co-signing. The caller holds the lock of the subject; each invitation is locked here, too."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.lib.errors import Refused

from .models import Invitation, Signature
from .queries import InvitationView, views
from .rules import CODE_PAUSE, CODE_REST, CODE_TRIES, code_digest, is_code_good, signed_digest


class AskedAlready(Refused):
    """The same person was asked in the same role before."""


class NotOpen(Refused):
    """The invitation was withdrawn, declined, has expired, or is already signed."""


class WrongCode(Refused):
    """The code is not the one that was mailed, or not any more."""


@dataclass(frozen=True)
class Person:
    """Who is asked: ``role`` as the module above names it, ``level`` how they must be known (account, link)."""

    role: str
    name: str
    email: str
    level: str


def _record(row: Invitation, kind: str, *, unit: str, actor: Actor, at: datetime, **data: JSON) -> None:
    ledger.append(
        subject=Subject(row.subject_type, row.subject_id),
        kind=kind,
        actor=actor,
        at=at,
        unit=unit,
        data={"role": row.role, "invitation": row.id, **data},
    )


def _seen(row: Invitation) -> InvitationView:
    return views(Invitation.objects.filter(id=row.id))[0]


@transaction.atomic
def invite_person(
    *, subject: Subject, person: Person, days: int, unit: str, actor: Actor, at: datetime
) -> InvitationView:
    """Ask a person to sign. :raises AskedAlready:"""
    place = Invitation.objects.filter(subject_type=subject.type, subject_id=subject.id).count() + 1
    try:
        with transaction.atomic():
            row = Invitation.objects.create(
                subject_type=subject.type,
                subject_id=subject.id,
                role=person.role,
                place=place,
                name=person.name,
                email=person.email,
                level=person.level,
                invited_at=at,
                expires_at=at + timedelta(days=days),
            )
    except IntegrityError as error:
        raise AskedAlready(_("このメールアドレスの方には、もう署名をお願いしています。")) from error
    _record(row, "cosigning.invited", unit=unit, actor=actor, at=at, level=person.level)
    return _seen(row)


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, unit: str, actor: Actor, at: datetime) -> InvitationView:
    """Take the request back; a signature that was given is void. Again it changes nothing."""
    row = Invitation.objects.select_for_update().get(id=invitation_id)
    if row.state != Invitation.State.WITHDRAWN:
        row.signatures.filter(voided_at=None).update(voided_at=at)
        row.state = Invitation.State.WITHDRAWN
        row.save(update_fields=["state"])
        _record(row, "cosigning.withdrawn", unit=unit, actor=actor, at=at)
    return _seen(row)


@transaction.atomic
def mark_told(*, invitation_id: int, until: datetime, reminder: bool, at: datetime) -> None:
    """That the mail with the link went out (again), and until when the person has time to answer."""
    row = Invitation.objects.select_for_update().get(id=invitation_id)
    row.told_at, row.expires_at = at, until
    row.reminded_at = at if reminder else None
    row.save(update_fields=["told_at", "expires_at", "reminded_at"])


def _open(invitation_id: int, *, at: datetime) -> Invitation:
    row = Invitation.objects.select_for_update().get(id=invitation_id)
    if row.state != Invitation.State.INVITED:
        raise NotOpen(_("この署名は、もう受け付けていません。申請した方に確かめてください。"))
    if row.expires_at <= at:
        raise NotOpen(_("署名の期限が過ぎました。申請した方に、もう一度依頼してもらってください。"))
    return row


@transaction.atomic
def make_code(*, invitation_id: int, at: datetime) -> str:
    """A new six-digit code for the mailbox of this person; only its digest is kept.

    Five wrong tries end with the hour, not with the next code: whoever has the link and not the mailbox guesses
    five times an hour, not five times a minute.
    :raises NotOpen: :raises Refused: the last one was sent less than a minute ago, or too many tries were wrong.
    """
    row = _open(invitation_id, at=at)
    rested = row.code_sent_at is None or at >= row.code_sent_at + CODE_REST
    if row.code_tries >= CODE_TRIES and not rested:
        raise Refused(_("確認番号を続けて間違えたため、いまは送れません。1時間たってからもう一度お試しください。"))
    if row.code_sent_at is not None and at < row.code_sent_at + CODE_PAUSE:
        raise Refused(_("確認番号は、いま送ったところです。届かないときは、1分たってからもう一度お試しください。"))
    code = f"{secrets.randbelow(1_000_000):06d}"
    row.code_digest = code_digest(f"{row.public_id}{code}", key=settings.SECRET_KEY)
    row.code_sent_at, row.code_tries = at, 0 if rested else row.code_tries
    row.save(update_fields=["code_digest", "code_sent_at", "code_tries"])
    return code


def try_code(*, invitation_id: int, code: str, at: datetime) -> None:
    """Check a code in a transaction of its own, so that a wrong try counts even where the act is refused.

    :raises WrongCode:
    """
    with transaction.atomic():
        row = Invitation.objects.select_for_update().get(id=invitation_id)
        good = is_code_good(sent_at=row.code_sent_at, tries=row.code_tries, at=at)
        digest = code_digest(f"{row.public_id}{code}", key=settings.SECRET_KEY)
        right = good and secrets.compare_digest(digest, row.code_digest)
        if not right:
            row.code_tries = min(row.code_tries + 1, CODE_TRIES)
            row.save(update_fields=["code_tries"])
    if not right:
        raise WrongCode(_("確認番号が違うか、期限が切れています。メールの番号を確かめるか、もう一度送ってください。"))


@transaction.atomic
def sign_content(
    *,
    invitation_id: int,
    content: str,
    answers: Mapping[str, Any],
    name: str,
    method: str,
    unit: str,
    actor: Actor,
    at: datetime,
) -> InvitationView:
    """署名: this person agrees to exactly this content and the own part. Done twice it is done once.

    :param content: SHA-256 (hex) of what was shown; the caller has compared it with what stands there now.
    :raises NotOpen:
    """
    row = Invitation.objects.select_for_update().get(id=invitation_id)
    digest = signed_digest(content, answers)
    if row.state == Invitation.State.SIGNED and row.signatures.filter(digest=digest, voided_at=None).exists():
        return _seen(row)
    row = _open(invitation_id, at=at)
    row.state, row.answers, row.user_id = Invitation.State.SIGNED, dict(answers), actor.user_id
    row.code_digest, row.code_sent_at = "", None  # a code is good for one signature
    row.save(update_fields=["state", "answers", "user", "code_digest", "code_sent_at"])
    Signature.objects.create(
        invitation=row,
        content=content,
        digest=digest,
        name=name,
        user_id=actor.user_id,
        method=method,
        signed_at=at,
    )
    _record(row, "cosigning.signed", unit=unit, actor=actor, at=at, method=method, digest=digest)
    return _seen(row)


@transaction.atomic
def decline_invitation(*, invitation_id: int, reason: str, unit: str, actor: Actor, at: datetime) -> InvitationView:
    """署名しない: with a reason that the applicant reads. :raises NotOpen: :raises Refused: no reason."""
    if not reason.strip():
        raise Refused(_("署名しない理由を書いてください。申請した方に伝わります。"))
    row = _open(invitation_id, at=at)
    row.state, row.reason = Invitation.State.DECLINED, reason.strip()
    row.save(update_fields=["state", "reason"])
    _record(row, "cosigning.declined", unit=unit, actor=actor, at=at)
    return _seen(row)


@transaction.atomic
def void_others(*, subject: Subject, content: str, days: int, unit: str, at: datetime) -> tuple[InvitationView, ...]:
    """The content is this one now: signatures over another are void, and their people are asked again. Who they are."""
    stale = list(
        Signature.objects.select_for_update()
        .filter(
            invitation__subject_type=subject.type,
            invitation__subject_id=subject.id,
            invitation__state=Invitation.State.SIGNED,
            voided_at=None,
        )
        .exclude(content=content)
        .select_related("invitation")
        .order_by("invitation_id")
    )
    for signature in stale:
        signature.voided_at = at
        signature.save(update_fields=["voided_at"])
        row = signature.invitation
        row.state, row.expires_at, row.told_at, row.reminded_at = "invited", at + timedelta(days=days), None, None
        row.save(update_fields=["state", "expires_at", "told_at", "reminded_at"])
        _record(row, "cosigning.voided", unit=unit, actor=SYSTEM, at=at)
    return views(Invitation.objects.filter(id__in=[one.invitation_id for one in stale]))


@transaction.atomic
def erase_people(*, subject: Subject, at: datetime) -> int:
    """Empty what is personal at the end of its retention; that somebody was asked and signed stays."""
    rows = Invitation.objects.filter(subject_type=subject.type, subject_id=subject.id)
    Signature.objects.filter(invitation__in=rows).update(name="")
    State = Invitation.State  # noqa: N806
    rows.filter(state=State.INVITED).update(state=State.WITHDRAWN)
    found = list(rows)
    for row in found:
        row.name, row.email, row.answers, row.reason = "", f"erased-{row.id}@invalid.example", {}, ""
        row.save(update_fields=["name", "email", "answers", "reason"])
    del at  # recorded by the caller with the erasure of the subject
    return len(found)
