"""Every write of the module, one verb each. The ledger learns which values changed, never what they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.lib.errors import Refused

from .models import Corporation, OwnRecord
from .providers import CorporationEntry, RegisterUnavailableError, corporate_register, resident_register
from .rules import is_fresh


class RegisterSilent(Refused):
    """A register cannot be asked now; one can still type."""


class NotRegistered(Refused):
    """A register knows no such person or corporation."""


@transaction.atomic
def save_own_data(
    *, user_id: int, values: Mapping[str, Any], origin: str = "", actor: Actor | None = None, at: datetime
) -> None:
    """Keep values of one's own data; None empties one. ``origin`` names the register they are from, "" typed by hand.

    Saved again unchanged it changes and records nothing.
    """
    OwnRecord.objects.get_or_create(user_id=user_id, defaults={"updated_at": at})
    record = OwnRecord.objects.select_for_update(of=("self",)).get(user_id=user_id)
    changed = [key for key, value in values.items() if record.values.get(key) != value]
    if not changed:
        return
    for key in changed:
        record.origins.pop(key, None)
        record.values.pop(key, None)
        if values[key] not in (None, ""):
            record.values[key] = values[key]
            if origin:
                record.origins[key] = origin
    record.updated_at = at
    record.save(update_fields=["values", "origins", "updated_at"])
    _record(
        user_id, "registers.saved", actor=actor or Actor(user_id=user_id), at=at, values=list[JSON](sorted(changed))
    )


@transaction.atomic
def delete_own_data(*, user_id: int, actor: Actor, at: datetime) -> None:
    """Erase all of one's own data; what was given in applications stays with them. Gone already: nothing."""
    count, _by_model = OwnRecord.objects.filter(user_id=user_id).delete()
    if count:
        _record(user_id, "registers.deleted", actor=actor, at=at)


def find_corporation(number: str, *, at: datetime) -> Corporation | None:
    """A corporation by its number, from our copy where it is fresh, from the register otherwise; None where there is
    none. A stale copy serves while the register is silent. Not in one transaction: the register is asked outside any.

    :raises RegisterSilent: the register does not answer and we have no copy.
    """
    known = Corporation.objects.filter(number=number).first()
    if known is None or not is_fresh(known.fetched_at, at=at):
        try:
            entry = corporate_register().find(number)
        except RegisterUnavailableError as error:
            if known is None:
                raise RegisterSilent(
                    _("法人番号の台帳に、いまつながりません。手で入力するか、少し待ってお試しください。")
                ) from error
        else:
            known = _keep(number, entry, at=at)
    return known if known and known.found else None


def _keep(number: str, entry: CorporationEntry | None, *, at: datetime) -> Corporation:
    values: dict[str, Any] = {"found": entry is not None, "fetched_at": at}
    if entry is not None:
        names = ("name", "kana", "postal_code", "prefecture", "city", "street", "closed_on")
        values |= {name: getattr(entry, name) for name in names}
    row, _made = Corporation.objects.update_or_create(number=number, defaults=values)
    return row


def take_from_corporate_register(*, user_id: int, number: str, at: datetime) -> None:
    """Fill a company's own data from the register of corporate numbers; the look-up is recorded, found or not.

    :raises RegisterSilent: it cannot be asked now. :raises NotRegistered: it knows no such number.
    """
    found = find_corporation(number, at=at)
    with transaction.atomic():
        if found is not None:
            save_own_data(user_id=user_id, values=_as_answers(found), origin="corporate", at=at)
        _record_look(user_id, "corporate", found=found is not None, at=at)
    if found is None:
        raise NotRegistered(_("この法人番号は台帳に見つかりません。番号を確かめてください。"))


def _as_answers(row: Corporation) -> dict[str, Any]:
    address = {"postal_code": _hyphened(row.postal_code), "prefecture": row.prefecture, "city": row.city}
    address["rest"] = row.street
    return {
        "number": row.number,
        "name": row.name,
        "kana": row.kana,
        "address": {key: value for key, value in address.items() if value},
    }


def _hyphened(code: str) -> str:
    return f"{code[:3]}-{code[3:]}" if len(code) == 7 else ""


def take_from_resident_register(*, user_id: int, at: datetime) -> None:
    """Fill a person's own data from the register of residents, by the person's own wish; the look-up is recorded.

    :raises RegisterSilent: it cannot be asked now. :raises NotRegistered: it does not know the person.
    """
    account = User.objects.values_list("username", flat=True).get(id=user_id)
    try:
        found = resident_register().find(account)
    except RegisterUnavailableError as error:
        raise RegisterSilent(_("住民の台帳に、いまつながりません。手で入力してください。")) from error
    with transaction.atomic():
        if found is not None:
            save_own_data(user_id=user_id, values=found, origin="residents", at=at)
        _record_look(user_id, "residents", found=found is not None, at=at)
    if found is None:
        raise NotRegistered(_("台帳にあなたの記録が見つかりません。手で入力してください。"))


def _record_look(user_id: int, register: str, *, found: bool, at: datetime) -> None:
    _record(user_id, "registers.looked_up", actor=Actor(user_id=user_id), at=at, register=register, found=found)


def _record(user_id: int, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    ledger.append(subject=Subject("user", user_id), kind=kind, actor=actor, at=at, data=data)
