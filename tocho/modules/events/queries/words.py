from tocho.lib.appointments import span_words

from ..models import Event

TONES = {"draft": "neutral", "published": "info", "held": "ok", "cancelled": "bad"}
REGISTRATION_TONES = {"confirmed": "ok", "waiting": "wait", "cancelled": "neutral"}


SUFFIXES = {"en": "_en", "ja-easy": "_easy"}


def said_in(event: Event, name: str, language: str) -> str:
    """A text of an event (``title``, ``summary``, ``body``, ``question``) in the reader's language, Japanese where
    there is no translation."""
    suffix = SUFFIXES.get(language, "")
    return str(getattr(event, name + suffix) or getattr(event, name))


def when_of(event: Event, language: str) -> str:
    """When an event is, in words."""
    return span_words(event.starts_at, event.ends_at, language)
