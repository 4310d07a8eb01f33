"""What people do to requirements by hand: add, edit, classify several, move on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org

from ..models import RequirementVersion, SealRequirement
from ..rules import refusal_to_move
from .recording import (
    FACTS,
    Change,
    SealRefused,
    changed,
    day_of_answer,
    known_unit,
    needed,
    needs_open,
    open_round,
    record,
    refused,
    same_again,
    save,
    subject_of,
    values_of,
)

MOST_AT_ONCE = 500
NEEDED_BY = {"planned": ("rule", "planned_on"), "retained": ("retained_reason", "review_on")}


@transaction.atomic
def add_requirement(*, values: Mapping[str, Any], actor: Actor, at: datetime) -> SealRequirement:
    """Enter an affair in which a paper is sealed. With a class it is 区分済, or 廃止済 when it rests on no rule.

    :raises SealRefused: it is there already, may not say that, or the bureau has certified its answer.
    """
    survey, day = open_round(at=at), org.office_day(at)
    unit = known_unit(values.get("unit", ""), at=at)
    needs_open({unit}, survey, at=at)
    requirement = SealRequirement()
    done = changed(requirement, {**_facts(values), "unit": unit}, at=at)
    try:
        with transaction.atomic():
            requirement.save(force_insert=True)
    except IntegrityError as error:
        raise same_again(error) from error
    subject = Subject("seal_requirement", requirement.pk)
    since = day_of_answer(survey, at=at)
    record("seals.added", [done], subject=subject, reason="", effective_on=day, answers_for=since, actor=actor, at=at)
    return requirement


@transaction.atomic
def edit_requirement(
    *, requirement_id: int, values: Mapping[str, Any], seen: int, reason: str = "", actor: Actor, at: datetime
) -> SealRequirement:
    """Correct what was found, or name its class. Nothing changed is no act.

    ``seen`` is the version (its id) that the person had before their eyes.

    :raises SealRefused: somebody else changed it, the bureau has certified, or it may not say that.
    """
    survey = open_round(at=at)
    requirement = SealRequirement.objects.select_for_update().get(id=requirement_id)
    given = _facts(values)
    if given.get("unit", requirement.unit) != requirement.unit:
        given["unit"] = known_unit(given["unit"], at=at)
    done = changed(requirement, given, at=at)
    if not done.changes:
        return requirement
    if last_version(requirement.pk) != seen:
        raise refused("", _("ほかの人が先に直しました。最新の内容を別の画面で確かめてから、もう一度保存してください。"))
    needs_open({requirement.unit, *done.changes.get("unit", ())}, survey, at=at)
    since = day_of_answer(survey, at=at)
    _write([done], survey_kind="seals.edited", reason=reason.strip(), answers_for=since, actor=actor, at=at)
    return requirement


@transaction.atomic
def change_requirements(
    *, requirement_ids: Iterable[int], values: Mapping[str, Any], reason: str, actor: Actor, at: datetime
) -> int:
    """Name the class, the substitute or the rule of several at once; returns how many changed. All or none.

    :raises SealRefused: one of them may not say that (its number is named), its bureau has certified, too many.
    """
    survey = open_round(at=at)
    given = {key: value for key, value in values.items() if key in ("disposition", "substitute", "rule") and value}
    if not given:
        raise refused("", _("変える内容を選んでください。"))
    done = [_one(each, given, at=at) for each in _locked(requirement_ids)]
    done = [each for each in done if each.changes]
    needs_open({each.requirement.unit for each in done}, survey, at=at)
    if done:
        since = day_of_answer(survey, at=at)
        _write(done, survey_kind="seals.edited", reason=reason.strip(), answers_for=since, actor=actor, at=at)
    return len(done)


@transaction.atomic
def move_requirements(
    *,
    requirement_ids: Iterable[int],
    to: str,
    reason: str,
    values: Mapping[str, Any] | None = None,
    effective_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Move requirements to their next state; those that stand there already stay. All or none; returns how many moved.

    ``values`` gives what the state needs: the rule and the day of its amendment (改正予定), why it stays and when it is
    reviewed (存続). Certified answers move on all the same: this is what happens after the survey. What is taken out
    (対象外) changes the answer, so that must be open.

    :raises SealRefused: the state does not follow, something is missing, there is no reason.
    """
    given = {key: value for key, value in (values or {}).items() if key in NEEDED_BY.get(to, ()) and value}
    reason, day = needed(reason), checked_day(effective_on, at=at)
    rows = [each for each in _locked(requirement_ids, with_rule=True) if each.state != to]
    if to == "removed":
        needs_open({each.unit for each in rows}, open_round(at=at), at=at)
    done = [_moved(each, to, given, day=day, at=at) for each in rows]
    if done:
        _write(done, survey_kind="seals.moved", reason=reason, effective_on=day, actor=actor, at=at)
    return len(done)


def checked_day(effective_on: date | None, *, at: datetime) -> date:
    """The day from which an act counts: today or earlier. :raises SealRefused: it lies in the future."""
    today = org.office_day(at)
    if effective_on and effective_on > today:
        raise refused("effective_on", _("先の日付にはできません。その日が来てから進めてください。"))
    return effective_on or today


def last_version(requirement_id: int) -> int:
    """The id of the last version: what a person has seen."""
    found: dict[str, int | None] = RequirementVersion.objects.filter(requirement_id=requirement_id).aggregate(
        last=Max("id")
    )
    return found["last"] or 0


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in (*FACTS, "rule")}


def _locked(ids: Iterable[int], *, with_rule: bool = False) -> Sequence[SealRequirement]:
    wanted = sorted(set(ids))
    if not wanted:
        raise refused("", _("事務を選んでください。"))
    if len(wanted) > MOST_AT_ONCE:
        raise refused("", _("一度に変えられるのは%(most)d件までです。") % {"most": MOST_AT_ONCE})
    rows = SealRequirement.objects.select_for_update(of=("self",)).filter(id__in=wanted).order_by("id")
    return list(rows.select_related("rule") if with_rule else rows)


def _one(requirement: SealRequirement, values: Mapping[str, Any], *, at: datetime) -> Change:
    try:
        return changed(requirement, values, at=at)
    except SealRefused as found:
        raise SealRefused([(key, f"{requirement.number}　{text}") for key, text in found.problems]) from found


def _moved(requirement: SealRequirement, to: str, given: Mapping[str, Any], *, day: date, at: datetime) -> Change:
    amended_on = requirement.rule.amended_on if requirement.rule else None
    if why := refusal_to_move({**values_of(requirement), **given}, to, amended_on=amended_on, on=day):
        raise refused("", f"{requirement.number}　{why}")
    last = requirement.versions.aggregate(day=Max("effective_on"))["day"]
    if last and day < last:
        words = {"number": requirement.number, "day": last.isoformat()}
        raise refused(
            "effective_on", _("%(number)s　%(day)sより前にはできません。その日までの記録があります。") % words
        )
    return _one(requirement, {**given, "state": to}, at=at)


def _write(
    done: Sequence[Change],
    *,
    survey_kind: str,
    reason: str,
    actor: Actor,
    at: datetime,
    effective_on: date | None = None,
    answers_for: date | None = None,
) -> None:
    save(done)
    subject, day = subject_of(done, open_round(at=at)), effective_on or org.office_day(at)
    record(
        survey_kind,
        done,
        subject=subject,
        reason=reason,
        effective_on=day,
        answers_for=answers_for,
        actor=actor,
        at=at,
    )
