from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.lib import dates

DAYS = st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2020, 11, 20), "令和2年11月20日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1873, 1, 1), "明治6年1月1日"),
    ],
)
def test_format_era_at_the_edges_of_eras(day: date, text: str) -> None:
    assert dates.format_era(day) == text
    assert dates.parse_date(text) == day


def test_format_era_with_weekday_and_short() -> None:
    assert dates.format_era(date(2020, 11, 20), weekday=True) == "令和2年11月20日（金）"
    assert dates.format_era_short(date(2020, 11, 20)) == "R2.11.20"


def test_format_era_refuses_days_before_the_gregorian_calendar() -> None:
    with pytest.raises(ValueError, match="1873"):
        dates.format_era(date(1872, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "R2.11.20",
        "ｒ２．１１．２０",
        "令和 2年 11月 20日",
        "2020/11/20",
        "２０２０年１１月２０日",
        "20201120",
        "2020-11-20",
    ],
)
def test_parse_date_forgives_how_people_type(text: str) -> None:
    assert dates.parse_date(text) == date(2020, 11, 20)


@pytest.mark.parametrize(
    "text",
    ["", "昨日", "平成31年5月1日", "昭和0年1月1日", "令和2年2月30日", "2020-13-01", "明治5年12月2日", "令和1年4月30日"],
)
def test_parse_date_refuses_what_never_was(text: str) -> None:
    with pytest.raises(ValueError):
        dates.parse_date(text)


@given(DAYS)
def test_era_dates_round_trip(day: date) -> None:
    assert dates.parse_date(dates.format_era(day)) == day
    assert dates.parse_date(dates.format_era_short(day)) == day


@given(DAYS)
def test_each_day_lies_in_its_fiscal_year(day: date) -> None:
    year = dates.fiscal_year(day)
    assert dates.fiscal_year_start(year) <= day < dates.fiscal_year_end(year)


def test_fiscal_years_and_their_labels() -> None:
    assert dates.fiscal_year(date(2021, 3, 31)) == 2020
    assert dates.fiscal_year(date(2021, 4, 1)) == 2021
    assert dates.fiscal_year_label(2020) == "令和2年度"
    assert dates.fiscal_year_label(2019) == "平成31年度"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(-500, 500))
def test_add_months_agrees_with_counting_days(day: date, months: int) -> None:
    key = dates.add_months(dates.month_key(day), months)
    assert dates.add_months(key, -months) == dates.month_key(day)
    assert dates.month_start(dates.add_months(key, 1)) - timedelta(days=1) >= dates.month_start(key)


def test_months_between_holds_both_ends() -> None:
    assert list(dates.months_between("2020-11", "2021-02")) == ["2020-11", "2020-12", "2021-01", "2021-02"]
    assert list(dates.months_between("2021-02", "2020-11")) == []
    assert dates.month_label("2019-05") == "令和元年5月"
    with pytest.raises(ValueError):
        dates.month_start("2020/11")
