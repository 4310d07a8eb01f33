from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import FieldsRefused
from tocho.lib.rows import insert_many
from tocho.lib.text import fold

from ..models import BureauReturn, RequirementVersion, SealRequirement, SealSurvey
from ..rules import answer_day, problems, settled_state

FACTS = (
    "unit", "affair", "document", "direction", "seal", "basis", "basis_text", "volume", "purpose", "substitute",
    "disposition", "is_main", "sample_note",
)  # fmt: skip
COURSE = ("state", "planned_on", "retained_reason", "review_on")
EVERYTHING = (*FACTS, "rule", *COURSE)
SAVED = (*FACTS, "rule", *COURSE, "search_text", "changed_at")
PIECE = 2000  # fmt: skip


class SealRefused(FieldsRefused):
    """What may not be, by column of the survey."""


@dataclass(frozen=True)
class Change:
    """A requirement after an act (perhaps not saved yet), and what the act changed: column → [before, after]."""

    requirement: SealRequirement
    changes: dict[str, list[Any]]

    @property
    def is_new(self) -> bool:
        return "unit" in self.changes and self.changes["unit"][0] == ""

    @property
    def is_abolished(self) -> bool:
        return "state" in self.changes and self.requirement.state == "abolished"


def refused(column: str, reason: str) -> SealRefused:
    """One reason, at one column (or none)."""
    return SealRefused([(column, reason)])


def values_of(requirement: SealRequirement) -> dict[str, Any]:
    """Everything a requirement says; ``rule`` is the key of its rule or None."""
    found = {name: getattr(requirement, name) for name in (*FACTS, *COURSE)}
    return found | {"rule": requirement.rule_id}


