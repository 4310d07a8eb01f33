from tocho.lib.appointments import span_words

from ..models import Event

TONES = {"draft": "neutral", "published": "info", "held": "ok", "cancelled": "bad"}
REGISTRATION_TONES = {"confirmed": "ok", "waiting": "wait", "cancelled": "neutral"}


def in_language(japanese: str, english: str, language: str) -> str:
    """A text in the reader's language, Japanese where there is no translation."""
    return english if language == "en" and english else japanese


def when_of(event: Event, language: str) -> str:
    """When an event is, in words."""
    return span_words(event.starts_at, event.ends_at, language)
