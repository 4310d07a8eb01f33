"""Dates as Japanese administration writes them: eras (和暦), fiscal years (年度), months as keys.

Plain functions over ``datetime.date``; no clock, no time zone, no Django. Whoever has a moment (``datetime``) turns it
into the office's day first (``core.calendar.api.office_day``).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

FISCAL_YEAR_STARTS = 4  # April; 地方自治法208条 (会計年度は、毎年四月一日に始まり、翌年三月三十一日に終わる)


@dataclass(frozen=True)
class Era:
    """One era name (元号) and its first day; it lasts until the next one begins."""

    name: str
    initial: str
    starts_on: date


# 改暦ノ布告 makes the Gregorian calendar valid from 明治6年1月1日: earlier days have no date here.
ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1873, 1, 1)),
)
_FIRST_YEAR = {"令和": 2019, "平成": 1989, "昭和": 1926, "大正": 1912, "明治": 1868}
_BY_NAME = {era.name: era for era in ERAS} | {era.initial: era for era in ERAS}
_ERA_DATE = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\s*(?P<year>元|\d{1,2})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?"
)
_WESTERN_DATE = re.compile(r"(?P<year>\d{4})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?")
_COMPACT_DATE = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_WEEKDAYS = "月火水木金土日"


def era_year(day: date) -> tuple[Era, int]:
    """The era of a day and the year within it (1 = 元年).

    :raises ValueError: before 明治6年1月1日 (1873), when Japan took over the Gregorian calendar.
    """
    for era in ERAS:
        if day >= era.starts_on:
            return era, day.year - _FIRST_YEAR[era.name] + 1
    raise ValueError(f"no Japanese date before 1873: {day}")


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)


def format_era(day: date, *, weekday: bool = False) -> str:
    """``令和2年11月20日``, with ``weekday`` ``令和2年11月20日（金）``; the first year is 元年."""
    era, year = era_year(day)
    text = f"{era.name}{_year_text(year)}年{day.month}月{day.day}日"
    return f"{text}（{_WEEKDAYS[day.weekday()]}）" if weekday else text


def format_day(day: date) -> str:
    """``11月20日（金）``, where the year is plain."""
    return f"{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def format_era_short(day: date) -> str:
    """``R2.11.20``, for narrow columns."""
    era, year = era_year(day)
    return f"{era.initial}{year}.{day.month}.{day.day}"


def parse_date(text: str) -> date:
    """A day as people type it: ``令和2年11月20日``, ``令和元年5月1日``, ``R2.11.20``, ``2020/11/20``, ``20201120``.

    Full-width characters and blanks are forgiven.

    A date may not lie outside its era (``平成31年5月1日`` is refused, for it never was).

    :raises ValueError: when the text is no date, the day does not exist, or the era had ended or not begun.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if match := _ERA_DATE.fullmatch(plain):
        era = _BY_NAME[match["era"]]
        year = 1 if match["year"] == "元" else int(match["year"])
        day = date(_FIRST_YEAR[era.name] + year - 1, int(match["month"]), int(match["day"]))
        if year < 1 or era_year(day)[0] != era:
            raise ValueError(f"not a day of {era.name}: {text}")
        return day
    if match := _WESTERN_DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain):
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    raise ValueError(f"not a date: {text}")


def fiscal_year(day: date) -> int:
    """The fiscal year (年度) a day belongs to: 2021-03-31 → 2020."""
    return day.year if day.month >= FISCAL_YEAR_STARTS else day.year - 1


def fiscal_year_start(year: int) -> date:
    """First day of a fiscal year: 1 April."""
    return date(year, FISCAL_YEAR_STARTS, 1)


def fiscal_year_end(year: int) -> date:
    """First day *after* a fiscal year, for half-open ranges."""
    return date(year + 1, FISCAL_YEAR_STARTS, 1)


def fiscal_year_label(year: int) -> str:
    """``令和2年度``; named after the era of its first day, so 2019 (begun in April) is ``平成31年度``."""
    era, number = era_year(fiscal_year_start(year))
    return f"{era.name}{_year_text(number)}年度"


def month_key(day: date) -> str:
    """``2020-11``: the key under which months are counted and sorted."""
    return f"{day.year:04d}-{day.month:02d}"


def month_start(key: str) -> date:
    """First day of the month of a key.

    :raises ValueError: when the key is not ``YYYY-MM``.
    """
    if not re.fullmatch(r"\d{4}-\d{2}", key):
        raise ValueError(f"not a month: {key}")
    return date(int(key[:4]), int(key[5:]), 1)


def add_months(key: str, months: int) -> str:
    """The key ``months`` later (or earlier, when negative): ``add_months("2020-11", 3)`` → ``2021-02``."""
    first = month_start(key)
    index = first.year * 12 + first.month - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_between(first: str, last: str) -> Iterator[str]:
    """Every key from ``first`` to ``last``, both included; nothing when ``last`` is earlier."""
    month_start(last)
    key = first
    while key <= last:
        yield key
        key = add_months(key, 1)


def month_label(key: str) -> str:
    """``令和2年11月``."""
    era, year = era_year(month_start(key))
    return f"{era.name}{_year_text(year)}年{int(key[5:])}月"