def changed(requirement: SealRequirement, values: Mapping[str, Any], *, at: datetime) -> Change:
    """Set values on a requirement (not saved), with the state that follows from them.

    :raises SealRefused: it may not say that.
    """
    before = values_of(requirement)
    if before["state"] == "removed":
        raise refused("", _("対象外にした事務です。直すときは、新しい事務として加えてください。"))
    after = {**before, **values}
    after["state"] = settled_state(after)
    if wrong := list(problems(after)):
        raise SealRefused(wrong)
    changes = {key: [_plain(before[key]), _plain(after[key])] for key in after if before[key] != after[key]}
    for key in (*FACTS, *COURSE):
        setattr(requirement, key, after[key])
    requirement.rule_id = after["rule"]
    requirement.search_text = fold(" ".join((requirement.affair, requirement.document, requirement.basis_text)))
    requirement.changed_at = at
    return Change(requirement, changes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def save(done: Sequence[Change]) -> None:
    """Write requirements that are there already, whole.

    :raises SealRefused: one would be the same affair, paper and seal as another.
    """
    try:
        with transaction.atomic():
            SealRequirement.objects.bulk_create(
                [each.requirement for each in done],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=SAVED,
                batch_size=PIECE,
            )
    except IntegrityError as error:
        raise same_again(error) from error


def same_again(error: IntegrityError) -> Exception:
    """The reason to give where a paper would be counted twice; any other error as it is."""
    if "sealreq_counted_once" not in str(error):
        return error
    return refused("document", _("この部署の同じ事務、同じ書類、同じ印は、もう登録されています。"))


def record(
    kind: str,
    done: Sequence[Change],
    *,
    subject: Subject,
    reason: str,
    effective_on: date,
    answers_for: date | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """One act on saved requirements: a ledger entry for each bureau that it touches, a version for each requirement.

    An answer to a round counts from ``answers_for``, the day that the round speaks of; only the seal that it drops at
    once goes on ``effective_on``. No version begins before the last one of its requirement: the last act counts.
    """
    known = RequirementVersion.objects.filter(requirement__in=[each.requirement.pk for each in done if not each.is_new])
    last = dict(known.order_by().values_list("requirement_id").annotate(Max("effective_on")))
    rows: list[RequirementVersion] = []
    by_bureau: dict[str, list[Change]] = {}
    for change in done:
        by_bureau.setdefault(org.bureau_code_of(change.requirement.unit, on=effective_on), []).append(change)
    for bureau, changes in sorted(by_bureau.items()):
        data = _counts(changes, effective_on)
        entry = ledger.append(subject=subject, kind=kind, actor=actor, at=at, unit=bureau, data=data)
        for each in changes:
            least = last.get(each.requirement.pk, date.min)
            first = max(answers_for or effective_on, least)
            if each.is_abolished and first < effective_on and answers_for:
                rows.append(_version(each, entry.id, reason, first, at, state="classified"))
                first = max(effective_on, least)
            rows.append(_version(each, entry.id, reason, first, at))
    insert_many(rows)


def _counts(changes: Sequence[Change], effective_on: date) -> dict[str, JSON]:
    states = Counter(str(change.requirement.state) for change in changes)
    data: dict[str, JSON] = {
        "requirements": len(changes),
        "new": sum(each.is_new for each in changes),
        "abolished": sum(each.is_abolished for each in changes),
        "states": dict(sorted(states.items())),
        "effective_on": effective_on.isoformat(),
    }
    if len(changes) == 1:
        data["columns"] = [*sorted(changes[0].changes)]
    return data


def _version(
    change: Change, entry_id: int, reason: str, effective_on: date, at: datetime, *, state: str = ""
) -> RequirementVersion:
    now = change.requirement
    return RequirementVersion(
        requirement_id=now.pk,
        effective_on=effective_on,
        recorded_at=at,
        state=state or now.state,
        disposition=now.disposition,
        basis=now.basis,
        unit=now.unit,
        volume=now.volume,
        reason=reason,
        changes={**change.changes, "state": [change.changes["state"][0], state]} if state else change.changes,
        ledger_entry_id=entry_id,
    )


def version_of(
    now: SealRequirement, entry_id: int, since: date, *, state: str, was: str, reason: str, at: datetime
) -> RequirementVersion:
    """A requirement in another state from a day on, as a correction says; everything else as it is."""
    return RequirementVersion(
        requirement_id=now.pk,
        effective_on=since,
        recorded_at=at,
        state=state,
        disposition=now.disposition,
        basis=now.basis,
        unit=now.unit,
        volume=now.volume,
        reason=reason,
        changes={"state": [was, state]},
        ledger_entry_id=entry_id,
    )


def subject_of(done: Sequence[Change], survey: SealSurvey) -> Subject:
    """One requirement is its own subject; several belong to the round of the survey."""
    return Subject("seal_requirement", done[0].requirement.pk) if len(done) == 1 else Subject("seal_survey", survey.id)


def open_round(*, at: datetime) -> SealSurvey:
    """The newest round of the survey. :raises SealRefused: none was opened."""
    survey = SealSurvey.objects.filter(opened_at__lte=at).order_by("-number").first()
    if survey is None:
        raise refused("", _("押印実態調査がまだ始まっていません。"))
    return survey


def needs_open(units: set[str], survey: SealSurvey, *, at: datetime) -> None:
    """What a bureau certified is closed until the next round, or until it is opened again.

    Waits for a certification that is under way. :raises SealRefused: one of the offices' bureaus has certified.
    """
    day = org.office_day(at)
    bureaus = {org.bureau_code_of(unit, on=day) for unit in units}
    answers = BureauReturn.objects.select_for_update().filter(survey=survey, bureau__in=bureaus).order_by("bureau")
    if any(answer.certified_at for answer in answers):
        raise refused("", _("この局の回答は認証済みです。直すときは、回答のページで認証を取り消してください。"))


def day_of_answer(survey: SealSurvey, *, at: datetime) -> date:
    """From which day an answer to the round counts."""
    return answer_day(survey.as_of, survey.closes_on, org.office_day(at))


def known_unit(code: str, *, at: datetime) -> str:
    """The code of an office of today. :raises SealRefused:"""
    try:
        return org.unit(code, on=org.office_day(at)).code
    except org.UnknownUnit as error:
        raise refused("unit", _("この組織コードの組織はありません。")) from error


def needed(reason: str) -> str:
    """The reason of an act, which must be there. :raises SealRefused:"""
    if not reason.strip():
        raise refused("reason", _("理由を入力してください。"))
    return reason.strip()
