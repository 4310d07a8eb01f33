"""FEEL's values and their algebra (DMN 1.3, clause 10.3.2): null where a sum, comparison or equality has no meaning.

| FEEL | Python |   | FEEL | Python |
|---|---|---|---|---|
| number | Decimal, 34 digits, half even | | date, time, date and time | date, time, datetime |
| string, boolean, null | str, bool, None | | days and time duration | timedelta |
| list, context | list, dict | | years and months duration | YearsMonths |
| range | Range | | function | Function |
"""

import calendar
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import Enum
from typing import Any, TypeAlias

Value: TypeAlias = Any  # one of the types above; FEEL is dynamically typed
Scope: TypeAlias = Mapping[str, Value]

# IEEE 754-2008 decimal128, as the standard asks; no traps: what cannot be represented becomes null
NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months duration, kept as whole months; may be negative."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; a square bracket includes its end."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True

    def contains(self, value: Value) -> bool | None:
        """Whether the value lies inside; None when it cannot be compared with the ends."""
        low = less(self.start, value) if not self.start_included else at_most(self.start, value)
        high = less(value, self.end) if not self.end_included else at_most(value, self.end)
        if low is False or high is False:
            return False
        return None if low is None or high is None else True


@dataclass(frozen=True, slots=True)
class Function:
    """A function value: a business knowledge model, or ``function(a, b) …`` written in an expression."""

    parameters: tuple[str, ...]
    run: Callable[..., Value]


ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, YearsMonths})
PLAIN = ORDERED | {bool, type(None), Range, Function}


def feel_value(value: object) -> Value:
    """A Python value as FEEL sees it: int and float become Decimal, tuples and sets lists, enums their value.

    :raises TypeError: for a type that FEEL has no counterpart of (a programming mistake, not an officer's).
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is int:
        return Decimal(value)  # type: ignore[arg-type]
    if isinstance(value, Enum):
        return feel_value(value.value)
    if isinstance(value, Mapping):
        return {str(key): feel_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [feel_value(item) for item in value]
    return _from_subclass(value)


def _from_subclass(value: object) -> Value:
    if isinstance(value, float):
        return finite(Decimal(repr(value)))
    if isinstance(value, int):
        return Decimal(int(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    raise TypeError(f"{type(value).__name__} is not a FEEL value")


def finite(number: Decimal) -> Decimal | None:
    """The number, or None for infinity and NaN, which FEEL does not have."""
    return number if number.is_finite() else None


def equal(a: Value, b: Value) -> bool | None:
    """FEEL's ``=``: null equals only null; values of different kinds are neither equal nor unequal (None)."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is not type(b):
        return None
    if kind is list:
        return len(a) == len(b) and _all_equal(zip(a, b, strict=True))
    if kind is dict:
        return a.keys() == b.keys() and _all_equal((a[key], b[key]) for key in a)
    return bool(a == b)


def _all_equal(pairs: Iterable[tuple[Value, Value]]) -> bool:
    return all(equal(a, b) is True for a, b in pairs)


def unequal(a: Value, b: Value) -> bool | None:
    """FEEL's ``!=``."""
    same = equal(a, b)
    return None if same is None else not same


def less(a: Value, b: Value) -> bool | None:
    """FEEL's ``<``; None unless both are of one ordered kind."""
    kind = type(a)
    if kind is not type(b) or kind not in ORDERED:
        return None
    try:
        return bool(a < b)
    except TypeError:  # a time with a zone against one without
        return None


def at_most(a: Value, b: Value) -> bool | None:
    """FEEL's ``<=``; None unless both are of one ordered kind."""
    kind = type(a)
    if kind is not type(b) or kind not in ORDERED:
        return None
    try:
        return bool(a <= b)
    except TypeError:
        return None


def more(a: Value, b: Value) -> bool | None:
    """FEEL's ``>``."""
    return less(b, a)


def at_least(a: Value, b: Value) -> bool | None:
    """FEEL's ``>=``."""
    return at_most(b, a)


