from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocho.engines.process.deadlines import due_day, due_moment, read_deadline

from .factories import AT

JST = ZoneInfo("Asia/Tokyo")
pytestmark = pytest.mark.django_db  # closed days are rows


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("P3B", date(2020, 11, 26)),  # Friday 20 → Tuesday 24 (Monday is 勤労感謝の日), 25, 26
        ("P0B", date(2020, 11, 20)),
        ("P2W", date(2020, 12, 4)),
        ("PT20H", date(2020, 11, 21)),
        ('date("2020-12-10")', date(2020, 12, 10)),
        ("deadline", date(2020, 12, 1)),
        ("nothing", None),
    ],
)
def test_due_day(text: str, day: date | None) -> None:
    assert due_day(read_deadline(text), {"deadline": "2020-12-01"}, at=AT) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("P1B", datetime(2020, 11, 25, tzinfo=JST)),  # the whole 24th is still in time
        ("PT90M", AT + timedelta(minutes=90)),
        ("deadline", datetime(2020, 12, 2, tzinfo=JST)),
        ("moment", datetime(2020, 12, 1, 17, 0, tzinfo=JST)),
        ("nothing", None),
    ],
)
def test_due_moment(text: str, moment: datetime | None) -> None:
    context = {"deadline": "2020-12-01", "moment": "2020-12-01T17:00:00"}
    assert due_moment(read_deadline(text), context, at=AT) == moment


def test_a_day_late_in_the_evening_is_the_day_in_tokyo() -> None:
    evening = datetime(2020, 11, 19, 23, 30, tzinfo=ZoneInfo("UTC"))  # 08:30 on the 20th in Tokyo
    assert due_day(read_deadline("P0B"), {}, at=evening) == date(2020, 11, 20)


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a date"):
        due_day(read_deadline("1 + 1"), {}, at=AT)
