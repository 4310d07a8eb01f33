"""Pure rules of messages: how long an answer may take."""

from datetime import date

ANSWER_DAYS = 3  # business days in which a question is answered, unless the caller's procedure says otherwise


def is_within(*, answered_on: date, due_on: date) -> bool:
    """Whether a question was answered in time."""
    return answered_on <= due_on


def with_phrase(text: str, phrase: str) -> str:
    """What was typed, with a standard phrase below it; nothing typed is lost."""
    return f"{text.rstrip()}\n\n{phrase}".lstrip()
