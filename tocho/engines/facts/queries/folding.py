"""What sealed entries add to counters; the projection writes it down, the verification compares it."""

import logging
from collections import Counter as Tally
from collections.abc import Collection, Iterable

from tocho.core.ledger.api import Entry, sealed_entries
from tocho.engines.facts.declarations import Counter
from tocho.engines.facts.rules import ADJUSTED, contributions

logger = logging.getLogger(__name__)

Sums = Tally[tuple[str, str, str]]  # (counter, month, unit) → amount
Faults = dict[tuple[str, int], str]  # (counter, entry id) → what went wrong


def fold(counters: Collection[Counter], *, above: int, up_to: int) -> tuple[Sums, Faults]:
    """What the entries in these blocks add to the counters. Reads, writes nothing."""
    kinds = {kind for counter in counters for kind in counter.kinds} | {ADJUSTED}
    return fold_entries(counters, sealed_entries(above=above, up_to=up_to, kinds=kinds))


def fold_entries(counters: Collection[Counter], entries: Iterable[Entry]) -> tuple[Sums, Faults]:
    """What these entries add to the counters; an entry that a counter cannot fold is a fault and adds nothing to it."""
    watching: dict[str, list[Counter]] = {ADJUSTED: list(counters)}
    for counter in counters:
        for kind in counter.kinds:
            watching.setdefault(kind, []).append(counter)
    sums: Sums = Tally()
    faults: Faults = {}
    for entry in entries:
        for counter in watching[entry.kind]:
            try:
                added = contributions(counter, entry)
            except Exception as problem:  # a fold is module code: one bad entry must not stop every figure
                logger.exception("counter %s cannot fold entry %s", counter.key, entry.id)
                faults[counter.key, entry.id] = f"{type(problem).__name__}: {problem}"
                continue
            for unit, month, amount in added:
                sums[counter.key, month, unit] += amount
    return sums, faults
