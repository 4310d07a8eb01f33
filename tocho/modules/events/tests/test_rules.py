from datetime import date, timedelta

import pytest

from tocho.modules.events import rules

from .factories import AT

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "to", "follows"),
    [
        ("draft", "published", True),
        ("draft", "cancelled", True),
        ("published", "held", True),
        ("published", "draft", False),
        ("held", "cancelled", False),
        ("cancelled", "published", False),
    ],
)
def test_states_follow_on_each_other(state: str, to: str, follows: bool) -> None:
    assert rules.may_move(state, to) is follows


def test_the_way_in_opens_fifteen_minutes_before_and_closes_half_an_hour_after() -> None:
    ends = AT + timedelta(hours=1)
    answers = [rules.is_live(AT, ends, at=AT + shift * MINUTE) for shift in (-16, -15, 0, 89, 90)]
    assert answers == [False, True, True, True, False]


def test_nobody_registers_for_what_has_begun_or_is_not_public() -> None:
    assert rules.may_register("published", AT, at=AT - MINUTE)
    assert not rules.may_register("published", AT, at=AT)
    assert not rules.may_register("draft", AT, at=AT - MINUTE)


def test_a_recording_is_seen_through_its_last_day() -> None:
    day = date(2020, 12, 1)
    assert rules.is_recording_open("https://a", day, today=day)
    assert not rules.is_recording_open("https://a", day, today=day + timedelta(days=1))
    assert rules.is_recording_open("https://a", None, today=day)
    assert not rules.is_recording_open("", None, today=day)


def test_reminders_are_due_a_day_and_an_hour_before() -> None:
    due = [rules.reminders_due(AT, at=AT - timedelta(hours=hours)) for hours in (25, 24, 2, 1, 0)]
    assert due == [0, 1, 1, 2, 0]


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://meet.example.org/a", True),
        ("zoommtg://zoom.us/join?confno=1", True),
        ("HTTPS://meet.example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,a", False),
        ("//meet.example.org", False),
        ("https://", False),
        ("https://a b", False),
    ],
)
def test_only_allowed_schemes_lead_away(url: str, is_safe: bool) -> None:
    assert rules.is_safe_link(url, ["https", "zoommtg"]) is is_safe
