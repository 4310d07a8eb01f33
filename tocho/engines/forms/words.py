"""The texts of a definition: a Japanese string, or ``{"ja": …, "en": …, "easy": …}``."""

from collections.abc import Mapping

from django.utils.functional import lazy
from django.utils.translation import get_language

Text = str | Mapping[str, str]
EASY = "ja-easy"  # the language code of やさしい日本語; what has no easy text is said in Japanese
_KEYS = {EASY: "easy"}


def say(text: Text, language: str | None = None) -> str:
    """A text in a language (the reader's when None); Japanese where there is no translation."""
    if isinstance(text, str):
        return text
    code = language or get_language() or "ja"
    return text.get(_KEYS.get(code) or code[:2]) or text["ja"]


# Chooses the language when it is shown; form fields are built once and read by people of several languages.
_later = lazy(say, str)


def say_later(text: Text) -> str:
    """The same as a lazy string, for labels of fields that are built once."""
    return text if isinstance(text, str) else _later(text)
