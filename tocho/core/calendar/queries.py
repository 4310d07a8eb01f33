"""Open days by year, counted once and kept in memory; the few ``ClosedDay`` rows are looked at again every minute.

A closed day is entered days ahead, so a minute's delay in another process does no harm; in the process that enters it,
``forget`` makes it count at once.
"""

import time
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import cache
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.core.calendar.models import ClosedDay

LOOK_AGAIN_SECONDS = 60.0
OFFICE_OPENS = clock_time(8, 30)
OFFICE_CLOSES = clock_time(17, 45)


@dataclass(frozen=True)
class ClosedReason:
    """Why the offices are closed on a day."""

    kind: Literal["weekend", "holiday", "year_end", "closed"]
    name: str


@dataclass(frozen=True)
class OpenDays:
    """The open days of one calendar year, in order."""

    days: tuple[date, ...]
    known: frozenset[date]

    def is_open(self, day: date) -> bool:
        return day in self.known

    def count_until(self, day: date) -> int:
        """Open days of the year up to and including a day."""
        return bisect_right(self.days, day)


@dataclass
class _Kept:
    closed: dict[date, str]
    looked_at: float = float("-inf")


_kept = _Kept({})
_years: dict[int, OpenDays] = {}


def forget() -> None:
    """Look at the closed days again before the next answer."""
    _kept.looked_at = float("-inf")


def closed_days() -> dict[date, str]:
    """The rows of ``ClosedDay``: day → name."""
    now = time.monotonic()
    if now - _kept.looked_at >= LOOK_AGAIN_SECONDS:
        rows = dict(ClosedDay.objects.values_list("day", "name"))
        if rows != _kept.closed:
            _kept.closed = rows
            _years.clear()
        _kept.looked_at = now
    return _kept.closed


@cache
def holidays_of(year: int) -> dict[date, str]:
    """National holidays of a year with their Japanese names, moved ones as moved (2020, 2021)."""
    from holidays.countries.japan import JP

    return dict(JP(years=year, language="ja").items())


def year(number: int) -> OpenDays:
    """The open days of a calendar year."""
    closed = closed_days()
    found = _years.get(number)
    if found is None:
        first = date(number, 1, 1)
        length = (date(number, 12, 31) - first).days + 1
        days = tuple(
            day
            for day in (first + timedelta(days=index) for index in range(length))
            if _reason(day) is None and day not in closed
        )
        found = _years[number] = OpenDays(days, frozenset(days))
    return found


def _reason(day: date) -> Literal["weekend", "holiday", "year_end"] | None:
    if day in holidays_of(day.year):
        return "holiday"
    if (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3):
        return "year_end"
    return "weekend" if day.weekday() >= 5 else None


def closed_reason(day: date) -> ClosedReason | None:
    """Why a day is closed, the most particular reason first."""
    entered = closed_days().get(day)
    if entered is not None:
        return ClosedReason("closed", entered)
    kind = _reason(day)
    if kind is None:
        return None
    names = {"weekend": _("土曜日・日曜日"), "year_end": _("年末年始"), "holiday": holidays_of(day.year).get(day, "")}
    return ClosedReason(kind, names[kind])


def add_business_days(day: date, n: int) -> date:
    """See ``api.add_business_days``: one bisection a year that is crossed."""
    number = day.year
    if n > 0:
        index = year(number).count_until(day) + n - 1
    else:
        # The first open day at or after `day` is n = 0; going back starts there.
        index = year(number).count_until(day - timedelta(days=1)) if day.month > 1 or day.day > 1 else 0
        index += n
    while index < 0:
        number -= 1
        index += len(year(number).days)
    while index >= len(year(number).days):
        index -= len(year(number).days)
        number += 1
    return year(number).days[index]


def business_days_between(a: date, b: date) -> int:
    """See ``api.business_days_between``: two bisections, and a length for each year that is crossed."""
    if b < a:
        return -business_days_between(b, a)
    whole = sum(len(year(number).days) for number in range(a.year, b.year))
    return whole + year(b.year).count_until(b) - year(a.year).count_until(a)


def office_day(at: datetime) -> date:
    """The day of a moment at the offices."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def closing_time(day: date) -> datetime:
    """The moment the offices close on a day."""
    return datetime.combine(day, OFFICE_CLOSES, tzinfo=timezone.get_default_timezone())


def last_moment(day: date) -> datetime:
    """The last second of a day in the offices' time."""
    return datetime.combine(day, clock_time(23, 59, 59), tzinfo=timezone.get_default_timezone())


def is_office_hour(at: datetime) -> bool:
    """Whether a moment lies within office hours of an open day."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return OFFICE_OPENS <= local.time() < OFFICE_CLOSES and year(local.year).is_open(local.date())
