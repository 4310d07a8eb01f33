"""Are the sums what the ledger says? Everything is folded again from the first block and compared."""

from collections import Counter as Tally
from dataclasses import dataclass

from tocho.engines.facts.models import CounterFault, CounterSum, CounterWatermark
from tocho.engines.facts.queries.folding import Sums, fold
from tocho.engines.facts.registry import installed

BLOCKS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that is not what the entries add up to."""

    counter: str
    month: str
    unit: str
    stored: int
    recomputed: int


@dataclass(frozen=True, slots=True)
class FactsVerdict:
    """``differences`` and ``faults`` (counter, entry id, what went wrong) are empty when all is well."""

    sums: int
    height: int
    differences: tuple[Difference, ...]
    faults: tuple[tuple[str, int, str], ...]

    @property
    def ok(self) -> bool:
        return not self.differences and not self.faults


def verify_sums() -> FactsVerdict:
    """Recompute every installed counter up to its watermark and compare. Call it in one snapshot (repeatable read)."""
    counters = installed().counters
    heights = dict(CounterWatermark.objects.filter(counter__in=counters).values_list("counter", "height"))
    recomputed: Sums = Tally()
    for height in sorted(set(heights.values())):
        group = [counters[key] for key, reached in heights.items() if reached == height]
        for low in range(0, height, BLOCKS_AT_ONCE):
            recomputed.update(fold(group, above=low, up_to=min(height, low + BLOCKS_AT_ONCE))[0])
    rows = CounterSum.objects.filter(counter__in=counters).values_list("counter", "month", "unit", "amount")
    stored = {(counter, month, unit): amount for counter, month, unit, amount in rows}
    differences = [
        Difference(*key, stored=stored.get(key, 0), recomputed=recomputed[key])
        for key in sorted({*stored, *recomputed})
        if stored.get(key, 0) != recomputed[key]
    ]
    faults = CounterFault.objects.order_by("counter", "entry_id").values_list("counter", "entry_id", "text")
    return FactsVerdict(len(stored), max(heights.values(), default=0), tuple(differences), tuple(faults))