def add(a: Value, b: Value) -> Value:
    """FEEL's ``+``: numbers, strings, durations, and a date or time with a duration."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return finite(NUMBERS.add(a, b))
    if ta is tb and ta in (str, timedelta):
        return _guarded(lambda: a + b)
    if ta is YearsMonths and tb is YearsMonths:
        return YearsMonths(a.months + b.months)
    if tb in (timedelta, YearsMonths):
        return _shift(a, b)
    return _shift(b, a) if ta in (timedelta, YearsMonths) else None


def subtract(a: Value, b: Value) -> Value:
    """FEEL's ``-``: numbers and durations, two dates or times (giving a duration), a date less a duration."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return finite(NUMBERS.subtract(a, b))
    if ta is tb and ta in (timedelta, date, datetime):
        return _guarded(lambda: a - b)
    if ta is time and tb is time:
        day = date(2000, 1, 1)
        return _guarded(lambda: datetime.combine(day, a) - datetime.combine(day, b))
    if ta is YearsMonths and tb is YearsMonths:
        return YearsMonths(a.months - b.months)
    return _shift(a, negate(b)) if tb in (timedelta, YearsMonths) else None


def multiply(a: Value, b: Value) -> Value:
    """FEEL's ``*``: numbers, or a duration and a number."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return finite(NUMBERS.multiply(a, b))
    if ta is Decimal and tb in (timedelta, YearsMonths):
        a, b, ta, tb = b, a, tb, ta
    if tb is not Decimal:
        return None
    if ta is timedelta:
        return _guarded(lambda: _timedelta(NUMBERS.multiply(_seconds(a), b)))
    return _guarded(lambda: _months(NUMBERS.multiply(Decimal(a.months), b))) if ta is YearsMonths else None


def divide(a: Value, b: Value) -> Value:
    """FEEL's ``/``: numbers, a duration by a number, two durations of a kind; null when dividing by zero."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        return finite(NUMBERS.divide(a, b))
    if ta is timedelta and tb is timedelta:
        return divide(_seconds(a), _seconds(b))
    if ta is YearsMonths and tb is YearsMonths:
        return divide(Decimal(a.months), Decimal(b.months))
    if tb is not Decimal or not b:
        return None
    if ta is timedelta:
        return _guarded(lambda: _timedelta(NUMBERS.divide(_seconds(a), b)))
    return _guarded(lambda: _months(NUMBERS.divide(Decimal(a.months), b))) if ta is YearsMonths else None


def power(a: Value, b: Value) -> Decimal | None:
    """FEEL's ``**`` on two numbers."""
    return finite(NUMBERS.power(a, b)) if type(a) is Decimal and type(b) is Decimal else None


def negate(a: Value) -> Value:
    """FEEL's unary minus, on numbers and durations."""
    if type(a) is Decimal:
        return NUMBERS.minus(a)
    if type(a) is YearsMonths:
        return YearsMonths(-a.months)
    return _guarded(lambda: -a) if type(a) is timedelta else None


def add_months(day: date, months: int) -> date:
    """The same day that many months later, or the last day of a month that is too short for it."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def _shift(moment: Value, duration: Value) -> Value:
    if type(moment) in (date, datetime):
        if type(duration) is YearsMonths:
            return _guarded(lambda: add_months(moment, duration.months))
        return _guarded(lambda: moment + duration)
    if type(moment) is time and type(duration) is timedelta:
        return (datetime.combine(date(2000, 1, 1), moment) + duration % timedelta(days=1)).timetz()
    return None


def _seconds(duration: timedelta) -> Decimal:
    return NUMBERS.add(Decimal(duration.days * 86400 + duration.seconds), Decimal(duration.microseconds).scaleb(-6))


def _timedelta(seconds: Decimal) -> timedelta:
    return timedelta(microseconds=int(seconds.scaleb(6).to_integral_value()))


def _months(number: Decimal) -> YearsMonths:
    return YearsMonths(int(number))


def _guarded(calculate: Callable[[], Value]) -> Value:
    """The result, or null where a date or duration leaves what can be represented."""
    try:
        return calculate()
    except (OverflowError, ValueError, ArithmeticError, TypeError):
        return None
