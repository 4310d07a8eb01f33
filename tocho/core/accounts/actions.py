"""What happened at the door: signed in, refused, locked. Each is an entry in the ledger of that person."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User, UserKind
from tocho.core.accounts.signals import account_closed
from tocho.core.ledger import api as ledger
from tocho.lib.errors import Refused


class UnknownEmployee(Refused):
    """The employees' provider vouches for somebody whom the register of employees does not know."""


def record_sign_in(*, user: User, method: str, address: str, at: datetime) -> None:
    """A person has signed in; ``method`` is password, passkey, totp, sample, or the id of an OpenID provider."""
    _record(user, "accounts.signed_in", {"method": method}, address, at, actor=ledger.Actor(user_id=user.id))


def record_failure(*, user: User, address: str, at: datetime) -> None:
    """Somebody gave a wrong password for a person's account. Limited by the lock, so the chain cannot be flooded."""
    _record(user, "accounts.sign_in_failed", {}, address, at)


def record_lock(*, user: User, address: str, at: datetime) -> None:
    """Too many wrong passwords: for a while nobody can sign in to this account with one."""
    _record(user, "accounts.locked", {}, address, at)


@transaction.atomic
def close_account(*, user_id: int, at: datetime) -> None:
    """Close a person's account by the person's own wish: name, addresses, sign-ins and sessions go at once.

    The row stays, empty, because acts point at it; the ledger's personal part of it is erased. Closed already: nothing.
    :raises Refused: an employee's account, which the personnel register keeps.
    """
    user = User.objects.select_for_update().get(id=user_id)
    if not user.is_active:
        return
    if user.kind == UserKind.EMPLOYEE:
        raise Refused(_("職員のアカウントは、ここからは削除できません。"))
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.username, user.email, user.display_name, user.display_name_kana = f"closed-{user.id}", "", "", ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    account_closed.send(sender=User, user_id=user.id, at=at)
    subject = ledger.Subject("user", user.id)
    ledger.erase_personal(subject=subject, reason="本人の申出によるアカウントの削除", actor=ledger.SYSTEM, at=at)
    ledger.append(subject=subject, kind="accounts.closed", actor=ledger.Actor(user_id=user.id), at=at)


@transaction.atomic
def record_export(*, user_id: int, at: datetime) -> None:
    """That a person has taken a copy of everything kept about them (個人情報保護法76条の開示に代わるもの)."""
    ledger.append(
        subject=ledger.Subject("user", user_id), kind="accounts.exported", actor=ledger.Actor(user_id=user_id), at=at
    )


def _record(
    user: User,
    kind: str,
    data: dict[str, ledger.JSON],
    address: str,
    at: datetime,
    *,
    actor: ledger.Actor = ledger.SYSTEM,
) -> None:
    with transaction.atomic():
        ledger.append(
            subject=ledger.Subject("user", user.id),
            kind=kind,
            actor=actor,
            at=at,
            data=data,
            personal={"address": address},
        )


def employee_vouched_for(number: str) -> User:
    """The employee with this number (職員番号), for whom the employees' provider vouches.

    :raises UnknownEmployee: no active employee has the number; accounts come from the personnel register.
    """
    user = User.objects.filter(username=number, kind=UserKind.EMPLOYEE, is_active=True).first() if number else None
    if user is None:
        raise UnknownEmployee(_("この職員番号は登録されていません。所属の庶務担当に確かめてください。"))
    return user
