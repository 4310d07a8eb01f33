"""When something is due: ``P3B`` (business days), ISO 8601 durations, or a FEEL expression that names a date.

Days are days of the office (Asia/Tokyo). A date means the whole day: a timer set to the 10th fires as the 11th begins.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import get_default_timezone, is_naive, make_aware

from tocho.core.calendar import api as calendar
from tocho.engines.rules.api import compile_expression

from .spec import EVER, Deadline

CYCLE = re.compile(r"R(?P<times>[1-9]\d{0,2})?/(?P<every>P.+)")
BUSINESS_DAYS = re.compile(r"P(?P<days>\d{1,3})B")
DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


def read_deadline(text: str) -> Deadline:
    """The deadline that a BPMN file writes as ``text``.

    ``P3B`` is three business days (our extension of ISO 8601), ``P2W``, ``P10D`` and ``PT4H`` are durations (months and
    years are refused: they have no fixed length); ``R3/P1D`` comes three times, each a day after the one before, and
    ``R/P5B`` every five business days; anything else is a FEEL expression giving a date or a moment.

    :raises RuleError: it is none of these.
    """
    if match := CYCLE.fullmatch(text):
        return replace(read_deadline(match["every"]), repeats=int(match["times"]) if match["times"] else EVER)
    if match := BUSINESS_DAYS.fullmatch(text):
        return Deadline(business_days=int(match["days"]))
    if match := DURATION.fullmatch(text):
        return Deadline(span=timedelta(**{unit: int(n) for unit, n in match.groupdict().items() if n}))
    return Deadline(expression=compile_expression(text))


def due_day(deadline: Deadline, context: Mapping[str, Any], *, at: datetime) -> date | None:
    """The last day on which work that arrives ``at`` is still in time; None when the case names no date."""
    if deadline.business_days is not None:
        return calendar.add_business_days(calendar.office_day(at), deadline.business_days)
    if deadline.span is not None:
        return calendar.office_day(at + deadline.span)
    value = _named(deadline, context)
    return calendar.office_day(value) if isinstance(value, datetime) else value


def due_moment(deadline: Deadline, context: Mapping[str, Any], *, at: datetime) -> datetime | None:
    """The moment at which a timer set ``at`` fires; None when the case names no date."""
    if deadline.business_days is not None:
        return _end_of(calendar.add_business_days(calendar.office_day(at), deadline.business_days))
    if deadline.span is not None:
        return at + deadline.span
    value = _named(deadline, context)
    return value if isinstance(value, datetime) or value is None else _end_of(value)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=get_default_timezone())


def _named(deadline: Deadline, context: Mapping[str, Any]) -> date | None:
    """The date or aware moment that the deadline's expression gives (ISO 8601 text is read as such)."""
    value = deadline.expression(context) if deadline.expression else None
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return make_aware(value, get_default_timezone()) if is_naive(value) else value
    if value is None or isinstance(value, date):
        return value
    raise TypeError(f"a deadline must be a date, not {type(value).__name__}")
