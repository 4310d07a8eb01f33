"""One indicator as a page: drawn from the same published table as the chart's file and the dataset."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tocho.engines.facts.declarations import Indicator
from tocho.engines.facts.models import IndicatorVersion
from tocho.engines.facts.queries.readings import ALL, NOWHERE, State, heir_of, kept_while, state, unit_name
from tocho.engines.facts.queries.tables import indicator_view, table_of
from tocho.engines.facts.registry import installed
from tocho.engines.facts.rules import MEASURED, RETURNED, TOGETHER, target_of, value_of
from tocho.lib.dates import fiscal_year, month_start

MONTHS_SHOWN = 13


@dataclass(frozen=True, slots=True)
class Point:
    """What the indicator says of one month from one source; ``value`` is rounded, ``None`` without cases."""

    month: str
    source: str
    numerator: int
    denominator: int | None
    value: Decimal | None
    note: str
    published: Decimal | None

    @property
    def is_changed(self) -> bool:
        """Whether the value is not what was last published."""
        return self.published is not None and self.published != self.value


@dataclass(frozen=True, slots=True)
class Both:
    """A month's two sources; of an indicator that bureaus return (``is_returned``) their sum where both are there.

    ``main`` is the sum, else what was measured, else what was returned.
    """

    measured: Point | None
    returned: Point | None
    together: Point | None = None

    @classmethod
    def of(cls, indicator: Indicator, measured: Point | None, returned: Point | None) -> "Both":
        """The two with their sum, where the indicator is one that bureaus return."""
        if not indicator.is_returned or measured is None or returned is None:
            return cls(measured, returned)
        return cls(measured, returned, replace(_sum(indicator, measured, returned), source=TOGETHER))

    @property
    def main(self) -> Point | None:
        return self.together or self.measured or self.returned


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One bureau in the shown month."""

    code: str
    name: str
    both: Both


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything a page about one indicator shows. ``unit`` is ``""`` for the whole government.

    ``series`` are the last months up to ``month``, oldest first; ``units`` the bureaus in ``month``. ``years`` are the
    fiscal years with values, each with its whole (of what adds up, with its last month).
    """

    indicator: Indicator
    version: int
    version_since: datetime | None
    unit: str
    unit_name: str
    month: str
    months: tuple[str, ...]
    series: tuple[tuple[str, Both], ...]
    units: tuple[UnitRow, ...]
    target: Decimal | None
    as_of: datetime | None
    years: tuple[tuple[int, Both], ...] = ()

    @property
    def now(self) -> Both:
        return self.series[-1][1] if self.series else Both(None, None)


@dataclass(frozen=True, slots=True)
class _Index:
    """The table by unit and month, with what only changes together with it."""

    by_unit: dict[str, dict[str, Both]]
    names: dict[tuple[str, str], str]
    version: IndicatorVersion | None
    as_of: datetime


def dashboard(indicator_key: str, *, month: str = "", unit: str = ALL, now: State | None = None) -> Dashboard | None:
    """The page of an indicator, for a month (default: the last with values) and a bureau (default: all).

    ``None`` when there is no such indicator, or no value of the month or the bureau asked for. One query as long as no
    figure changes, none if the caller has asked for the ``state`` already.
    """
    indicator = installed().indicators.get(indicator_key)
    if indicator is None:
        return None
    now = now or state()
    index = kept_while(now, ("dashboard", indicator_key), lambda: _index(indicator, now))
    by_month = _series_of(indicator, index, unit)
    months = sorted(by_month)
    if (month and month not in by_month) or (unit != ALL and not months):
        return None
    shown = month or (months[-1] if months else "")
    version = index.version
    return Dashboard(
        indicator=indicator,
        version=version.number if version else 1,
        version_since=version.recorded_at if version else None,
        unit=unit,
        unit_name=unit_name(unit, shown) if shown else "",
        month=shown,
        months=tuple(months[-MONTHS_SHOWN:]),
        series=tuple((each, by_month[each]) for each in months if each <= shown)[-MONTHS_SHOWN:],
        units=_units(index, shown),
        target=target_of(indicator, shown) if shown else None,
        as_of=now.as_of or index.as_of,
        years=_years(indicator, by_month),
    )


def _years(indicator: Indicator, by_month: Mapping[str, Both]) -> tuple[tuple[int, Both], ...]:
    found: dict[int, Both] = {}
    for month in sorted(by_month):
        year, both = fiscal_year(month_start(month)), by_month[month]
        found[year] = both if indicator.cumulative or year not in found else _merged(indicator, found[year], both)
    return tuple(sorted(found.items()))


def _index(indicator: Indicator, now: State) -> _Index:
    table = table_of(indicator_view(indicator), now=now)
    points: dict[tuple[str, str], dict[str, Point]] = defaultdict(dict)
    names: dict[tuple[str, str], str] = {}
    for row in table.records():
        unit, month = str(row["unit_code"]), str(row["month"])
        names[unit, month] = str(row["unit_name"])
        points[unit, month][str(row["source"])] = _point(row)
    by_unit: dict[str, dict[str, Both]] = defaultdict(dict)
    for (unit, month), sources in points.items():
        by_unit[unit][month] = Both.of(indicator, sources.get(MEASURED), sources.get(RETURNED))
    version = IndicatorVersion.objects.filter(key=indicator.key).order_by("-number").first()
    return _Index(dict(by_unit), names, version, table.as_of)


def _point(row: Mapping[str, Any]) -> Point:
    return Point(**{name: row[name] for name in Point.__slots__})


def _units(index: _Index, month: str) -> tuple[UnitRow, ...]:
    """The bureaus of a month in the order of the table."""
    return tuple(
        UnitRow(code=unit, name=index.names[unit, month], both=months[month])
        for unit, months in index.by_unit.items()
        if unit != ALL and month in months
    )


def _series_of(indicator: Indicator, index: _Index, unit: str) -> dict[str, Both]:
    """The months of a unit; those of bureaus that it alone succeeded are its own."""
    if unit in (ALL, NOWHERE):
        return index.by_unit.get(unit, {})
    today = timezone.localdate()
    line = [code for code in index.by_unit if code not in (ALL, NOWHERE) and heir_of(code, today) == unit]
    series: dict[str, Both] = {}
    for code in line:
        for month, both in index.by_unit[code].items():
            known = series.get(month)
            series[month] = both if known is None else _merged(indicator, known, both)
    return series


def _merged(indicator: Indicator, one: Both, other: Both) -> Both:
    def sum_of(mine: Point | None, theirs: Point | None) -> Point | None:
        return _sum(indicator, mine, theirs) if mine and theirs else mine or theirs

    return Both.of(indicator, sum_of(one.measured, other.measured), sum_of(one.returned, other.returned))


def _sum(indicator: Indicator, one: Point, other: Point) -> Point:
    numerator = one.numerator + other.numerator
    denominator = (one.denominator or 0) + (other.denominator or 0) if indicator.denominator else None
    value = value_of(indicator, numerator, denominator)
    return replace(one, numerator=numerator, denominator=denominator, value=value, published=None)
