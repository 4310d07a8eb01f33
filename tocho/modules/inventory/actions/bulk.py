"""The same change of a whole filter: confirmed with its number, made by a job, each entry its own record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject

from ..models import BulkChange
from .entries import ASSIGNED, assign_entries
from .recording import EntryRefused, known_unit, needed, only

PIECE = 50
REFUSED_KEPT = 100


@transaction.atomic
def ask_bulk_change(
    *,
    entry_ids: Iterable[int],
    seen: int,
    values: Mapping[str, Any],
    reason: str,
    once: str,
    actor: Actor,
    at: datetime,
) -> BulkChange:
    """Have all these entries changed by a job. ``seen`` is how many the person was shown. The same ``once`` is one.

    :raises EntryRefused: nothing to change, no reason, or the number is another one by now.
    """
    if known := BulkChange.objects.filter(once=once).first():
        return known
    ids, given = sorted(set(entry_ids)), only(values, ASSIGNED)
    if not ids or not given:
        raise EntryRefused([("", _("手続と、変える内容を選んでください。"))])
    if len(ids) != seen:
        words = _("当てはまる手続が%(seen)d件から%(now)d件に変わりました。もう一度確かめてください。")
        raise EntryRefused([("", words % {"seen": seen, "now": len(ids)})])
    if "unit" in given:
        given["unit"] = known_unit(given["unit"], at=at)
    change, created = BulkChange.objects.get_or_create(
        once=once,
        defaults={
            "entry_ids": ids,
            "values": given,
            "reason": needed(reason),
            "total": len(ids),
            "asked_by_id": actor.user_id or 0,
            "post_id": actor.post_id,
            "asked_at": at,
        },
    )
    if created:
        app.configure_task("inventory.change_bulk").defer(change_id=change.id)
        _record(change, "inventory.bulk_asked", actor=actor, at=at)
    return change


def change_bulk(*, change_id: int, at: datetime) -> bool:
    """The next piece of a bulk change, in one transaction with its progress; whether there is more.

    Entries that may not say it are left as they are and named with the reason. May run again after it was killed.
    """
    with transaction.atomic():
        change = BulkChange.objects.select_for_update().get(id=change_id)
        if change.done_at is not None:
            return False
        actor = Actor(user_id=change.asked_by_id, post_id=change.post_id)
        for entry_id in change.entry_ids[change.done_count : change.done_count + PIECE]:
            _change_one(change, entry_id, actor=actor, at=at)
            change.done_count += 1
        if change.done_count >= change.total:
            change.done_at = at
            _record(change, "inventory.bulk_done", actor=actor, at=at)
        change.save(update_fields=["done_count", "changed_count", "refused_count", "refused", "done_at"])
        return change.done_at is None


def _change_one(change: BulkChange, entry_id: int, *, actor: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            change.changed_count += assign_entries(
                entry_ids=[entry_id], values=change.values, reason=change.reason, actor=actor, at=at
            )
    except EntryRefused as refused:
        change.refused_count += 1
        change.refused = [*change.refused, refused.message][:REFUSED_KEPT]


def _record(change: BulkChange, kind: str, *, actor: Actor, at: datetime) -> None:
    subject, columns = Subject("inventory_bulk", change.id), sorted(change.values)
    data: dict[str, JSON] = {
        "columns": [*columns],
        "entries": change.total,
        "changed": change.changed_count,
        "refused": change.refused_count,
    }
    ledger.append(subject=subject, kind=kind, actor=actor, at=at, data=data)
