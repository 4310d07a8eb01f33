"""The texts of a definition: a Japanese string, or ``{"ja": …, "en": …}``."""

from collections.abc import Mapping

from django.utils.functional import lazy
from django.utils.translation import get_language

Text = str | Mapping[str, str]


def say(text: Text, language: str | None = None) -> str:
    """A text in a language (the reader's when None); Japanese where there is no translation."""
    if isinstance(text, str):
        return text
    return text.get((language or get_language() or "ja")[:2]) or text["ja"]


# Chooses the language when it is shown; form fields are built once and read by people of several languages.
_later = lazy(say, str)


def say_later(text: Text) -> str:
    """The same as a lazy string, for labels of fields that are built once."""
    return text if isinstance(text, str) else _later(text)
