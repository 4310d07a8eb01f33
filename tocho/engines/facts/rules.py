"""Counting, rounding, targets, sentences, suppression. Pure: no query, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.declarations import Column, Counter, Indicator, Number
from tocho.lib.csvfile import Value
from tocho.lib.dates import fiscal_year, month_key, month_start

ADJUSTED = "facts.adjusted"
TOKYO = ZoneInfo("Asia/Tokyo")
MEASURED, RETURNED, TOGETHER = "measured", "returned", "together"
JUMP_POINTS, JUMP_TIMES, JUMP_LEAST = 20, 2, 20  # a month that differs more from the one before is asked about


@dataclass(frozen=True, slots=True)
class Measurement:
    """What an indicator says about a unit and a month, as known now. ``unit`` is a bureau's code, or ``""`` for all.

    ``measured`` is counted from the ledger, ``returned`` reported by a certified person. ``published`` is the value
    last published; ``is_changed`` says that the past was corrected since. ``value`` is rounded; ``None`` without cases.
    """

    indicator: str
    unit: str
    unit_name: str
    month: str
    source: str
    numerator: int
    denominator: int | None
    value: Decimal | None
    note: str = ""
    published: Decimal | None = None
    published_at: datetime | None = None
    is_changed: bool = False


def month_of(entry: Entry) -> str:
    """The month (``2020-11``, Tokyo) in which an entry counts."""
    return _month_at(entry.happened_at)


@lru_cache(maxsize=16)  # twenty counters ask the same of one entry
def _month_at(moment: datetime) -> str:
    return month_key(moment.astimezone(TOKYO).date())


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The moments ``[start, end)`` of a month in Tokyo."""
    first = month_start(month)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return datetime(first.year, first.month, 1, tzinfo=TOKYO), datetime(after.year, after.month, 1, tzinfo=TOKYO)


def contributions(counter: Counter, entry: Entry) -> list[tuple[str, str, int]]:
    """What an entry adds to a counter: (unit, month, amount). An adjustment names counter, unit and month itself.

    :raises Exception: whatever the fold raises on data that it does not understand.
    """
    if entry.kind == ADJUSTED:
        if entry.data["counter"] != counter.key:
            return []
        return [(entry.unit, str(entry.data["month"]), int(str(entry.data["amount"])))]
    month = month_of(entry)
    return [(unit, month, amount) for unit, amount in counter.fold(entry) if amount]


def value_of(indicator: Indicator, numerator: int, denominator: int | None) -> Decimal | None:
    """The indicator's value of two sums, computed exactly, then rounded half up; ``None`` without cases."""
    if indicator.denominator is None:
        return rounded(Fraction(numerator), indicator.digits)
    if not denominator:
        return None
    scale = 100 if indicator.unit_of_measure == "%" else 1
    return rounded(Fraction(numerator * scale, denominator), indicator.digits)


def is_jump(indicator: Indicator, before: tuple[int, int | None], now: tuple[int, int | None]) -> bool:
    """Whether two months in a row, each (numerator, denominator), differ so much that somebody should say why: a share
    by more than 20 points, a number of cases to more than the double or less than the half (of 20 cases or more)."""
    was, turned = (numbers[0] if numbers[1] is None else numbers[1] for numbers in (before, now))
    if max(was, turned) >= JUMP_LEAST and max(was, turned) > JUMP_TIMES * min(was, turned):
        return True
    if indicator.unit_of_measure != "%" or not before[1] or not now[1]:
        return False
    return abs(Fraction(now[0] * 100, now[1]) - Fraction(before[0] * 100, before[1])) > JUMP_POINTS


def rounded(value: Fraction | Number, digits: int) -> Decimal:
    """Half away from zero at ``digits`` places (四捨五入), never through binary fractions; −4 is to 万."""
    scaled = abs(Fraction(value)) * Fraction(10) ** digits
    whole = int(scaled + Fraction(1, 2))
    return (Decimal(whole) if value >= 0 else -Decimal(whole)).scaleb(-digits)


def target_of(indicator: Indicator, month: str) -> Decimal | None:
    """The target of the fiscal year of a month; a year without its own keeps the last one before it."""
    year = fiscal_year(month_start(month))
    known = [key for key in indicator.targets if key <= year]
    return Decimal(indicator.targets[max(known)]) if known else None


