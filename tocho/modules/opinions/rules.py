"""Pure rules of second opinions."""

from datetime import date

ANSWER_DAYS = 5  # business days in which an asked section answers, unless those who ask say otherwise
MAX_UNITS = 10


def is_within(*, answered_on: date, due_on: date) -> bool:
    """Whether an answer came in time."""
    return answered_on <= due_on


def needs_words(verdict: str) -> bool:
    """Whether a verdict must be explained: all but 異議なし."""
    return verdict != "none"
