"""What people do to entries by hand: add, edit, move, assign."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.modules.procedures import api as procedures

from ..models import ProcedureEntry
from ..queries.comparing import BLANK
from ..rules import refusal_to_move, values_of
from .recording import EntryRefused, checked_day, known_unit, needed, only, record, take_values

GROUND = ("procedure_key", "system_name", "system_url", "certifier", "starts", "completes", "authority")
ASSIGNED = ("unit", "starts", "completes", "method")
MOST_ASSIGNED = 200


@transaction.atomic
def add_entry(*, values: Mapping[str, Any], reason: str, actor: Actor, at: datetime) -> ProcedureEntry:
    """Enter a procedure that the survey did not know, as 調査済.

    :raises EntryRefused: the id is taken, or the entry may not say that.
    """
    whole = {**BLANK, **values, "state": "surveyed", "unit": known_unit(values.get("unit", ""), at=at)}
    if ProcedureEntry.objects.filter(code=whole["code"]).exists():
        raise EntryRefused([("code", _("この手続IDはもう使われています。"))])
    entry = ProcedureEntry(changed_at=at, unit=whole["unit"])
    take_values(entry, whole, published={})
    entry.save(force_insert=True)
    today = checked_day(entry, None, at=at)
    record(entry, "inventory.added", changes={}, reason=reason.strip(), effective_on=today, actor=actor, at=at)
    return entry


@transaction.atomic
def edit_entry(
    *, entry_id: int, values: Mapping[str, Any], seen: int, reason: str = "", actor: Actor, at: datetime
) -> ProcedureEntry:
    """Change what an entry says, from today; its state only moves by ``move_entry``.

    ``seen`` is the version (its id) that the person had before their eyes. Nothing changed is no act.

    :raises EntryRefused: somebody else changed it meanwhile, or the entry may not say that.
    """
    entry = ProcedureEntry.objects.select_for_update().get(id=entry_id)
    changed = {key: value for key, value in values.items() if key not in ("state", "code")}
    if changed.get("unit", entry.unit) != entry.unit:
        changed["unit"] = known_unit(changed["unit"], at=at)
    changes = take_values(entry, changed, published=procedures.current_versions())
    if not changes:
        return entry
    if entry.versions.order_by("-id").values_list("id", flat=True).first() != seen:
        words = _("ほかの人が先にこの手続を直しました。最新の内容を別の画面で確かめてから、もう一度保存してください。")
        raise EntryRefused([("", words)])
    _save(entry, at=at)
    today = checked_day(entry, None, at=at)
    record(entry, "inventory.edited", changes=changes, reason=reason.strip(), effective_on=today, actor=actor, at=at)
    return entry


@transaction.atomic
def move_entry(
    *,
    entry_id: int,
    to: str,
    reason: str,
    values: Mapping[str, Any] | None = None,
    effective_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> ProcedureEntry:
    """Move an entry to its next state. ``values`` may give what that state needs (schedule, key, other system).

    公開中 needs a published version of the linked procedure, or a named system elsewhere with its address and the post
    that certifies it. Moving to where it stands already changes nothing.

    :raises EntryRefused: the state does not follow, something is missing, there is no reason.
    """
    entry = ProcedureEntry.objects.select_for_update().get(id=entry_id)
    if entry.state == to:
        return entry
    published = procedures.current_versions()
    given = only(values or {}, GROUND)
    if to == "abolished":
        given["authority"] = "abolished"
    if refusal := refusal_to_move({**values_of(entry), **given}, to, published=published):
        raise EntryRefused([("", refusal)])
    reason, day = needed(reason), checked_day(entry, effective_on, at=at)
    changes = take_values(entry, {**given, "state": to}, published=published)
    _save(entry, at=at)
    record(entry, "inventory.moved", changes=changes, reason=reason, effective_on=day, actor=actor, at=at)
    return entry


@transaction.atomic
def assign_entries(
    *, entry_ids: Iterable[int], values: Mapping[str, Any], reason: str, actor: Actor, at: datetime
) -> int:
    """Give several entries an owner, a schedule or a method at once; returns how many changed. All or none.

    :raises EntryRefused: one of them may not say that (its id is named), or there are too many.
    """
    ids, given, changed = sorted(set(entry_ids)), only(values, ASSIGNED), 0
    if not ids or not given:
        raise EntryRefused([("", _("手続と、変える内容を選んでください。"))])
    if len(ids) > MOST_ASSIGNED:
        raise EntryRefused([("", _("一度に変えられるのは%(most)d件までです。") % {"most": MOST_ASSIGNED})])
    if "unit" in given:
        given["unit"] = known_unit(given["unit"], at=at)
    published = procedures.current_versions()
    for entry in ProcedureEntry.objects.select_for_update().filter(id__in=ids).order_by("id"):
        try:
            changes = take_values(entry, given, published=published)
        except EntryRefused as refused:
            raise EntryRefused([("", f"{entry.code}　{refused.message}")]) from refused
        if not changes:
            continue
        changed += 1
        _save(entry, at=at)
        day = checked_day(entry, None, at=at)
        record(entry, "inventory.edited", changes=changes, reason=reason.strip(), effective_on=day, actor=actor, at=at)
    return changed


def _save(entry: ProcedureEntry, *, at: datetime) -> None:
    entry.changed_at = at
    entry.save(force_update=True)
