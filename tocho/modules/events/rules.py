"""Pure: which states may follow, when the way in opens, until when one may register, who sees a recording."""

from datetime import date, datetime, timedelta

MOVES = frozenset(
    {("draft", "published"), ("draft", "cancelled"), ("published", "held"), ("published", "cancelled")}
)  # the trigger of migration 0002 says the same
OPEN_BEFORE = timedelta(minutes=15)  # the live link works
OPEN_AFTER = timedelta(minutes=30)  # talks run late
REMINDERS = (timedelta(days=1), timedelta(hours=1))
HELD_AFTER = timedelta(hours=6)  # an event nobody closed is noted as held
ASK_AFTER = timedelta(minutes=30)  # so long after the end those who came are asked
ASK_WITHIN = timedelta(days=3)  # nobody is asked later than that
KEPT_DAYS = 90  # names and addresses after the end; sample value, to be set by the office's retention table
UNLIMITED = 1_000_000  # places of an event without a capacity
MOST_PEOPLE = 10


def may_move(state: str, to: str) -> bool:
    """Whether a state may follow another: draft → published → held | cancelled, and a draft may be dropped."""
    return (state, to) in MOVES


def is_live(starts_at: datetime, ends_at: datetime, *, at: datetime) -> bool:
    """Whether the live link works: from fifteen minutes before the beginning until half an hour after the end."""
    return starts_at - OPEN_BEFORE <= at < ends_at + OPEN_AFTER


def may_register(state: str, starts_at: datetime, *, at: datetime) -> bool:
    """Whether places are given: as long as it is published and has not begun."""
    return state == "published" and at < starts_at


def may_count(state: str, starts_at: datetime, *, at: datetime) -> bool:
    """Whether an officer may note who came: once it has begun, and afterwards for corrections."""
    return state in {"published", "held"} and at >= starts_at


def may_answer(state: str, ends_at: datetime, *, at: datetime) -> bool:
    """Whether who registered may say what they think of it: after its end, until names are erased."""
    return state in {"published", "held"} and ends_at <= at < ends_at + timedelta(days=KEPT_DAYS)


def is_recording_open(url: str, until: date | None, *, today: date) -> bool:
    """Whether there is a recording that can still be seen; ``until`` is its last day."""
    return bool(url) and (until is None or today <= until)


def reminders_due(starts_at: datetime, *, at: datetime) -> int:
    """How many of the reminders should have gone out by now; nothing is due once it has begun."""
    return sum(starts_at - before <= at for before in REMINDERS) if at < starts_at else 0


def is_safe_link(url: str, schemes: list[str]) -> bool:
    """Whether an address begins with one of the schemes that the operator allows (``EVENT_LINK_SCHEMES``)."""
    scheme, colon, rest = url.partition(":")
    return bool(colon) and bool(rest.strip("/")) and scheme.lower() in schemes and not any(c.isspace() for c in url)
