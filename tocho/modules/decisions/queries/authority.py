"""Versions of the authority table, a table as it is read, and what a proposed one would have changed."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.rules.api import (
    DecisionTable,
    Grid,
    SheetError,
    compile_table,
    coverage_of,
    edits,
    faults_of,
    names_in,
    read_csv,
    read_excel,
    read_grid,
    spoken,
    write_grid,
)

from ..models import AuthorityTable, Decision
from ..permissions import decisions_visible_to
from ..rules import Authority
from ..rules.authority import differences, faults_in_authority
from .routes import LEGAL_REVIEW, NoRoute, authority_of, known_on

LOOKED_THROUGH, LISTED = 3000, 50
PERIOD = timedelta(days=365)


@dataclass(frozen=True)
class TableView:
    """A table to read: headings, and the rows (number, cells) that hold all words looked for."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    total: int


@dataclass(frozen=True)
class Simulation:
    """What a proposed table would have made of the decisions drafted in the year before: how many there were, how many
    would have been decided otherwise, in what, by rank and by bureau (name, all, changed); ``uncovered`` have no line.
    """

    since: datetime
    total: int
    changed: int
    uncovered: int
    kinds: tuple[tuple[str, int], ...]
    ranks: tuple[tuple[str, str, int], ...]
    bureaus: tuple[tuple[str, int, int], ...]


def table_view(xml: str, words: str = "") -> TableView:
    """The table in words, where these mean the same as its FEEL."""
    grid = read_grid(xml)
    shown = [
        (number, tuple(_shown(text, grid, place) for place, text in enumerate(row.cells)))
        for number, row in enumerate(grid.rows, 1)
    ]
    rows = tuple(row for row in shown if all(word in " ".join(row[1]) for word in words.split()))
    return TableView(tuple(column.label or column.text for column in grid.columns), rows, len(grid.rows))


def _shown(text: str, grid: Grid, place: int) -> str:
    column = grid.columns[place]
    if column.role == "note":
        return text
    if column.role == "output":
        return _answer_words(text, column.text) or spoken(text, column)
    words = dict(column.words)
    parts = [part.strip().strip('"') for part in text.split(",")]
    return "・".join(words[part] for part in parts) if set(parts) <= set(words) else spoken(text, column)


def _answer_words(text: str, name: str) -> str:
    """A result in words: ranks by their names, duties by theirs, an empty list as none; "" when it is neither."""
    parts = [part.strip().strip('"') for part in text.strip().strip("[]").split(",") if part.strip()]
    if name in ("decider_rank", "deputies") and all(part.isdigit() for part in parts):
        return "、".join(rank_word(int(part)) for part in parts) or _("なし")
    if name in ("reviews", "consults"):
        return "、".join(_("文書審査") if part == LEGAL_REVIEW else part for part in parts) or _("なし")
    return ""


def rank_word(rank: int) -> str:
    """How a rank reads (課長)."""
    return str(org.Rank(rank).label) if rank in org.Rank.values else str(rank)


def read_sheet(data: bytes, xml: str, *, on: date) -> str:
    """The DMN that an uploaded Excel or CSV makes of the table; taken whole or not at all.

    :param on: the first day it is to be in force, by whose organisation duties and units are known.
    :raises SheetError: with every fault, by row and column.
    """
    found = read_excel(data) if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else read_csv(data)
    known, before = names_in(xml), read_grid(xml)
    table = found[-1]
    grid = edits.renamed(edits.understood(table.grid, known), before.id)
    faults = [fault for fault in faults_of(grid, names=known) if fault.is_error]
    faults = faults or list(faults_in_authority(grid, knows=known_on(on)))
    if faults:
        raise SheetError([table.place(fault) for fault in faults])
    return write_grid(grid, xml)


def changes_between(before: str, after: str) -> list[str]:
    """What differs between two versions, a sentence for each."""
    return edits.changes(read_grid(before), read_grid(after))


def findings_in(xml: str) -> list[str]:
    """Gaps, overlaps and idle lines of a table."""
    return [finding.message for finding in coverage_of(read_grid(xml), names=names_in(xml)).findings]


