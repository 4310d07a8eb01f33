"""From sealed entries to counter sums: each entry exactly once, whatever is killed when, however many workers run."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import connection, transaction

from tocho.core.ledger.api import sealed_height
from tocho.engines.facts.declarations import Counter
from tocho.engines.facts.models import CounterFault, CounterSum, CounterWatermark
from tocho.engines.facts.queries.folding import Sums, fold
from tocho.engines.facts.registry import installed

BLOCKS_AT_ONCE = 10


def project(*, at: datetime, blocks: int = BLOCKS_AT_ONCE, told: Callable[[int], None] | None = None) -> int:
    """Fold every sealed entry that has not been counted yet; returns how many blocks were worked through.

    ``blocks`` are folded in one transaction together with the watermark. New counters, and those with a new version,
    are first caught up from the beginning, without holding up the others for longer than one step.
    ``told`` is called after each step with the number of blocks so far.
    """
    worked = 0
    while step := _project_step(at=at, blocks=blocks):
        worked += step
        if told:
            told(worked)
    return worked


@transaction.atomic
def _project_step(*, at: datetime, blocks: int) -> int:
    counters = installed().counters
    top = sealed_height()
    if not top or _is_current(counters, top):
        return 0
    heights = _locked_heights(counters, at=at)
    behind = {key: height for key, height in heights.items() if height < top}
    if not behind:
        return 0
    low = min(behind.values())
    group = [key for key, height in behind.items() if height == low]
    up_to = min([top, low + blocks, *(height for height in behind.values() if height > low)])
    sums, faults = fold([counters[key] for key in group], above=low, up_to=up_to)
    _add(sums)
    CounterFault.objects.bulk_create(
        [CounterFault(counter=key, entry_id=entry, text=text[:300]) for (key, entry), text in faults.items()],
        ignore_conflicts=True,
    )
    CounterWatermark.objects.filter(counter__in=group).update(height=up_to, changed_at=at)
    return up_to - low


def _is_current(counters: Mapping[str, Counter], top: int) -> bool:
    """Whether nothing is to be done; looked at without a lock, because most calls end here."""
    known = CounterWatermark.objects.filter(counter__in=counters).values_list("counter", "version", "height")
    reached = {key for key, version, height in known if height >= top and version >= counters[key].version}
    return len(reached) == len(counters)


def _locked_heights(counters: Mapping[str, Counter], *, at: datetime) -> dict[str, int]:
    """The watermarks of these counters, locked; counters of a new version begin again at nothing.

    A worker that still runs the old code leaves a counter of a newer version alone.
    """
    CounterWatermark.objects.bulk_create(
        [CounterWatermark(counter=key, version=counters[key].version, changed_at=at) for key in sorted(counters)],
        ignore_conflicts=True,
    )
    marks = CounterWatermark.objects.select_for_update().filter(counter__in=counters).order_by("counter")
    heights = {}
    for mark in marks:
        version = counters[mark.counter].version
        if mark.version > version:
            continue
        if mark.version < version:
            CounterSum.objects.filter(counter=mark.counter).delete()
            CounterFault.objects.filter(counter=mark.counter).delete()
            mark.version, mark.height = version, 0
            mark.save(update_fields=["version", "height"])
        heights[mark.counter] = mark.height
    return heights


def _add(sums: Sums) -> None:
    rows = sorted((counter, month, unit, amount) for (counter, month, unit), amount in sums.items() if amount)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts_counter_sum AS known (counter, month, unit, amount)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])"
            " ON CONFLICT (counter, month, unit) DO UPDATE SET amount = known.amount + excluded.amount",
            [list(column) for column in zip(*rows, strict=True)],
        )
