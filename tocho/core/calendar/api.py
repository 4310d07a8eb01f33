"""The offices' calendar: open days, business-day arithmetic, due moments, office hours, fiscal years.

Days are days of the government's offices (Asia/Tokyo). Closed are Saturdays, Sundays, national holidays
(国民の祝日に関する 法律) and 29 December to 3 January (東京都の休日に関する条例1条), and the rows of ``ClosedDay``.
"""

from datetime import date, datetime

from tocho.core.calendar import queries
from tocho.core.calendar.queries import ClosedReason
from tocho.lib import dates

__all__ = [
    "ClosedReason",
    "add_business_days",
    "business_days_between",
    "closed_reason",
    "due_at",
    "era",
    "fiscal_year",
    "is_office_hour",
    "is_open",
    "last_moment",
    "office_day",
]


def office_day(at: datetime) -> date:
    """The day on which a moment falls in the government's offices (Asia/Tokyo)."""
    return queries.office_day(at)


def is_open(day: date) -> bool:
    """Whether the offices are open on a day."""
    return queries.year(day.year).is_open(day)


def closed_reason(day: date) -> ClosedReason | None:
    """Why the offices are closed on a day: kind and name (``holiday``, 文化の日); None when they are open."""
    return queries.closed_reason(day)


def add_business_days(day: date, n: int) -> date:
    """The ``n``-th open day after ``day``, which itself does not count (初日不算入, 民法140条).

    With 0 the day itself, or the next open day when it is closed (民法142条); negative counts back.
    """
    return queries.add_business_days(day, n)


def business_days_between(a: date, b: date) -> int:
    """Open days in ``(a, b]``: how many must pass to get from ``a`` to ``b``; negative when ``b`` is earlier."""
    return queries.business_days_between(a, b)


def due_at(start: datetime, business_days: int) -> datetime:
    """The moment at which offices close (17:45) on the ``business_days``-th open day after the day of ``start``."""
    return queries.closing_time(add_business_days(office_day(start), business_days))


def last_moment(day: date) -> datetime:
    """The last second of a day, in the time of the offices: until when something can be done on that day."""
    return queries.last_moment(day)


def is_office_hour(at: datetime) -> bool:
    """Whether somebody is at the counter: an open day, 8:30 to 17:45."""
    return queries.is_office_hour(at)


def fiscal_year(day: date) -> int:
    """The fiscal year (年度) a day belongs to: 2021-03-31 → 2020."""
    return dates.fiscal_year(day)


def era(day: date) -> str:
    """``令和2年11月20日``."""
    return dates.format_era(day)
