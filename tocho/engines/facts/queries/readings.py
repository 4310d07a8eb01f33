"""What the indicators say: counter sums and returns, rolled up to bureaus by the organisation of each month."""

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TypeVar

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_noop

from tocho.core.org import api as org
from tocho.engines.facts.declarations import Indicator
from tocho.engines.facts.models import CounterSum, MonthlyReturn, Publication
from tocho.engines.facts.registry import counters_of, installed
from tocho.engines.facts.rules import MEASURED, RETURNED, Measurement, month_bounds, value_of
from tocho.lib.dates import months_between

Result = TypeVar("Result")
ALL, EACH, NOWHERE = "", "*", "-"
NAMES = {ALL: gettext_noop("全体"), NOWHERE: gettext_noop("局に属さないもの")}


@dataclass(frozen=True, slots=True)
class State:
    """How far the figures are: two equal states mean that nothing has changed in between. ``as_of`` is the last
    change.
    """

    as_of: datetime | None
    watermarks: int
    last_return: int
    last_publication: int


def state() -> State:
    """The present state. One query; everything that is drawn from figures can be kept for as long as it stays equal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(changed_at), COALESCE(sum(height), 0)::bigint,"
            " COALESCE((SELECT max(id) FROM facts_monthly_return), 0),"
            " COALESCE((SELECT max(id) FROM facts_publication), 0) FROM facts_counter_watermark"
        )
        return State(*cursor.fetchone())


KEPT = 200  # results: tables, indexes, pieces of pages; the one asked for longest ago goes first
_kept: OrderedDict[tuple[object, ...], tuple[State, object]] = OrderedDict()
_keeping = Lock()


def kept_while(now: State, key: tuple[object, ...], compute: Callable[[], Result]) -> Result:
    """The result of ``compute`` for this state, from memory if this process has it. One result a key is kept."""
    with _keeping:
        known = _kept.get(key)
        if known and known[0] == now:
            _kept.move_to_end(key)
            return known[1]  # type: ignore[return-value]  # the key belongs to one compute
    result = compute()
    with _keeping:
        _kept[key] = (now, result)
        _kept.move_to_end(key)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return result


def forget() -> None:
    """Keep nothing of what was computed (tests roll back what production never does)."""
    _kept.clear()


def months_with_values(indicator_key: str, *, limit: int = 13, up_to: str = "9999-12") -> list[str]:
    """The last months in which something was counted or returned, oldest first; of what adds up, without gaps."""
    indicator = installed().indicators[indicator_key]
    counter = indicator.denominator or indicator.numerator
    counted = CounterSum.objects.filter(counter=counter, month__lte=up_to).values_list("month", flat=True).distinct()
    returned = MonthlyReturn.objects.filter(version__key=indicator_key, month__lte=up_to).values_list(
        "month", flat=True
    )
    found = sorted({*counted, *returned.distinct()})
    if indicator.cumulative and found:
        found = list(months_between(found[0], found[-1]))
    return found[-limit:]


def measurements(indicator_key: str, *, months: Sequence[str], unit: str | None = None) -> tuple[Measurement, ...]:
    """What an indicator says about these months (``"2020-10"``), by month, then in the official order of the bureaus.

    ``unit``: ``None`` for the whole government, ``"*"`` for each bureau of the month, or the code of a bureau of
    today, to which predecessors count that were succeeded by it alone. Measured and returned values stand beside each
    other.
    """
    indicator = installed().indicators[indicator_key]
    place = _place_of(unit)
    found: list[Measurement] = []
    published = _published(indicator_key, months)
    for source, rows in ((MEASURED, _counted(indicator, months)), (RETURNED, _returned(indicator_key, months))):
        sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        notes: dict[tuple[str, str], set[str]] = defaultdict(set)
        for month, code, numerator, denominator, note in rows:
            where = place(code, month)
            if where is None:
                continue
            sums[month, where][0] += numerator
            sums[month, where][1] += denominator
            notes[month, where] |= {note} - {""}
        for (month, where), (numerator, denominator) in sums.items():
            counted = (numerator, denominator if indicator.denominator else None)
            last = published.get((where, month, source))
            found.append(_measurement(indicator, (where, month, source), counted, notes[month, where], last))
    order = _official_order(unit, months)
    return tuple(sorted(found, key=lambda each: (each.month, order.get(each.unit, 999), each.unit, each.source)))


def _measurement(
    indicator: Indicator,
    where: tuple[str, str, str],
    counted: tuple[int, int | None],
    notes: set[str],
    last: Publication | None,
) -> Measurement:
    unit, month, source = where
    return Measurement(
        indicator=indicator.key,
        unit=unit,
        unit_name=unit_name(unit, month),
        month=month,
        source=source,
        numerator=counted[0],
        denominator=counted[1],
        value=value_of(indicator, *counted),
        note="、".join(sorted(notes)),
        published=last.value if last else None,
        published_at=last.published_at if last else None,
        is_changed=last is not None and (last.numerator, last.denominator) != counted,
    )


Row = tuple[str, str, int, int, str]  # month, unit, numerator, denominator, note


def _counted(indicator: Indicator, months: Sequence[str]) -> list[Row]:
    keys = counters_of(indicator)[:2] if indicator.denominator else (indicator.numerator,)
    if indicator.cumulative:
        return list(_added_up(indicator, keys, months))
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = CounterSum.objects.filter(counter__in=keys, month__in=months)
    for counter, month, unit, amount in rows.values_list("counter", "month", "unit", "amount"):
        if counter == indicator.numerator:
            sums[month, unit][0] += amount
        if counter == indicator.denominator:
            sums[month, unit][1] += amount
    return [(month, unit, numbers[0], numbers[1], "") for (month, unit), numbers in sums.items()]


def _added_up(indicator: Indicator, keys: Sequence[str], months: Sequence[str]) -> Iterator[Row]:
    """What all months up to each of these add up to, for each unit of that time. One query."""
    rows = CounterSum.objects.filter(counter__in=keys, month__lte=max(months, default=""))
    waiting = deque(rows.order_by("month").values_list("counter", "month", "unit", "amount"))
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for month in sorted(set(months)):
        while waiting and waiting[0][1] <= month:
            counter, _month, unit, amount = waiting.popleft()
            sums[unit][0] += amount if counter == indicator.numerator else 0
            sums[unit][1] += amount if counter == indicator.denominator else 0
        yield from ((month, unit, numbers[0], numbers[1], "") for unit, numbers in sums.items())


def _returned(indicator_key: str, months: Sequence[str]) -> list[Row]:
    """The newest revision of each return."""
    rows = MonthlyReturn.objects.filter(version__key=indicator_key, month__in=months)
    newest = rows.order_by("unit", "month", "-pk").distinct("unit", "month")
    found = newest.values_list("month", "unit", "numerator", "denominator", "note")
    return [(month, unit, numerator, denominator or 0, note) for month, unit, numerator, denominator, note in found]


def _published(indicator_key: str, months: Sequence[str]) -> dict[tuple[str, str, str], Publication]:
    rows = Publication.objects.filter(version__key=indicator_key, month__in=months)
    newest = rows.order_by("unit", "month", "source", "-pk").distinct("unit", "month", "source")
    return {(row.unit, row.month, row.source): row for row in newest}


def _place_of(unit: str | None) -> Callable[[str, str], str | None]:
    """Where a unit's count of a month belongs: to all, to its bureau of then, or to the one bureau asked for."""
    if unit is None or unit == ALL:
        return lambda code, month: ALL
    if unit == EACH:
        return bureau_code
    today = timezone.localdate()
    return lambda code, month: unit if heir_of(bureau_code(code, month), today) == unit else None


