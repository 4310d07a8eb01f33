"""The texts of a definition: a Japanese string, or ``{"ja": …, "en": …}``."""

from collections.abc import Mapping
from typing import cast

from django.utils.functional import lazystr
from django.utils.translation import get_language

Text = str | Mapping[str, str]


def say(text: Text, language: str | None = None) -> str:
    """A text in a language (the reader's when None); Japanese where there is no translation."""
    if isinstance(text, str):
        return text
    return text.get((language or get_language() or "ja")[:2]) or text["ja"]


class _Later:
    """Chooses the language when it is shown; form fields are built once and read by people of several languages."""

    def __init__(self, text: Mapping[str, str]) -> None:
        self.text = text

    def __str__(self) -> str:
        return say(self.text)


def say_later(text: Text) -> str:
    """The same as a lazy string, for labels of fields that are built once."""
    return text if isinstance(text, str) else cast("str", lazystr(_Later(text)))
