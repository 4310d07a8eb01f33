from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tocho.core.calendar import api, queries
from tocho.core.calendar.models import ClosedDay

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2020, 7, 23), "holiday", "海の日"),  # moved for the Olympics (令和三年東京五輪特別措置法)
        (date(2020, 7, 24), "holiday", "スポーツの日"),
        (date(2020, 8, 10), "holiday", "山の日"),
        (date(2021, 7, 22), "holiday", "海の日"),
        (date(2021, 8, 9), "holiday", "振替休日"),
        (date(2026, 9, 22), "holiday", "国民の休日"),
        (date(2026, 11, 23), "holiday", "勤労感謝の日"),
        (date(2020, 11, 21), "weekend", "土曜日・日曜日"),
        (date(2020, 12, 29), "year_end", "年末年始"),
        (date(2021, 1, 1), "holiday", "元日"),
    ],
)
def test_closed_reason_on_known_days(day: date, kind: str, name: str) -> None:
    reason = api.closed_reason(day)
    assert reason is not None
    assert (reason.kind, reason.name) == (kind, name)
    assert not api.is_open(day)


@pytest.mark.parametrize(
    "day", [date(2020, 7, 20), date(2020, 8, 11), date(2020, 10, 12), date(2020, 12, 28), date(2021, 1, 4)]
)
def test_days_that_only_look_closed_are_open(day: date) -> None:
    assert api.is_open(day)
    assert api.closed_reason(day) is None


def test_business_days_over_the_turn_of_the_year() -> None:
    assert api.add_business_days(date(2020, 12, 28), 1) == date(2021, 1, 4)
    assert api.add_business_days(date(2021, 1, 4), -1) == date(2020, 12, 28)
    assert api.add_business_days(date(2021, 1, 2), 0) == date(2021, 1, 4)
    assert api.add_business_days(date(2020, 11, 20), 3) == date(2020, 11, 26)
    assert api.business_days_between(date(2020, 12, 25), date(2021, 1, 5)) == 3


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(-300, 300))
def test_business_day_arithmetic_agrees_with_counting(day: date, n: int) -> None:
    expected = day
    while n <= 0 and not api.is_open(expected):  # back from a closed day: first to the day it stands for
        expected += timedelta(days=1)
    left = abs(n)
    while left:
        expected += timedelta(days=1 if n > 0 else -1)
        left -= api.is_open(expected)
    assert api.add_business_days(day, n) == expected


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(1, 300))
def test_between_is_the_inverse_of_add(day: date, n: int) -> None:
    assert api.business_days_between(day, api.add_business_days(day, n)) == n


def test_a_closed_day_moves_what_is_due() -> None:
    start = datetime(2020, 11, 19, 10, tzinfo=TOKYO)
    assert api.due_at(start, 1) == datetime(2020, 11, 20, 17, 45, tzinfo=TOKYO)
    ClosedDay.objects.create(day=date(2020, 11, 20), name="台風による閉庁")
    queries.forget()
    assert api.due_at(start, 1) == datetime(2020, 11, 24, 17, 45, tzinfo=TOKYO)
    reason = api.closed_reason(date(2020, 11, 20))
    assert reason is not None
    assert reason.name == "台風による閉庁"


def test_the_office_has_its_own_day_and_hours() -> None:
    late = datetime(2020, 11, 19, 15, 30, tzinfo=UTC)  # 0:30 on the 20th in Tokyo
    assert api.office_day(late) == date(2020, 11, 20)
    assert not api.is_office_hour(late)
    assert api.is_office_hour(datetime(2020, 11, 20, 8, 30, tzinfo=TOKYO))
    assert not api.is_office_hour(datetime(2020, 11, 20, 17, 45, tzinfo=TOKYO))
    assert not api.is_office_hour(datetime(2020, 11, 23, 10, tzinfo=TOKYO))


def test_arithmetic_asks_the_database_once_a_minute() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for n in range(200):
            api.add_business_days(date(2020, 1, 1), n)
    assert len(asked) <= 1