def bureau_code(code: str, month: str) -> str:
    """The bureau to which a unit belonged in a month; ``NOWHERE`` when the organisation does not know the unit.

    A unit that had ended when it was counted counts for its only successor, or for the bureau that it last was.
    """
    if not code:
        return NOWHERE
    start, end = (moment.date() for moment in month_bounds(month))
    for day in (start, end - timedelta(days=1)):
        try:
            return org.bureau_of(code, on=day).code
        except org.UnknownUnit:
            continue
    heirs = org.successors_of(code, on=end - timedelta(days=1))
    if len(heirs) == 1:
        return heirs[0].bureau_code or heirs[0].code
    return NOWHERE


def heir_of(bureau: str, on: date) -> str:
    """The bureau of a day that alone succeeded a bureau; the bureau itself where it lives on, was split or ended."""
    heirs = org.successors_of(bureau, on=on) if bureau != NOWHERE else ()
    return heirs[0].code if len(heirs) == 1 else bureau


def unit_name(unit: str, month: str) -> str:
    """What a bureau was called in a month."""
    if unit in NAMES:
        return NAMES[unit]
    start, end = (moment.date() for moment in month_bounds(month))
    for day in (end - timedelta(days=1), start, timezone.localdate()):
        try:
            return org.unit(unit, on=day).name
        except org.UnknownUnit:
            continue
    return unit


def _official_order(unit: str | None, months: Sequence[str]) -> dict[str, int]:
    if unit != EACH or not months:
        return {}
    last = month_bounds(max(months))[1].date() - timedelta(days=1)
    return {view.code: number for number, view in enumerate(org.bureaus(on=last))}


def spread_of(indicator_key: str, *, months: Sequence[str]) -> tuple[list[tuple[int, int]], int]:
    """The distribution behind a mean: (limit, how many at most so large) ascending, and how many in all."""
    indicator = installed().indicators[indicator_key]
    keys = [key for _limit, key in indicator.spread] + [indicator.denominator or indicator.numerator]
    rows = CounterSum.objects.filter(counter__in=keys, month__in=months).values_list("counter").annotate(Sum("amount"))
    sums = {counter: int(amount) for counter, amount in rows}
    return [(limit, sums.get(key, 0)) for limit, key in indicator.spread], sums.get(keys[-1], 0)
