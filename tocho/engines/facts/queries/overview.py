"""All indicators at a glance: the whole government's last months of each, in two queries however many there are."""

from django.db import connection

from tocho.engines.facts.declarations import Indicator
from tocho.engines.facts.queries.dashboard import Both, Dashboard, Point
from tocho.engines.facts.queries.readings import ALL, State, kept_while, state, unit_name
from tocho.engines.facts.registry import installed
from tocho.engines.facts.rules import MEASURED, RETURNED, target_of, value_of

MONTHS = 12  # as in the statements
BEGINNING = "0000-00"  # what adds up does so from the first month on
MEASURED_SQL = """
    SELECT i.key, last.month,
        (SELECT COALESCE(sum(amount), 0)::bigint FROM facts_counter_sum s
            WHERE s.counter = i.numerator AND s.month BETWEEN COALESCE(i.since, last.month) AND last.month),
        (SELECT sum(amount)::bigint FROM facts_counter_sum s
            WHERE s.counter = i.denominator AND s.month BETWEEN COALESCE(i.since, last.month) AND last.month)
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS i(key, numerator, denominator, since)
    CROSS JOIN LATERAL (
        SELECT DISTINCT month FROM facts_counter_sum s WHERE s.counter = COALESCE(i.denominator, i.numerator)
        ORDER BY month DESC LIMIT 12
    ) last
"""
RETURNED_SQL = """
    SELECT key, month, numerator, denominator, notes FROM (
        SELECT key, month, sum(numerator)::bigint AS numerator, sum(denominator)::bigint AS denominator,
            string_agg(DISTINCT NULLIF(note, ''), '、') AS notes,
            row_number() OVER (PARTITION BY key ORDER BY month DESC) AS place
        FROM (
            SELECT DISTINCT ON (v.key, r.unit, r.month) v.key, r.month, r.numerator, r.denominator, r.note
            FROM facts_monthly_return r JOIN facts_indicator_version v ON v.id = r.version_id
            ORDER BY v.key, r.unit, r.month, r.id DESC
        ) newest GROUP BY key, month
    ) months WHERE place <= 12
"""


def overview(*, now: State | None = None) -> tuple[Dashboard, ...]:
    """Each indicator's last twelve months with values, in the order of their declaration; without the bureaus."""
    now = now or state()
    return kept_while(now, ("overview",), lambda: _overview(now))


def _overview(now: State) -> tuple[Dashboard, ...]:
    indicators = installed().indicators
    points: dict[str, list[Point]] = {key: [] for key in indicators}
    with connection.cursor() as cursor:
        formulas = [
            (each.key, each.numerator, each.denominator, BEGINNING if each.cumulative else None)
            for each in indicators.values()
        ]
        cursor.execute(MEASURED_SQL, [list(column) for column in zip(*formulas, strict=True)] or [[], [], [], []])
        for key, month, numerator, denominator in cursor.fetchall():
            points[key].append(_point(indicators[key], (month, MEASURED), numerator, denominator, ""))
        cursor.execute(RETURNED_SQL)
        for key, month, numerator, denominator, notes in cursor.fetchall():
            if key in indicators:
                points[key].append(_point(indicators[key], (month, RETURNED), numerator, denominator, notes or ""))
    return tuple(_summary(indicators[key], found, now) for key, found in points.items())


def _point(indicator: Indicator, where: tuple[str, str], numerator: int, denominator: int | None, note: str) -> Point:
    month, source = where
    whole = denominator if indicator.denominator else None
    return Point(month, source, numerator, whole, value_of(indicator, numerator, whole), note, None)


def _summary(indicator: Indicator, points: list[Point], now: State) -> Dashboard:
    months = sorted({point.month for point in points})[-MONTHS:]
    month = months[-1] if months else ""
    found = {(point.month, point.source): point for point in points}
    series = tuple((one, Both.of(indicator, found.get((one, MEASURED)), found.get((one, RETURNED)))) for one in months)
    return Dashboard(
        indicator=indicator,
        version=0,
        version_since=None,
        unit=ALL,
        unit_name=unit_name(ALL, month),
        month=month,
        months=tuple(months),
        series=series,
        units=(),
        target=target_of(indicator, month) if month else None,
        as_of=now.as_of,
    )
