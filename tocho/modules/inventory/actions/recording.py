from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import FieldsRefused

from ..models import EntryVersion, ImportRun, ProcedureEntry
from ..rules import LIVE, rate_change, row_problems, search_text, set_values, values_of


class EntryRefused(FieldsRefused):
    """What an entry may not say, by column of the code book."""


def subject_of(entry: ProcedureEntry) -> Subject:
    """The ledger's name for an entry."""
    return Subject("inventory_entry", entry.id)


def checked_day(entry: ProcedureEntry, effective_on: date | None, *, at: datetime) -> date:
    """The day from which an act counts: today, or an earlier day after the last act.

    :raises EntryRefused: it lies in the future, or before what is already recorded.
    """
    today = org.office_day(at)
    day = effective_on or today
    last = entry.versions.order_by("-effective_on", "-id").values_list("effective_on", flat=True).first()
    if day > today:
        raise EntryRefused([("effective_on", _("先の日付にはできません。その日が来てから進めてください。"))])
    if last and day < last:
        if effective_on is None:
            return last
        words = {"day": last.isoformat()}
        raise EntryRefused([("effective_on", _("%(day)sより前にはできません。その日までの記録があります。") % words)])
    return day


def take_values(
    entry: ProcedureEntry, values: Mapping[str, Any], *, published: Mapping[str, int]
) -> dict[str, list[Any]]:
    """Set values on an entry (not saved) and say what that changes: column → [before, after].

    :raises EntryRefused: the entry may not say that.
    """
    before = values_of(entry)
    changes = {key: [before[key], value] for key, value in values.items() if before[key] != value}
    if problems := list(row_problems({**before, **values}, published=published)):
        raise EntryRefused(problems)
    set_values(entry, {key: after for key, (_before, after) in changes.items()})
    settle(entry, published=published)
    return changes


def settle(entry: ProcedureEntry, *, published: Mapping[str, int]) -> None:
    """Derive what follows from an entry's values: the version that makes it live, the words of the search."""
    if entry.state not in LIVE or not entry.procedure_key:
        entry.version_id = None
    elif entry.version_id is None or entry.procedure_key in published:
        entry.version_id = published.get(entry.procedure_key)
    entry.search_text = search_text(entry.code, entry.name, entry.law)


def record(
    entry: ProcedureEntry,
    kind: str,
    *,
    changes: Mapping[str, list[Any]],
    reason: str,
    effective_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """One act on one entry: its ledger entry and the version from that day on."""
    state = changes.get("state", [entry.state, entry.state])
    data: dict[str, JSON] = {
        "code": entry.code,
        "from": state[0],
        "to": state[1],
        "columns": [*sorted(changes)],
        "effective_on": effective_on.isoformat(),
        "is_main": entry.is_main,
        "volume": entry.volume or 0,
        "went_online": state[0] not in LIVE and state[1] in LIVE,
        "rate": {**rate_of(entry, changes, is_new=kind == "inventory.added")},
    }
    written = ledger.append(subject=subject_of(entry), kind=kind, actor=actor, at=at, unit=entry.unit, data=data)
    version_of(
        entry, changes=changes, reason=reason, effective_on=effective_on, at=at, ledger_entry_id=written.id
    ).save(force_insert=True)


def rate_of(entry: ProcedureEntry, changes: Mapping[str, list[Any]], *, is_new: bool) -> dict[str, JSON]:
    """What the act that left an entry as it is now adds to the online rates, by office (``rate_change``)."""
    after = values_of(entry)
    before = None if is_new else {**after, **{key: pair[0] for key, pair in changes.items()}}
    return {unit: [*amounts] for unit, amounts in rate_change(before, after).items()}


def version_of(
    entry: ProcedureEntry,
    *,
    changes: Mapping[str, list[Any]],
    reason: str,
    effective_on: date,
    at: datetime,
    ledger_entry_id: int | None = None,
    run: ImportRun | None = None,
) -> EntryVersion:
    """What an entry says from a day on, not saved."""
    return EntryVersion(
        entry=entry,
        effective_on=effective_on,
        recorded_at=at,
        state=entry.state,
        authority=entry.authority,
        is_main=entry.is_main,
        unit=entry.unit,
        kind=entry.kind,
        volume=entry.volume,
        starts=entry.starts,
        completes=entry.completes,
        reason=reason,
        changes=dict(changes),
        ledger_entry_id=ledger_entry_id,
        run=run,
    )


def needed(reason: str) -> str:
    """The reason of an act, which must be there. :raises EntryRefused:"""
    if not reason.strip():
        raise EntryRefused([("reason", _("理由を入力してください。"))])
    return reason.strip()


def known_unit(unit: str, *, at: datetime) -> str:
    """The code of an office of today. :raises EntryRefused:"""
    try:
        return org.unit(unit, on=org.office_day(at)).code
    except org.UnknownUnit as error:
        raise EntryRefused([("unit", _("この組織コードの組織はありません。"))]) from error


def only(values: Mapping[str, Any], allowed: Collection[str]) -> dict[str, Any]:
    """The values of these columns."""
    return {key: value for key, value in values.items() if key in allowed}
