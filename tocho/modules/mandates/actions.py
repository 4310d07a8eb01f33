"""Every write about powers: offered, accepted or confirmed, ended. Each is an entry of the mandate's own chain."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.notify import api as notify
from tocho.lib.errors import Refused
from tocho.ui.markup import listed

from .models import Evidence, Mandate
from .permissions import mandate_token
from .queries import titles, topics
from .rules import CODE_TRIES, LONGEST_DAYS, Extent, code_digest, covers, is_code_good, is_in_force, is_within
from .signals import mandate_over


class NotInForce(Refused):
    """The agent has no power (any more) for this act."""


class WrongCode(Refused):
    """The code is not the one that was sent, or not any more."""


@dataclass(frozen=True)
class Scope:
    """What a power covers: procedures by key and whole categories of them (neither: all), first and last day, whether
    it may be passed on."""

    procedures: Sequence[str]
    starts_on: date
    last_on: date
    may_pass_on: bool = False
    categories: Sequence[str] = ()

    @property
    def extent(self) -> Extent:
        return Extent(self.starts_on, self.last_on, self.procedures, self.categories)


@dataclass(frozen=True)
class Agent:
    """Who shall act: ``kind`` as in ``Mandate.AgentKind``, with the number of the register where there is one."""

    name: str
    email: str
    kind: str
    registration_number: str = ""


@dataclass(frozen=True)
class Principal:
    """For whom somebody shall act: ``kind`` person or company; the paper goes to ``address`` where there is no mail."""

    name: str
    kind: str
    email: str = ""
    address: str = ""
    user_id: int | None = None


def _checked(scope: Scope, agent: Agent) -> None:
    if scope.last_on < scope.starts_on:
        raise Refused(_("終わりの日は、始まりの日より後にしてください。"))
    if (scope.last_on - scope.starts_on).days > LONGEST_DAYS:
        raise Refused(_("期間は3年までにしてください。必要なときは、また結べます。"))
    if agent.kind == Mandate.AgentKind.SCRIVENER and not agent.registration_number.strip():
        raise Refused(_("行政書士の登録番号を入力してください。"))


def _made(principal: Principal, agent: Agent, scope: Scope, *, at: datetime, **values: Any) -> Mandate:
    _checked(scope, agent)
    return Mandate.objects.create(
        principal_id=principal.user_id,
        principal_kind=principal.kind,
        principal_name=principal.name,
        principal_email=principal.email,
        principal_address=principal.address,
        agent_kind=agent.kind,
        agent_name=agent.name,
        agent_email=agent.email,
        registration_number=agent.registration_number.strip(),
        procedures=list(scope.procedures),
        categories=list(scope.categories),
        may_pass_on=scope.may_pass_on,
        starts_on=scope.starts_on,
        last_on=scope.last_on,
        made_at=at,
        **values,
    )


def _named(scope: Scope) -> dict[str, JSON]:
    """What a power names, for the ledger."""
    return {"procedures": list(scope.procedures), "categories": list(scope.categories)}


def _record(row: Mandate, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    ledger.append(subject=Subject("mandate", row.id), kind=kind, actor=actor, at=at, data=data)


def _tell(row: Mandate, template: str, *, agent: bool, at: datetime, **more: JSON) -> None:
    """A mail to one side, with the link by which that side opens the mandate."""
    email, user_id = (row.agent_email, row.agent_id) if agent else (row.principal_email, row.principal_id)
    if not email and user_id is None:
        return
    with_account = agent or row.principal_id is not None
    path = "mandates:mandate_detail" if with_account else "mandates:mandate_open"
    notify.send(
        key=f"mandate:{row.id}:{template}:{'agent' if agent else 'principal'}:{at:%Y%m%d%H%M%S%f}",
        template=f"mandates/{template}",
        to_email=email,
        to_user_id=user_id,
        context={
            "name": row.agent_name if agent else row.principal_name,
            "principal": row.principal_name,
            "agent": row.agent_name,
            "procedures": listed(titles(row)),
            "last_on": row.last_on.isoformat(),
            "link": reverse(path, args=[row.public_id if with_account else mandate_token(row)]),
            **more,
        },
        at=at,
    )


@transaction.atomic
def offer_mandate(*, principal: Principal, agent: Agent, scope: Scope, actor: Actor, at: datetime) -> Mandate:
    """The principal, signed in, asks somebody to act for them; it counts once the agent has accepted.

    :raises Refused: an impossible period, no registration number, or oneself as agent.
    """
    if principal.email and agent.email.lower() == principal.email.lower():
        raise Refused(_("自分を代理人にすることはできません。"))
    notify.allow_unproved(email=agent.email, at=at)
    row = _made(principal, agent, scope, at=at, state=Mandate.State.OFFERED)
    _record(
        row,
        "mandate.offered",
        actor=actor,
        at=at,
        agent_kind=agent.kind,
        procedures=list(scope.procedures),
        categories=list(scope.categories),
    )
    _tell(row, "mandate_offered", agent=True, at=at)
    return row


@transaction.atomic
def pass_on_mandate(*, parent_id: int, agent: Agent, scope: Scope, actor: Actor, at: datetime) -> Mandate:
    """復代理 (民法104条): the agent asks another to act in the agent's place, within the own power and only where the
    grant says so. A power that was passed on is never passed on again.

    :raises NotInForce: the own power does not count today. :raises Refused: not allowed, or wider than the own.
    """
    parent = Mandate.objects.select_for_update().get(id=parent_id)
    _counting(parent, agent_id=actor.user_id, at=at)
    own = Extent(parent.starts_on, parent.last_on, parent.procedures, parent.categories)
    category_of = {topic.key: topic.category for topic in topics()}
    if not parent.may_pass_on or not is_within(scope.extent, own, category_of=category_of):
        raise Refused(_("復代理は、本人が認めた範囲と期間の中だけで頼めます。"))
    principal = Principal(parent.principal_name, parent.principal_kind, parent.principal_email, "", parent.principal_id)
    scope = replace(scope, may_pass_on=False)
    row = _made(principal, agent, scope, at=at, state=Mandate.State.OFFERED, passed_on_from=parent)
    _record(row, "mandate.offered", actor=actor, at=at, agent_kind=agent.kind, passed_on_from=parent.id)
    _tell(row, "mandate_offered", agent=True, at=at)
    _tell(row, "mandate_passed_on", agent=False, at=at)
    return row


@transaction.atomic
def ask_principal(*, principal: Principal, agent: Agent, scope: Scope, actor: Actor, at: datetime) -> Mandate:
    """The agent, signed in, asks somebody without account for the power; it counts once they have typed the code that
    is sent to them by mail, or on paper where they have no mail.

    :raises Refused: neither mail nor address, an impossible period, no registration number.
    """
    if not principal.email and not principal.address:
        raise Refused(_("本人のメールアドレスか、確認の手紙を送る住所を入力してください。"))
    notify.allow_unproved(email=principal.email, at=at)
    row = _made(principal, agent, scope, at=at, state=Mandate.State.ASKED, agent_id=actor.user_id)
    _record(
        row,
        "mandate.asked",
        actor=actor,
        at=at,
        agent_kind=agent.kind,
        procedures=list(scope.procedures),
        categories=list(scope.categories),
    )
    if principal.email:
        _tell(row, "mandate_asked", agent=False, at=at, code=_new_code(row, on_paper=False, at=at))
    return row


def _new_code(row: Mandate, *, on_paper: bool, at: datetime) -> str:
    """Eight digits for this principal; only their digest is kept."""
    code = f"{secrets.randbelow(10**8):08d}"
    row.code_digest = code_digest(f"{row.public_id}{code}", key=settings.SECRET_KEY)
    row.code_made_at, row.code_on_paper, row.code_tries = at, on_paper, 0
    row.save(update_fields=["code_digest", "code_made_at", "code_on_paper", "code_tries"])
    return code


@transaction.atomic
def print_letter(*, mandate_id: int, actor: Actor, at: datetime) -> tuple[Mandate, str]:
    """A new code for the letter to a principal without mail; printed again it makes the earlier letter useless."""
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    if row.state != Mandate.State.ASKED or not row.principal_address:
        raise Refused(_("この代理は、手紙での確認を待っていません。"))
    code = _new_code(row, on_paper=True, at=at)
    _record(row, "mandate.letter_printed", actor=actor, at=at)
    return row, code


def confirm_mandate(*, mandate_id: int, code: str, actor: Actor, at: datetime) -> Mandate:
    """The principal confirms with the code; from now on it counts. A wrong try counts whatever happens else.

    :raises WrongCode: :raises Refused: it was confirmed or taken back meanwhile.
    """
    with transaction.atomic():
        row = Mandate.objects.select_for_update().get(id=mandate_id)
        if row.state == Mandate.State.IN_FORCE:
            return row
        if row.state != Mandate.State.ASKED:
            raise Refused(_("この代理は、もう確認を待っていません。"))
        digest = code_digest(f"{row.public_id}{code}", key=settings.SECRET_KEY)
        good = is_code_good(made_at=row.code_made_at, on_paper=row.code_on_paper, tries=row.code_tries, at=at)
        right = good and secrets.compare_digest(digest, row.code_digest)
        if right:
            row.state, row.answered_at, row.code_digest = Mandate.State.IN_FORCE, at, ""
            row.save(update_fields=["state", "answered_at", "code_digest"])
            _record(row, "mandate.confirmed", actor=actor, at=at, on_paper=row.code_on_paper)
            _tell(row, "mandate_in_force", agent=True, at=at)
        else:
            row.code_tries = min(row.code_tries + 1, CODE_TRIES)
            row.save(update_fields=["code_tries"])
    if not right:
        raise WrongCode(_("確認番号が違うか、使えなくなっています。番号を確かめてください（5回まで）。"))
    return row


@transaction.atomic
def accept_mandate(*, mandate_id: int, user_id: int, at: datetime) -> Mandate:
    """The agent accepts; from now on it counts. Twice is once.

    :raises Refused: taken back, one's own, or offered to another address than one of this person's.
    """
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    if row.state == Mandate.State.IN_FORCE and row.agent_id == user_id:
        return row
    if row.state != Mandate.State.OFFERED:
        raise Refused(_("この依頼は、もう取り消されたか、返事が済んでいます。"))
    if row.principal_id == user_id:
        raise Refused(_("自分を代理人にすることはできません。"))
    if not accounts.has_address(user_id, row.agent_email):
        raise Refused(_("この依頼は、別のメールアドレスの方に届いています。その方のアカウントで開いてください。"))
    row.state, row.agent_id, row.answered_at = Mandate.State.IN_FORCE, user_id, at
    row.save(update_fields=["state", "agent", "answered_at"])
    _record(row, "mandate.accepted", actor=Actor(user_id=user_id), at=at)
    _tell(row, "mandate_in_force", agent=False, at=at)
    return row


@transaction.atomic
def decline_mandate(*, mandate_id: int, user_id: int | None, at: datetime) -> Mandate:
    """The agent, or the principal who was asked, says no. :raises Refused: it was answered before."""
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    if row.state not in (Mandate.State.OFFERED, Mandate.State.ASKED):
        raise Refused(_("この依頼は、もう取り消されたか、返事が済んでいます。"))
    was_asked = row.state == Mandate.State.ASKED
    row.state, row.over_at, row.over_by_id = Mandate.State.DECLINED, at, user_id
    row.save(update_fields=["state", "over_at", "over_by"])
    _record(row, "mandate.declined", actor=Actor(user_id=user_id), at=at)
    _tell(row, "mandate_declined", agent=was_asked, at=at)
    return row


@transaction.atomic
def revoke_mandate(*, mandate_id: int, user_id: int | None, at: datetime) -> Mandate:
    """解除 (民法651条), by either side and at once; what was passed on ends with it. Again it changes nothing."""
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    if row.state in Mandate.OPEN:
        _end(row, Mandate.State.REVOKED, "mandate.revoked", actor=Actor(user_id=user_id), at=at)
    return row


def _end(row: Mandate, state: str, kind: str, *, actor: Actor, at: datetime) -> None:
    counted = row.state == Mandate.State.IN_FORCE
    row.state, row.over_at, row.over_by_id = state, at, actor.user_id
    row.save(update_fields=["state", "over_at", "over_by"])
    _record(row, kind, actor=actor, at=at)
    for agent in (True, False):
        _tell(row, "mandate_over", agent=agent, at=at)
    if counted:
        mandate_over.send(Mandate, mandate_id=row.id, agent_id=row.agent_id, at=at)
    for child in Mandate.objects.select_for_update().filter(passed_on_from=row, state__in=Mandate.OPEN):
        _end(child, state, kind, actor=actor, at=at)


@transaction.atomic
def end_mandates(*, at: datetime, limit: int = 500) -> int:
    """The powers whose last day is past end, and both sides are told. How many."""
    past = Mandate.objects.select_for_update(skip_locked=True).filter(
        state__in=Mandate.OPEN, last_on__lt=calendar.office_day(at), passed_on_from=None
    )
    rows = list(past.order_by("id")[:limit])
    for row in rows:
        _end(row, Mandate.State.ENDED, "mandate.ended", actor=SYSTEM, at=at)
    return len(rows)


@transaction.atomic
def add_evidence(*, mandate_id: int, file_id: int, user_id: int, at: datetime) -> Evidence:
    """Attach a paper (委任状). :raises Refused: the mandate is over."""
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    if row.state not in Mandate.OPEN:
        raise Refused(_("終わった代理に、書類は加えられません。"))
    evidence = Evidence.objects.create(mandate=row, file_id=file_id, added_at=at, added_by_id=user_id)
    _record(row, "mandate.evidence_added", actor=Actor(user_id=user_id), at=at)
    return evidence


def _counting(row: Mandate, *, agent_id: int | None, at: datetime) -> None:
    day = calendar.office_day(at)
    if row.agent_id != agent_id or not is_in_force(row.state, starts_on=row.starts_on, last_on=row.last_on, on=day):
        raise NotInForce(_("代理が終わっているため、この操作はできません。本人が続けられます。"))


@transaction.atomic
def hold_mandate(*, mandate_id: int, agent_id: int | None, procedure: str, category: str, at: datetime) -> None:
    """Keep a power in force until the caller's transaction ends: nobody revokes it between the check and the act.

    :raises NotInForce: it does not count today, is not this agent's, or does not name the procedure or its
        category.
    """
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    _counting(row, agent_id=agent_id, at=at)
    if not covers(row.procedures, row.categories, key=procedure, category=category):
        raise NotInForce(_("この代理は、この手続には使えません。本人に確かめてください。"))
