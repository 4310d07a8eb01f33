from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.rows import insert, update

from ..models import Delegation


class DelegationRefused(Refused):
    """The delegation cannot be registered or ended as asked; the message says why."""


@dataclass(frozen=True)
class Terms:
    """Whose power goes to whom, over which categories (all when none), by what rule, from when to when."""

    from_post: int
    to_post: int
    categories: Sequence[str]
    basis: str
    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def register_delegation(terms: Terms, *, actor: Actor, at: datetime) -> Delegation:
    """委任: from a day on, another post decides in its own name (地方自治法153条). The same again gives the same row.

    :raises DelegationRefused: no basis, a past day, to itself, a chain, or a conflict with another delegation.
    """
    on = calendar.office_day(at)
    with connection.cursor() as cursor:  # conflicts are looked for one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('decisions.delegation'))")
    _check(terms, on=on)
    now = Delegation.objects.exclude(Q(ends_on__lte=terms.starts_on) | Q(revoked_on__isnull=False))
    if terms.ends_on is not None:
        now = now.filter(starts_on__lt=terms.ends_on)
    for row in now.filter(from_post_id=terms.from_post):
        if (row.to_post_id, row.starts_on, row.ends_on, row.categories) == (
            terms.to_post, terms.starts_on, terms.ends_on, sorted(terms.categories),
        ):  # fmt: skip
            return row
        if not row.categories or not terms.categories or set(row.categories) & set(terms.categories):
            raise DelegationRefused(_("同じ権限が、その期間にすでに委任されています。先にその委任を終えてください。"))
    if now.filter(Q(from_post_id=terms.to_post) | Q(to_post_id=terms.from_post)).exists():
        raise DelegationRefused(_("委任を受けた権限を、さらに委任することはできません。"))
    row = Delegation(from_post_id=terms.from_post, to_post_id=terms.to_post, basis=terms.basis.strip()[:200])
    row.categories, row.starts_on, row.ends_on = sorted(terms.categories), terms.starts_on, terms.ends_on
    row.registered_by_id, row.registered_at = actor.user_id or 0, at
    insert(row)
    _record(row, "delegation.registered", actor, at)
    return row


def _check(terms: Terms, *, on: date) -> None:
    if not terms.basis.strip():
        raise DelegationRefused(_("委任の根拠となる規則などの条項を入力してください。"))
    if terms.from_post == terms.to_post:
        raise DelegationRefused(_("同じ職への委任はできません。"))
    if org.post(terms.from_post, on=terms.starts_on) is None or org.post(terms.to_post, on=terms.starts_on) is None:
        raise DelegationRefused(_("委任する職か委任を受ける職が、その日に存在しません。"))
    if terms.starts_on < on:
        raise DelegationRefused(_("過ぎた日からの委任は登録できません。"))
    if terms.ends_on is not None and terms.ends_on <= terms.starts_on:
        raise DelegationRefused(_("終わりの日は、始まりの日より後にしてください。"))


@transaction.atomic
def revoke_delegation(*, delegation_id: int, actor: Actor, at: datetime) -> Delegation:
    """委任を解く, from today on; what was decided under it stays decided. Revoked already: nothing happens."""
    row = Delegation.objects.select_for_update().get(id=delegation_id)
    if row.revoked_on is not None:
        return row
    row.revoked_on = calendar.office_day(at)
    update(row, "revoked_on")
    _record(row, "delegation.revoked", actor, at)
    return row


def _record(row: Delegation, kind: str, actor: Actor, at: datetime) -> None:
    ledger.append(
        subject=Subject("delegation", row.id),
        kind=kind,
        actor=actor,
        at=at,
        data={
            "from_post": row.from_post_id,
            "to_post": row.to_post_id,
            "categories": list(row.categories),
            "basis": row.basis,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        },
    )
