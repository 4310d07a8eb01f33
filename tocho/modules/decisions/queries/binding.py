"""Which version of the authority table binds a matter that is on its way, and what that changes in its route."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tocho.engines.rules.api import DecisionTable
from tocho.lib.kept import kept

from ..models import AuthorityTable, Decision
from ..rules import Authority
from ..rules.authority import differences, kept_answer
from .routes import NoRoute, authority_of, compiled
from .speech import kind_words, part_word

MOST_VERSIONS = 50
ROUTE = ("rank", "reviews", "consults")  # what must have been followed before a matter is decided


@dataclass(frozen=True)
class RuleChange:
    """A table that came into force since a matter got its route, and gives it another one. ``kinds``: what differs
    (``rules.authority.differences``; ``uncovered``); ``parts``: (what, before, after) in words."""

    name: str
    effective_from: date
    kinds: tuple[str, ...]
    parts: tuple[tuple[str, str, str], ...]

    @property
    def changes_route(self) -> bool:
        """Whether other people decide or must be asked; else only who may deputise."""
        return any(kind in self.kinds for kind in (*ROUTE, "uncovered"))

    @property
    def said(self) -> str:
        """What differs, in one line."""
        return "、".join(f"{what}: {old} → {new}" for what, old, new in self.parts)


def rule_change(decision: Decision, *, on: date) -> RuleChange | None:
    """What the table that binds on a day changes for a matter that is not decided; None where its route stands.

    Who decides must have the power on that day, so the newest table binds; one with 経過措置 leaves alone what
    circulates. One query, four where another table binds.
    """
    if decision.authority_id is None or decision.by_rule:
        return None
    table_id = _binding(decision, on=on)
    if table_id in (None, decision.authority_id):
        return None
    new = AuthorityTable.objects.get(id=table_id)
    old = AuthorityTable.objects.get(id=decision.authority_id)
    before, after = _asked(compiled(old), decision), _asked(compiled(new), decision)
    found = differences(before, after) if before and after else () if after else ("uncovered",)
    kinds = tuple(kind for kind in found if kind != "article")
    if not kinds:
        return None
    told = [kept_answer(answer) for answer in (before, after)]
    names = ["rank"] if kinds == ("uncovered",) else kinds
    words = kind_words()
    parts = tuple((words[kind], *(part_word(answer, kind, on=on) for answer in told)) for kind in names)
    return RuleChange(new.name, new.effective_from, kinds, parts)  # type: ignore[arg-type]


def _binding(decision: Decision, *, on: date) -> int | None:
    is_under_way = (
        decision.state in (Decision.State.CIRCULATING, Decision.State.ON_HOLD)
        or decision.medium == Decision.Medium.PAPER  # circulates on paper from the day it is drafted
    )
    for table_id, keeps_pending in _versions(on):
        if table_id == decision.authority_id or not (keeps_pending and is_under_way):
            return table_id
    return None


@kept
def _versions(on: date) -> QuerySet[AuthorityTable, tuple[int, bool]]:
    """The tables in force by a day, the newest first."""
    return AuthorityTable.objects.filter(effective_from__lte=on).values_list("id", "keeps_pending")[:MOST_VERSIONS]


def _asked(table: DecisionTable, decision: Decision) -> Authority | None:
    try:
        return authority_of(table, category=decision.category, facts=decision.facts)
    except NoRoute:
        return None
