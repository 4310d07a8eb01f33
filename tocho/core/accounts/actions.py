"""What happened at the door: signed in, refused, locked. Each is an entry in the ledger of that person."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User, UserKind
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