def is_reached(indicator: Indicator, value: Decimal, target: Decimal) -> bool:
    """Whether a value reaches the target; exactly on it is reached."""
    return value >= target if indicator.good == "up" else value <= target


def quantile(counts: Sequence[tuple[int, int]], whole: int, share: Fraction) -> int | None:
    """The smallest limit at or below which at least ``share`` of ``whole`` lie; ``None`` if no limit suffices.

    ``counts`` are (limit, how many at most so large), ascending.
    """
    if whole <= 0:
        return None
    return next((limit for limit, count in counts if Fraction(count, whole) >= share), None)


def plain(value: Number) -> str:
    """A number as sentences write it: thousands grouped, a target of 80.0 as 80."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text and Decimal(value) == int(value) else text


def sentence(indicator: Indicator, value: Decimal | None, target: Decimal | None, *, title: str = "") -> str:
    """The finding in one sentence: 電子決定率は74.4%、目標80%まであと5.6ポイント. ``title`` if not the indicator's."""
    title, unit = title or _(indicator.title), indicator.unit_of_measure and _(indicator.unit_of_measure)
    if value is None:
        return _("%(title)sは、まだ記録がありません") % {"title": title}
    words = {"title": title, "value": f"{value:,f}", "unit": unit}
    if target is None:
        return _("%(title)sは%(value)s%(unit)s") % words
    words |= {"target": plain(target), "gap": f"{abs(target - value):,f}"}
    words["of"] = _("ポイント") if indicator.unit_of_measure == "%" else unit
    if is_reached(indicator, value, target):
        return _("%(title)sは%(value)s%(unit)s、目標%(target)s%(unit)sを達成") % words
    if indicator.good == "up":
        return _("%(title)sは%(value)s%(unit)s、目標%(target)s%(unit)sまであと%(gap)s%(of)s") % words
    return _("%(title)sは%(value)s%(unit)s、目標%(target)s%(unit)sを%(gap)s%(of)s超えています") % words


def definition(indicator: Indicator) -> dict[str, object]:
    """Everything that makes an indicator mean what it means, as plain values: what a version keeps."""
    baseline = indicator.baseline
    cumulative = {"cumulative": True} if indicator.cumulative else {}
    return {
        "title": indicator.title,
        "unit_of_measure": indicator.unit_of_measure,
        "numerator": indicator.numerator,
        "denominator": indicator.denominator,
        "digits": indicator.digits,
        "rounding": "half up",
        "targets": {str(year): str(target) for year, target in sorted(indicator.targets.items())},
        "good": indicator.good,
        "baseline": [baseline.label, str(baseline.value)] if baseline else None,
        "description": indicator.description,
        **cumulative,
    }


def publishable(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> tuple[list[Column], list[list[Value]]]:
    """The columns and rows of a view that may leave the house, each column's policy applied.

    :raises KeyError: when a column names another that does not exist.
    """
    place = {column.key: number for number, column in enumerate(columns)}
    source = [list(row) for row in rows]
    hidden = {column.key: _hidden(column, source, place) for column in columns if column.policy == "suppress"}
    kept = [column for column in columns if column.policy != "drop"]
    return kept, [
        [_shown(column, row[place[column.key]], number in hidden.get(column.key, ())) for column in kept]
        for number, row in enumerate(source)
    ]


def _shown(column: Column, value: Value, is_hidden: bool) -> Value:
    if is_hidden:
        return None
    return column.generalise(value) if column.policy == "generalise" and column.generalise else value


def _hidden(column: Column, rows: Sequence[Sequence[Value]], place: Mapping[str, int]) -> frozenset[int]:
    """Numbers of the rows whose cell in this column is suppressed."""
    deciding = place[column.by or column.key]
    groups: dict[tuple[Value, ...], list[tuple[int, int]]] = {}
    for number, row in enumerate(rows):
        count = row[deciding]
        if isinstance(count, int) and count > 0:
            groups.setdefault(tuple(row[place[key]] for key in column.within), []).append((count, number))
    found: list[int] = []
    for members in groups.values():
        members.sort()
        small = sum(count < column.k for count, _number in members)
        if small and column.within:
            while small < len(members) and (small == 1 or sum(count for count, _n in members[:small]) < column.k):
                small += 1
        found += [number for _count, number in members[:small]]
    return frozenset(found)
