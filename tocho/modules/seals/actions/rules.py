"""The rules that demand seals: found, planned, amended; and the seals that fall with them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org

from ..models import SealRequirement, SealRule
from ..rules import TO_GO
from .recording import changed, known_unit, record, refused, save
from .requirements import checked_day

WRITABLE = ("name", "kind", "field", "unit", "planned_on", "sample_note")


@transaction.atomic
def add_rule(*, code: str, values: Mapping[str, Any], identified_on: date, actor: Actor, at: datetime) -> SealRule:
    """Enter a rule that demands seals and has to be amended. :raises SealRefused: its number is taken."""
    if SealRule.objects.filter(code=code).exists():
        raise refused("code", _("この規定番号はもう使われています。"))
    given = {key: values[key] for key in WRITABLE if key in values}
    given["unit"] = known_unit(given.get("unit", ""), at=at)
    rule = SealRule.objects.create(code=code, identified_on=identified_on, changed_at=at, **given)
    _record(rule, "seals.rule_added", {"field": rule.field}, actor=actor, at=at)
    return rule


@transaction.atomic
def edit_rule(*, rule_id: int, values: Mapping[str, Any], actor: Actor, at: datetime) -> SealRule:
    """Correct a rule, or plan when its amendment comes into force; its seals that are to go follow (改正予定).

    :raises SealRefused: it is amended already and the plan would change.
    """
    rule = SealRule.objects.select_for_update().get(id=rule_id)
    given = {key: values[key] for key in WRITABLE if key in values and values[key] != getattr(rule, key)}
    if not given:
        return rule
    if "planned_on" in given and rule.amended_on:
        raise refused("planned_on", _("この規定は改正済みです。"))
    if "unit" in given:
        given["unit"] = known_unit(given["unit"], at=at)
    for key, value in given.items():
        setattr(rule, key, value)
    rule.changed_at = at
    rule.save()
    _record(rule, "seals.rule_edited", {"columns": [*sorted(given)]}, actor=actor, at=at)
    if given.get("planned_on"):
        _shift(
            rule,
            was=("classified", "planned"),
            values={"state": "planned", "planned_on": rule.planned_on},
            on=org.office_day(at),
            actor=actor,
            at=at,
        )
    return rule


@transaction.atomic
def amend_rule(*, rule_id: int, amended_on: date, amendment: str, actor: Actor, at: datetime) -> SealRule:
    """Record that the amendment is in force; all seals of the rule that are to go become 規定改正済 then. Once only.

    :raises SealRefused: the day lies in the future, or the amending act is not named.
    """
    rule = SealRule.objects.select_for_update().get(id=rule_id)
    if rule.amended_on:
        return rule
    if not amendment.strip():
        raise refused("amendment", _("改正した規則などの番号を書いてください。"))
    rule.amended_on, rule.amendment, rule.changed_at = checked_day(amended_on, at=at), amendment.strip(), at
    rule.save()
    data: dict[str, JSON] = {"amended_on": amended_on.isoformat(), "field": rule.field, "amendment": rule.amendment}
    _record(rule, "seals.rule_amended", data, actor=actor, at=at)
    late = {"state": "planned", "planned_on": amended_on}  # came to the rule after its amendment was planned
    for was, values in (("classified", late), ("planned", {"state": "rule_amended"})):
        _shift(rule, was=(was,), values=values, on=amended_on, actor=actor, at=at)
    return rule


@transaction.atomic
def drop_seals_of_rule(*, rule_id: int, units: frozenset[str] | None, actor: Actor, at: datetime) -> int:
    """Stop the seals that an amended rule no longer demands (廃止済), of some offices or of all; returns how many.

    :raises SealRefused: the rule is not amended.
    """
    rule = SealRule.objects.select_for_update().get(id=rule_id)
    if not rule.amended_on:
        raise refused("", _("規定の改正を先に記録してください。"))
    day = org.office_day(at)
    return _shift(rule, was=("rule_amended",), values={"state": "abolished"}, on=day, units=units, actor=actor, at=at)


def _shift(
    rule: SealRule,
    *,
    was: tuple[str, ...],
    values: Mapping[str, Any],
    on: date,
    actor: Actor,
    at: datetime,
    units: frozenset[str] | None = None,
) -> int:
    """Carry what happened to a rule over to those of its seals that are to go."""
    rows = SealRequirement.objects.select_for_update().filter(rule=rule, state__in=was, disposition__in=TO_GO)
    if units is not None:
        rows = rows.filter(unit__in=units)
    done = [change for each in rows.order_by("id") if (change := changed(each, values, at=at)).changes]
    if not done:
        return 0
    save(done)
    reason = _("規定「%(name)s」による") % {"name": rule.name}
    subject = Subject("seal_rule", rule.id)
    record("seals.moved", done, subject=subject, reason=reason, effective_on=on, actor=actor, at=at)
    return len(done)


def _record(rule: SealRule, kind: str, data: Mapping[str, JSON], *, actor: Actor, at: datetime) -> None:
    unit = org.bureau_of(rule.unit, on=org.office_day(at)).code
    ledger.append(
        subject=Subject("seal_rule", rule.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=unit,
        data={"code": rule.code, **data},
    )
