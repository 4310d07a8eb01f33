"""Two versions of the authority table asked the same question."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from tocho.engines.rules.api import DecisionTable, compile_table

from ..models import AuthorityChange, AuthorityTable, AuthorityTrial, Decision
from ..rules import Authority
from ..rules.matter import MOVING, OPEN
from .routes import NoRoute, authority_of

UNDECIDED = sorted(MOVING | OPEN)
Answers = tuple[Authority | None, Authority | None]


class Comparison:
    """What the version a decision was routed by says, and what a new one says. Each question is asked once."""

    def __init__(self, xml: str) -> None:
        self._new = compile_table(xml)
        self._old: dict[int, DecisionTable] = {}
        self._known: dict[tuple[int, str, str], Answers] = {}

    def of(self, table_id: int, category: str, facts: Mapping[str, Any]) -> Answers:
        """Before and after; None where no line covers it."""
        key = table_id, category, json.dumps(facts, sort_keys=True)
        if key not in self._known:
            if table_id not in self._old:
                self._old[table_id] = compile_table(AuthorityTable.objects.get(id=table_id).xml)
            self._known[key] = (_ask(self._old[table_id], category, facts), _ask(self._new, category, facts))
        return self._known[key]


def _ask(table: DecisionTable, category: str, facts: Mapping[str, Any]) -> Authority | None:
    try:
        return authority_of(table, category=category, facts=facts)
    except NoRoute:
        return None


def tried_between(since: datetime, until: datetime) -> QuerySet[Decision]:
    """What a trial asks: the matters of people drafted then, and those drafted earlier that are not decided yet. What a
    rule decided asks no table."""
    asked = Q(drafted_at__gte=since) | Q(state__in=UNDECIDED)
    return Decision.objects.filter(asked, drafted_at__lt=until, authority__isnull=False, by_rule="")


def table_before(change: AuthorityChange) -> AuthorityTable | None:
    """The version that a proposal takes the place of on its day."""
    return table_on(change.effective_from, but=change.table_id)


def table_on(day: date, *, but: int | None = None) -> AuthorityTable | None:
    """The version in force on a day, one of them left out."""
    return AuthorityTable.objects.filter(effective_from__lte=day).exclude(id=but or 0).first()


def trial_state(change: AuthorityChange) -> str:
    """How far a proposal has been tried: none, running, stale (another table has come between since) or done."""
    trial = AuthorityTrial.objects.filter(change=change).only("base_id", "done_at").first()
    if trial is None:
        return "none"
    if trial.done_at is None:
        return "running"
    before = table_before(change)
    return "done" if trial.base_id == (before.id if before else None) else "stale"
