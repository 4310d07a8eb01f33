"""From a figure back to the entries behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocho.core.ledger.api import Entry, Subject, entries_between, entries_of
from tocho.engines.facts.models import Adjustment, CounterSum
from tocho.engines.facts.queries.readings import bureau_code
from tocho.engines.facts.registry import counters_of, installed
from tocho.engines.facts.rules import ADJUSTED, contributions, month_bounds


@dataclass(frozen=True, slots=True)
class Trace:
    """One entry behind a figure, and what it adds to the numerator and the denominator."""

    entry: Entry
    numerator: int
    denominator: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class TracePage:
    """The entries behind a figure, by their numbers; ``next`` is the entry after which the next page begins."""

    rows: tuple[Trace, ...]
    next: int | None


def trace(indicator_key: str, *, unit: str, month: str, after: int = 0, limit: int = 50) -> TracePage:
    """The entries of which a measured value is made: those of all units that roll up to a bureau (``""``: of all).

    Of what adds up: all entries up to the end of the month. Corrections (補正) come with the first page.
    """
    indicator = installed().indicators[indicator_key]
    keys = counters_of(indicator)[:2] if indicator.denominator else (indicator.numerator,)
    counters = [installed().counters[key] for key in keys]
    counted = CounterSum.objects.filter(counter__in=keys, month__lte=month).order_by("month")
    since = month
    if indicator.cumulative:
        since = counted.values_list("month", flat=True).first() or month
    codes = set(counted.filter(month__gte=since).values_list("unit", flat=True))
    units = sorted(code for code in codes if not unit or bureau_code(code, month) == unit)
    start, end = month_bounds(since)[0], month_bounds(month)[1]
    kinds = {kind for counter in counters for kind in counter.kinds}
    writers = [*units, ""] if indicator.cumulative else units  # one act on many units' things is no unit's own
    found = entries_between(units=writers, kinds=kinds, start=start, end=end, after=after, limit=limit + 1)
    entries = [*([] if after else _corrections(keys, units, (since, month))), *found[:limit]]
    rows = []
    for entry in entries:
        amounts = [
            sum(amount for code, m, amount in contributions(c, entry) if since <= m <= month and code in units)
            for c in counters
        ]
        if any(amounts):
            denominator = amounts[1] if indicator.denominator else 0
            rows.append(Trace(entry, amounts[0], denominator, entry.kind == ADJUSTED or entry.recorded_at >= end))
    return TracePage(rows=tuple(rows), next=found[limit - 1].id if len(found) > limit else None)


def _corrections(counters: Sequence[str], units: Sequence[str], months: tuple[str, str]) -> list[Entry]:
    found = Adjustment.objects.filter(counter__in=counters, unit__in=units, month__range=months)
    ids = found.values_list("pk", flat=True)
    return [entry for pk in ids.order_by("pk") for entry in entries_of(Subject("adjustment", pk))]
