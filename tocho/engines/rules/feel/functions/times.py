"""Dates, times and durations (DMN 1.3, tables 73 and 77), written in ISO 8601.

There is no ``today()`` or ``now()``: a rule is told the day it decides for, or nobody could check it a year later.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tocho.engines.rules.feel.functions.registry import builtin
from tocho.engines.rules.feel.values import NUMBERS, Value, YearsMonths

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?=[\dT])(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,12}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> date | None:
    """``2020-11-20`` as a date, else None."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """``08:30:00``, with ``Z`` or ``+09:00`` where a zone is meant, as a time, else None."""
    try:
        return time.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None


def parse_date_and_time(text: str) -> datetime | None:
    """``2020-11-20T08:30:00`` or a bare date (midnight) as a date and time, else None."""
    day_text, divider, time_text = text.partition("T")
    day, moment = parse_date(day_text), parse_time(time_text) if divider else time()
    return None if day is None or moment is None else datetime.combine(day, moment)


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """``P1Y6M`` as years and months, ``P3DT2H`` as days and time, else None (the two do not mix)."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    part = {name: value for name, value in match.groupdict().items() if value is not None and name != "sign"}
    sign = -1 if match["sign"] else 1
    if part.keys() <= {"years", "months"}:
        return YearsMonths(sign * (int(part.get("years", 0)) * 12 + int(part.get("months", 0))))
    if part.keys() & {"years", "months"}:
        return None
    seconds = Decimal(part.pop("seconds", "0"))
    try:
        whole = timedelta(**{name: int(value) for name, value in part.items()})
        return sign * (whole + timedelta(microseconds=int(seconds.scaleb(6))))
    except OverflowError:
        return None


def parse_moment(text: str) -> Value:
    """What ``@"…"`` stands for: a date, time, date and time, or duration; None when it is none of them."""
    return parse_date(text) or parse_time(text) or parse_date_and_time(text) or parse_duration(text)


def duration_text(duration: timedelta | YearsMonths) -> str:
    """A duration in ISO 8601, the way FEEL's string() writes it."""
    if isinstance(duration, YearsMonths):
        sign, months = "-" if duration.months < 0 else "", abs(duration.months)
        parts = [f"{count}{letter}" for count, letter in ((months // 12, "Y"), (months % 12, "M")) if count]
        return f"{sign}P{''.join(parts) or '0M'}"
    sign, size = ("-", -duration) if duration < timedelta() else ("", duration)
    minutes, seconds = divmod(size.seconds, 60)
    tail = f"{seconds}.{size.microseconds:06d}".rstrip("0") if size.microseconds else str(seconds)
    clock = f"{minutes // 60}H" * bool(minutes // 60) + f"{minutes % 60}M" * bool(minutes % 60)
    clock += f"{tail}S" * (tail != "0")
    days = f"{size.days}D" * bool(size.days)
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days or 'T0S'}"


@builtin("date", "a a? a?", strict=True)
def date_(from_: Value, month: Value = None, day: Value = None) -> date | None:
    """A date from ISO text, from a date and time, or from year, month and day."""
    if type(from_) is datetime:
        return from_.date()
    if type(from_) is str:
        return parse_date(from_)
    try:
        numeric = all(type(part) is Decimal for part in (from_, month, day))
        return date(int(from_), int(month), int(day)) if numeric else from_ if type(from_) is date else None
    except (ValueError, OverflowError):
        return None


@builtin("time", "a a? a? a?", strict=True)
def time_(from_: Value, minute: Value = None, second: Value = None, offset: Value = None) -> time | None:
    """A time from ISO text, from a date and time, or from hour, minute and second."""
    if type(from_) is datetime:
        return from_.timetz()
    if type(from_) is str:
        return parse_time(from_)
    try:
        numeric = offset is None and all(type(part) is Decimal for part in (from_, minute, second))
        return time(int(from_), int(minute), int(second)) if numeric else from_ if type(from_) is time else None
    except (ValueError, OverflowError):
        return None


@builtin("date and time", "a a?", strict=True)
def date_and_time(from_: Value, time_: Value = None) -> datetime | None:
    """A date and time from ISO text, or from a date and a time."""
    if type(from_) is str and time_ is None:
        return parse_date_and_time(from_)
    if type(time_) is time and type(from_) in (date, datetime):
        return datetime.combine(from_, time_)
    return from_ if type(from_) is datetime else None


@builtin("duration", "s", strict=True)
def duration(from_: str) -> timedelta | YearsMonths | None:
    """A duration from ISO text."""
    return parse_duration(from_)


@builtin("years and months duration", "d d")
def years_and_months_duration(from_: date, to: date) -> YearsMonths:
    """The whole months between two dates, as an age is counted."""
    if (from_.year, from_.month, from_.day) > (to.year, to.month, to.day):
        return YearsMonths(-years_and_months_duration(to, from_).months)
    months = (to.year - from_.year) * 12 + to.month - from_.month
    return YearsMonths(months - (to.day < from_.day))


@builtin("day of week", "d")
def day_of_week(date_: date) -> str:
    """The weekday's English name."""
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[date_.weekday()]


@builtin("day of year", "d")
def day_of_year(date_: date) -> int:
    """The number of the day in its year."""
    return date_.timetuple().tm_yday


@builtin("week of year", "d")
def week_of_year(date_: date) -> int:
    """The ISO week number."""
    return date_.isocalendar().week


@builtin("abs", "a")
def abs_(n: Value) -> Value:
    """The size of a number or duration."""
    if type(n) is YearsMonths:
        return YearsMonths(abs(n.months))
    if type(n) is timedelta:
        return abs(n)
    return NUMBERS.abs(n) if type(n) is Decimal else None


def property_of(value: Value, name: str) -> Value:
    """A property of a date, time or duration such as ``year`` or ``days`` (DMN 1.3, table 65); None if it has none."""
    if type(value) is timedelta:
        return _duration_part(value, name)
    if type(value) is YearsMonths:
        years, months = divmod(abs(value.months), 12)
        part = {"years": years, "months": months}.get(name)
        return None if part is None else Decimal(part if value.months >= 0 else -part)
    if name == "weekday" and type(value) in (date, datetime):
        return Decimal(value.isoweekday())
    if name == "time offset" and type(value) in (time, datetime):
        return value.utcoffset()
    part = getattr(value, name) if name in _PROPERTIES.get(type(value), ()) else None
    return None if part is None else Decimal(part)


_PROPERTIES: dict[type, frozenset[str]] = {
    date: frozenset({"year", "month", "day"}),
    time: frozenset({"hour", "minute", "second"}),
    datetime: frozenset({"year", "month", "day", "hour", "minute", "second"}),
}


def _duration_part(value: timedelta, name: str) -> Decimal | None:
    size = abs(value)
    part = {
        "days": size.days,
        "hours": size.seconds // 3600,
        "minutes": size.seconds // 60 % 60,
        "seconds": size.seconds % 60,
    }.get(name)
    return None if part is None else Decimal(part if value >= timedelta() else -part)
