from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tocho.modules.consultations.definitions import ThemeError, read_theme
from tocho.modules.consultations.rules import due_reminders, is_door_open, may_cancel, may_change, new_room

START = datetime(2020, 11, 24, 5, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)
EARLY = START - timedelta(days=9)


@pytest.mark.parametrize(("minutes", "is_open"), [(-11, False), (-10, True), (0, True), (59, True), (61, False)])
def test_the_door_opens_ten_minutes_before(minutes: int, is_open: bool) -> None:
    assert is_door_open(START, END, at=START + timedelta(minutes=minutes)) is is_open


def test_a_person_changes_until_an_hour_before_and_cancels_until_it_begins() -> None:
    assert may_change("booked", START, 4, at=START - timedelta(hours=1))
    assert not may_change("booked", START, 5, at=EARLY)
    assert not may_change("booked", START, 0, at=START - timedelta(minutes=59))
    assert may_cancel("booked", START, at=START - timedelta(seconds=1))
    assert not may_cancel("booked", START, at=START)
    assert not may_cancel("held", START, at=EARLY)


def test_reminders_come_a_day_and_an_hour_before() -> None:
    assert due_reminders(START, EARLY, at=START - timedelta(hours=25)) == []
    assert due_reminders(START, EARLY, at=START - timedelta(hours=24)) == [0]
    assert due_reminders(START, EARLY, at=START - timedelta(minutes=30)) == [0, 1]
    assert due_reminders(START, START - timedelta(hours=2), at=START - timedelta(minutes=30)) == [1]
    assert due_reminders(START, EARLY, at=START) == []


def test_rooms_are_not_to_be_guessed() -> None:
    rooms = {new_room() for _time in range(100)}
    assert len(rooms) == 100
    assert all(len(room) >= 26 for room in rooms)


def test_the_themes_of_the_sample_city_are_sound() -> None:
    paths = sorted(Path(settings.BASE_DIR, "city", "consultations").glob("*.toml"))
    facts = [read_theme(path) for path in paths]
    assert {one.audience for one in facts} == {"public", "staff"}
    assert all(one.unit and one.resource for one in facts)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("key = ", "TOML"),
        ('key = "a"', "title"),
        ('audience = "all"', "audience"),
        ("[[questions]]\nkey = 5", "questions"),
    ],
)
def test_a_mistake_in_a_theme_is_named(tmp_path: Path, text: str, named: str) -> None:
    whole = 'key = "a"\ntitle = "a"\nsummary = "a"\nunit = "a"\nresource = "a"\n'
    path = tmp_path / "theme.toml"
    path.write_text(text if text.startswith("key") else whole + text, encoding="utf-8")
    with pytest.raises(ThemeError, match=named):
        read_theme(path)
