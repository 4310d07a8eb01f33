"""The rules that demand seals: found, planned, amended; and the seals that fall with them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.rows import insert_many

from ..models import RequirementVersion, RuleAmendment, SealRequirement, SealRule
from ..rules import TO_GO, WITHOUT_RULE
from .recording import changed, known_unit, needed, record, refused, version_of
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
    _amended(rule, "seals.rule_amended", checked_day(amended_on, at=at), amendment, actor=actor, at=at)
    late = {"state": "planned", "planned_on": amended_on}  # came to the rule after its amendment was planned
    for was, values in (("classified", late), ("planned", {"state": "rule_amended"})):
        _shift(rule, was=(was,), values=values, on=amended_on, actor=actor, at=at)
    return rule


@transaction.atomic
def correct_amendment(
    *, rule_id: int, amended_on: date, amendment: str, reason: str, actor: Actor, at: datetime
) -> SealRule:
    """Say anew when an amendment came into force, or by what, where it was entered wrongly: one more entry, nothing is
    overwritten. The same again changes nothing.

    A seal that was dropped before the right day counts as dropped from that day on; what was counted before the
    correction is counted again by asking for what was known then (``queries.progress.counts``).

    :raises SealRefused: it is not amended, the day lies in the future, or there is no reason.
    """
    rule = SealRule.objects.select_for_update().get(id=rule_id)
    if rule.amended_on is None:
        raise refused("", _("規定の改正を先に記録してください。"))
    if not amendment.strip():
        raise refused("amendment", _("改正した規則などの番号を書いてください。"))
    if (rule.amended_on, rule.amendment) == (amended_on, amendment.strip()):
        return rule
    if amended_on > org.office_day(at):
        raise refused("amended_on", _("先の日付にはできません。その日が来てから進めてください。"))
    day, reason = amended_on, needed(reason)
    entry = _amended(rule, "seals.amendment_corrected", day, amendment, reason=reason, actor=actor, at=at)
    _count_later(rule, day, entry=entry, reason=reason, at=at)
    return rule


def _amended(
    rule: SealRule, kind: str, day: date, amendment: str, *, reason: str = "", actor: Actor, at: datetime
) -> int:
    """Write what is in force from when; the entry of the ledger."""
    rule.amended_on, rule.amendment, rule.changed_at = day, amendment.strip(), at
    data: dict[str, JSON] = {"amended_on": day.isoformat(), "field": rule.field, "amendment": rule.amendment}
    entry = _record(rule, kind, data, reason=reason, actor=actor, at=at)
    RuleAmendment.objects.create(
        rule=rule, amended_on=day, amendment=rule.amendment, reason=reason, recorded_at=at, ledger_entry_id=entry
    )
    rule.save()
    return entry


def _count_later(rule: SealRule, day: date, *, entry: int, reason: str, at: datetime) -> None:
    """Further versions of the seals that rested on the rule and count as dropped too early: not dropped from each of
    those days on, dropped from the right one."""
    rows = (
        SealRequirement.objects.select_for_update().filter(rule=rule, state="abolished").exclude(basis__in=WITHOUT_RULE)
    )
    found = {each.pk: each for each in rows.order_by("id")}
    early = RequirementVersion.objects.filter(requirement__in=found, state="abolished", effective_on__lt=day)
    written: list[RequirementVersion] = []
    for key, on in (
        early.order_by("requirement_id", "effective_on").values_list("requirement_id", "effective_on").distinct()
    ):
        seal = found[key]
        steps = [(on, "planned", "abolished")]
        if not any(each.requirement_id == key for each in written):
            steps.append((day, "abolished", "planned"))
        for since, state, was in steps:
            written.append(version_of(seal, entry, since, state=state, was=was, reason=reason, at=at))
    insert_many(written)


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
    moved = SealRequirement.objects.filter(id__in=[each.requirement.pk for each in done])
    moved.update(**values, changed_at=at)  # the same of each: nothing else of it changed
    reason = _("規定「%(name)s」による") % {"name": rule.name}
    subject = Subject("seal_rule", rule.id)
    record("seals.moved", done, subject=subject, reason=reason, effective_on=on, actor=actor, at=at)
    return len(done)


def _record(
    rule: SealRule, kind: str, data: Mapping[str, JSON], *, reason: str = "", actor: Actor, at: datetime
) -> int:
    unit = org.bureau_of(rule.unit, on=org.office_day(at)).code
    entry = ledger.append(
        subject=Subject("seal_rule", rule.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=unit,
        data={"code": rule.code, **data},
        personal={"reason": reason} if reason else None,
    )
    return entry.id
