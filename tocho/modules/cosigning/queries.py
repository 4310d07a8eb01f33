"""Reads: who was asked about a subject, and what they said."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tocho.core.ledger.api import Subject

from .models import Invitation, Signature
from .rules import REMIND_AFTER

TONES = {
    Invitation.State.INVITED: "wait",
    Invitation.State.SIGNED: "ok",
    Invitation.State.DECLINED: "bad",
    Invitation.State.WITHDRAWN: "neutral",
}


@dataclass(frozen=True)
class SignatureView:
    """A signature: who wrote which name, how they were known, over what; void when the content has changed since."""

    name: str
    account: str
    method: str
    digest: str
    content: str
    signed_at: datetime
    voided_at: datetime | None


@dataclass(frozen=True)
class InvitationView:
    """One person who was asked, as other modules may know it."""

    id: int
    public_id: UUID
    subject: Subject
    role: str
    place: int
    name: str
    email: str
    level: str
    user_id: int | None
    answers: dict[str, Any]
    state: str
    reason: str
    invited_at: datetime
    expires_at: datetime
    code_sent_at: datetime | None
    told_at: datetime | None
    signature: SignatureView | None = None
    voided: tuple[SignatureView, ...] = ()

    @property
    def state_label(self) -> str:
        """Its state in the reader's language."""
        return str(Invitation.State(self.state).label)

    @property
    def level_label(self) -> str:
        """How the signer has to be known."""
        return str(Invitation.Level(self.level).label)

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TONES[Invitation.State(self.state)]

    @property
    def party(self) -> str:
        """How documents name this person."""
        return f"cosigner:{self.id}"


def invitations_of(subject: Subject) -> tuple[InvitationView, ...]:
    """Everybody who was asked about a subject, in order; withdrawn ones are left out. Two queries."""
    found = Invitation.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return views(found.exclude(state=Invitation.State.WITHDRAWN))


def invitation(public_id: UUID) -> InvitationView | None:
    """One by its public id; None when unknown or withdrawn."""
    found = views(Invitation.objects.filter(public_id=public_id).exclude(state=Invitation.State.WITHDRAWN))
    return found[0] if found else None


def to_remind(*, at: datetime, limit: int = 500) -> tuple[InvitationView, ...]:
    """Those who have not answered for three days and were not reminded yet."""
    waiting = Invitation.objects.filter(
        state=Invitation.State.INVITED, told_at__lt=at - REMIND_AFTER, reminded_at=None, expires_at__gt=at
    )
    return views(waiting.order_by("told_at")[:limit])


def views(rows: QuerySet[Invitation]) -> tuple[InvitationView, ...]:
    """Rows as they are known outside, with their signatures in one query more."""
    invitations = list(rows)
    signatures: dict[int, list[Signature]] = defaultdict(list)
    found = Signature.objects.filter(invitation__in=[one.id for one in invitations]).select_related("user")
    for signature in found if invitations else ():
        signatures[signature.invitation_id].append(signature)
    return tuple(_view(one, signatures[one.id]) for one in invitations)


def _view(row: Invitation, signatures: list[Signature]) -> InvitationView:
    signed = [_signature(one) for one in signatures]
    return InvitationView(
        id=row.id,
        public_id=row.public_id,
        subject=Subject(row.subject_type, row.subject_id),
        role=row.role,
        place=row.place,
        name=row.name,
        email=row.email,
        level=row.level,
        user_id=row.user_id,
        answers=row.answers,
        state=row.state,
        reason=row.reason,
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        code_sent_at=row.code_sent_at,
        told_at=row.told_at,
        signature=next((one for one in signed if one.voided_at is None), None),
        voided=tuple(one for one in signed if one.voided_at is not None),
    )


def _signature(row: Signature) -> SignatureView:
    account = str(row.user) if row.user else ""
    return SignatureView(row.name, account, row.method, row.digest, row.content, row.signed_at, row.voided_at)


@dataclass(frozen=True)
class HeldInvitation:
    """What is held about one request to sign: what the person was asked and said."""

    role: str
    name: str
    email: str
    state: str
    answers: dict[str, object]
    reason: str
    invited_at: datetime
    signed_at: tuple[datetime, ...]


def held_of(user_id: int) -> list[HeldInvitation]:
    """What is held about the requests to sign that a person has answered with the account, the newest first."""
    rows = Invitation.objects.filter(user_id=user_id).prefetch_related("signatures").order_by("-id")[:500]
    return [
        HeldInvitation(
            role=row.role,
            name=row.name,
            email=row.email,
            state=str(row.get_state_display()),
            answers=dict(row.answers),
            reason=row.reason,
            invited_at=row.invited_at,
            signed_at=tuple(one.signed_at for one in row.signatures.all()),
        )
        for row in rows
    ]