class Comparison:
    """Two answers to the same question: what the version a decision was routed by says, and what a new one says.
    Each distinct question is asked once."""

    def __init__(self, xml: str) -> None:
        self._new = compile_table(xml)
        self._old: dict[int, DecisionTable] = {}
        self._known: dict[tuple[int, str, str], tuple[Authority | None, Authority | None]] = {}

    def of(self, table_id: int, category: str, facts: dict[str, Any]) -> tuple[Authority | None, Authority | None]:
        """Before and after; None where no line covers it."""
        key = table_id, category, json.dumps(facts, sort_keys=True)
        if key not in self._known:
            if table_id not in self._old:
                self._old[table_id] = compile_table(AuthorityTable.objects.get(id=table_id).xml)
            self._known[key] = tuple(_ask(table, category, facts) for table in (self._old[table_id], self._new))  # type: ignore[assignment]
        return self._known[key]


def _ask(table: DecisionTable, category: str, facts: dict[str, Any]) -> Authority | None:
    try:
        return authority_of(table, category=category, facts=facts)
    except NoRoute:
        return None


def _routed(rows: QuerySet[Decision], *, at: datetime) -> QuerySet[Decision]:
    """Those that people decide, drafted in the year before: what a rule decided asks no table."""
    return rows.filter(drafted_at__gte=at - PERIOD, drafted_at__lt=at, authority__isnull=False, by_rule="")


def simulate(xml: str, *, on: date, at: datetime) -> Simulation:
    """Ask a proposed table about the decisions of the year before; counted by distinct question and unit in the
    database and streamed, so that a million of them cost one pass."""
    comparison = Comparison(xml)
    rows = _routed(Decision.objects.all(), at=at).order_by().values_list("authority_id", "category", "facts", "unit")
    tally: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    ranks: Counter[tuple[int, int]] = Counter()
    units: Counter[tuple[str, bool]] = Counter()
    for table_id, category, facts, unit, count in rows.annotate(count=Count("id")).iterator(chunk_size=2000):
        before, after = comparison.of(table_id or 0, category, facts)
        differ = differences(before, after) if before and after else ()
        kinds.update(dict.fromkeys(differ, count))
        if before and after and before.decider_rank != after.decider_rank:
            ranks[before.decider_rank, after.decider_rank] += count
        tally.update({"total": count, "changed": count if differ else 0, "uncovered": 0 if after else count})
        units[unit, bool(differ) or after is None] += count
    return Simulation(
        at - PERIOD, tally["total"], tally["changed"], tally["uncovered"],
        tuple((_kind_words()[kind], count) for kind, count in kinds.most_common()),
        tuple((rank_word(old), rank_word(new), count) for (old, new), count in ranks.most_common()),
        _by_bureau(units, on=on),
    )  # fmt: skip


def _by_bureau(units: Counter[tuple[str, bool]], *, on: date) -> tuple[tuple[str, int, int], ...]:
    names = org.bureau_names(on=on)
    totals: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    codes = {unit: org.bureau_code_of(unit, on=on) for unit in {unit for unit, _is in units}}
    for (unit, differs), count in units.items():
        name = names.get(codes[unit]) or codes[unit] or unit
        totals[name] += count
        changed[name] += count if differs else 0
    return tuple((name, count, changed[name]) for name, count in totals.most_common())


def _kind_words() -> dict[str, str]:
    return {
        "rank": _("決定権者"),
        "reviews": _("審査"),
        "consults": _("協議"),
        "deputies": _("代決の順"),
        "article": _("根拠の項"),
    }


@dataclass(frozen=True)
class ChangedDecision:
    """A decision that the person may open and that would have gone another way."""

    decision: Decision
    before: str
    after: str
    kinds: str


def changed_decisions(xml: str, user_id: int, *, at: datetime) -> list[ChangedDecision]:
    """The newest of those that would have gone another way, among the last 3,000 that the person may open."""
    rows = _routed(decisions_visible_to(user_id, at=at), at=at).order_by("-id")[:LOOKED_THROUGH]
    return list(islice(_changed(Comparison(xml), rows), LISTED))


def _changed(comparison: Comparison, rows: QuerySet[Decision]) -> Iterator[ChangedDecision]:
    words = _kind_words()
    for row in rows:
        before, after = comparison.of(row.authority_id or 0, row.category, row.facts)
        if before is None:
            continue
        differ = differences(before, after) if after else ("rank",)
        if differ:
            new = rank_word(after.decider_rank) if after else _("当てはまる行がない")
            kinds = "、".join(words[kind] for kind in differ)
            yield ChangedDecision(row, rank_word(before.decider_rank), new, kinds)
