"""Co-signers over the API: named, asked again, taken back. The signature itself is given by each person on a page of
their own, after reading what they sign; no program signs for anybody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from tocho.core.ledger.api import Actor
from tocho.engines.rest.api import Problem

from .. import actions
from ..forms import InviteForm
from ..models import Application
from ..queries import RoleRow, SignerRow, signers_of
from .applying import READ, WRITE, change_part, fetch

router = Router(tags=["cosigners"])


class Cosigner(Schema):
    """One person who is asked to sign; ``identity``: how they were known; ``reason``: why they do not sign."""

    id: int
    name: str
    email: str
    state: str
    state_label: str
    signed_at: datetime | None
    expires_at: datetime
    identity: str
    reason: str


class Role(Schema):
    """One role of co-signers: ``least`` must sign, ``missing`` have not."""

    key: str
    title: str
    help: str
    level: str
    least: int
    most: int
    missing: int
    people: list[Cosigner]


class Cosigners(Schema):
    """``after``: they sign within ``days`` days after the submission. ``met``: nobody is waited for."""

    after: bool
    days: int
    met: bool
    roles: list[Role]


class NewCosigner(Schema):
    role: str = Field(max_length=40)
    name: str = Field(max_length=100)
    email: str = Field(max_length=254)


@router.get(
    "/applications/{public_id}/cosigners", response=Cosigners, auth=READ, summary=gettext_noop("連署する人の一覧")
)
def cosigner_list(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """Who signs with the applicant, in which role, and who has. No roles where the procedure has none."""
    return as_json(fetch(request, public_id))


@router.post(
    "/applications/{public_id}/cosigners",
    response={201: Cosigners},
    auth=WRITE,
    summary=gettext_noop("連署をお願いする"),
)
def cosigner_create(request: HttpRequest, public_id: UUID, body: NewCosigner) -> Status[dict[str, Any]]:
    """Name a co-signer, who gets a link of their own by mail: now, or at the submission where they sign after it."""
    form = InviteForm({"name": body.name, "email": body.email})
    if not form.is_valid():
        raise Problem(422, "not-valid", errors={key: [str(text) for text in said] for key, said in form.errors.items()})

    def act(application: Application, actor: Actor, at: datetime) -> None:
        actions.invite_cosigner(application_id=application.id, role=body.role, actor=actor, at=at, **form.cleaned_data)

    return change_part(request, public_id, act, answer=as_json, status=201)


@router.post(
    "/applications/{public_id}/cosigners/{cosigner_id}/remind",
    response=Cosigners,
    auth=WRITE,
    summary=gettext_noop("連署のお願いをもう一度送る"),
)
def cosigner_remind(request: HttpRequest, public_id: UUID, cosigner_id: int) -> Status[dict[str, Any]]:
    """Mail the link again to somebody who has not answered."""

    def act(application: Application, actor: Actor, at: datetime) -> None:
        actions.remind_cosigner(application_id=application.id, invitation_id=cosigner_id, at=at)

    return change_part(request, public_id, act, answer=as_json)


@router.delete(
    "/applications/{public_id}/cosigners/{cosigner_id}",
    response=Cosigners,
    auth=WRITE,
    summary=gettext_noop("連署のお願いを取り消す"),
)
def cosigner_withdraw(request: HttpRequest, public_id: UUID, cosigner_id: int) -> Status[dict[str, Any]]:
    """Take a request back; a signature that was given does not count any more."""

    def act(application: Application, actor: Actor, at: datetime) -> None:
        actions.withdraw_invitation(application_id=application.id, invitation_id=cosigner_id, actor=actor, at=at)

    return change_part(request, public_id, act, answer=as_json)


def as_json(application: Application) -> dict[str, Any]:
    brief = signers_of(application)
    if brief is None:
        return {"after": False, "days": 0, "met": True, "roles": []}
    return {"after": brief.after, "days": brief.days, "met": brief.is_met, "roles": [_role(one) for one in brief.roles]}


def _role(role: RoleRow) -> dict[str, Any]:
    return {
        "key": role.spec.key,
        "title": role.title,
        "help": role.help,
        "level": role.spec.level,
        "least": role.least,
        "most": role.spec.most,
        "missing": role.missing,
        "people": [_person(one) for one in role.signers],
    }


def _person(row: SignerRow) -> dict[str, Any]:
    one = row.invitation
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "state": one.state,
        "state_label": one.state_label,
        "signed_at": one.signature and one.signature.signed_at.isoformat(),
        "expires_at": one.expires_at.isoformat(),
        "identity": row.identity,
        "reason": one.reason,
    }
