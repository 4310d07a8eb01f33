"""Pure: when the door opens, until when a person may change, which states may follow."""

import secrets
from datetime import datetime, timedelta

OPEN_BEFORE = timedelta(minutes=10)  # the meeting's link is shown
CHANGE_UNTIL = timedelta(hours=1)  # before the beginning
REMINDERS = (timedelta(days=1), timedelta(hours=1))
MOST_CHANGES = 5
KEPT_YEARS = 1  # after the end; sample value, to be set by the office's retention table


def new_room() -> str:
    """The name of a meeting's room: 128 bits, nobody guesses it."""
    return f"tocho-{secrets.token_urlsafe(16)}"


def is_door_open(starts_at: datetime, ends_at: datetime, *, at: datetime) -> bool:
    """Whether the way into the meeting is shown: from ten minutes before it begins until it ends."""
    return starts_at - OPEN_BEFORE <= at < ends_at + timedelta(minutes=30)


def may_change(state: str, starts_at: datetime, changes: int, *, at: datetime) -> bool:
    """Whether a person may still move a talk to another slot."""
    return state == "booked" and at <= starts_at - CHANGE_UNTIL and changes < MOST_CHANGES


def may_cancel(state: str, starts_at: datetime, *, at: datetime) -> bool:
    """Whether a person may still cancel: until it begins."""
    return state == "booked" and at < starts_at


def due_reminders(starts_at: datetime, booked_at: datetime, *, at: datetime) -> list[int]:
    """The numbers of the reminders that are due now; none for what was booked later than its moment."""
    return [number for number, before in enumerate(REMINDERS) if booked_at < starts_at - before <= at < starts_at]
