"""Everything on the page of one requirement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.core.ledger import api as ledger
from tocho.core.org import api as org
from tocho.ui.markup import in_brackets, listed
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..definitions import BY_KEY, LABELS
from ..models import RequirementVersion, SealRequirement, SealRule, State
from ..rules import MOVES
from .listing import TONES

HISTORY = 50
OTHER_COLUMNS = {"planned_on": "改正の予定日", "retained_reason": "残す理由", "review_on": "見直す日"}


@dataclass(frozen=True)
class Detail:
    """One requirement with its history; ``seen`` is its last version."""

    requirement: SealRequirement
    tone: str
    unit_label: str
    moves: tuple[tuple[str, str], ...]
    history: tuple[Moment, ...]
    seen: int

    @property
    def remove_href(self) -> str:
        return f"{reverse('seals:requirement_move', args=['removed'])}?seal={self.requirement.pk}"


def detail(requirement: SealRequirement, *, on: date) -> Detail:
    """The page of a requirement, in a fixed number of queries."""
    versions = list(requirement.versions.order_by("-id")[:HISTORY])
    moves = tuple(
        (
            _("%(state)sにする") % {"state": State(state).label},
            f"{reverse('seals:requirement_move', args=[state])}?seal={requirement.pk}",
        )
        for state in _next_states(requirement)
    )
    return Detail(
        requirement=requirement,
        tone=TONES.get(requirement.state, "neutral"),
        unit_label=org.label_of(requirement.unit, on=on),
        moves=moves,
        history=tuple(_history(versions)),
        seen=versions[0].id if versions else 0,
    )


def _next_states(requirement: SealRequirement) -> list[str]:
    """The states that a person moves it to; those that come with a class or a rule's amendment come by themselves."""
    known = set(MOVES[requirement.state]) - {"removed"}
    if requirement.state == "surveyed":
        known -= {"classified", "abolished"}
    if requirement.rule is None or requirement.rule.amended_on is None:
        known -= {"rule_amended"}
    return [state for state in MOVES[requirement.state] if state in known]


def _history(versions: Sequence[RequirementVersion]) -> list[Moment]:
    entries = ledger.entries_by_id([version.ledger_entry_id for version in versions])
    names = accounts.names_of(entry.actor.user_id for entry in entries.values())
    events = []
    for version in versions:
        actor = entries[version.ledger_entry_id].actor
        who = org.actor_label(actor, names, on=version.effective_on)
        when = _("%(day)sから") % {"day": day_words(version.effective_on, "date")}
        events.append(Moment(_title(version), when, "　".join(filter(None, (version.reason, who)))))
    return events


def amendment_moments(rule: SealRule, *, on: date) -> tuple[Moment, ...]:
    """What was recorded of a rule's amendment, the newest first; what was corrected says so. Three queries."""
    rows = list(rule.amendments.order_by("-id")[:HISTORY])
    entries = ledger.entries_by_id([row.ledger_entry_id for row in rows if row.ledger_entry_id])
    names = accounts.names_of(entry.actor.user_id for entry in entries.values())
    found = []
    for place, row in enumerate(rows):
        entry = entries.get(row.ledger_entry_id)
        who = org.actor_label(entry.actor, names, on=on) if entry else ""
        when = _("%(day)sに記録") % {"day": day_words(org.office_day(row.recorded_at), "date")}
        title = _("%(amendment)s　%(day)s施行") % {
            "amendment": row.amendment,
            "day": day_words(row.amended_on, "date"),
        }
        title += in_brackets(_("訂正された")) if place else ""
        found.append(Moment(title, when, "　".join(filter(None, (row.reason, who)))))
    return tuple(found)


def _title(version: RequirementVersion) -> str:
    before, after = version.changes.get("state", [version.state, version.state])
    if version.changes.get("unit", [""])[0] == "" and "unit" in version.changes:
        return _("調査に加えた（%(state)s）") % {"state": State(version.state).label}
    if before != after:
        return _("%(before)s → %(after)s") % {"before": State(before).label, "after": State(after).label}
    names = listed(_column(key) for key in version.changes)
    return _("%(names)sを直した") % {"names": names}


def _column(key: str) -> str:
    return BY_KEY[key].ja if key in BY_KEY else _(OTHER_COLUMNS.get(key, key))


def label(column: str, value: Any) -> str:
    """A value as a person reads it."""
    return str(LABELS[column](value).label) if value and column in LABELS else str(value or "")


def changed_lines(changes: dict[str, list[Any]]) -> list[tuple[str, str, str]]:
    """(column, before, after) in words."""
    return [(_column(key), label(key, before), label(key, after)) for key, (before, after) in changes.items()]
