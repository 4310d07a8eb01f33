"""FEEL text to tokens. Full-width signs, which Japanese keyboards produce, are refused with what to write instead."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import RuleError

MAX_LENGTH = 10_000  # characters of one expression; a table cell is rarely over 200

KEYWORDS = frozenset({
    "and", "or", "between", "in", "if", "then", "else", "for", "return", "some", "every", "satisfies", "instance", "of",
    "true", "false", "null", "function",
})  # fmt: skip
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}

_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d][\w・]*|\?)
    |(?P<sign>\*\*|\.\.|<=|>=|!=|[-+*/<>=()\[\]{},.:@])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)


class Token(NamedTuple):
    """One token; ``kind`` is number, string, name, keyword, sign or end, ``position`` counts characters from 1."""

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """The tokens of an expression, ended by one of kind ``end``.

    :raises RuleError: for a character that FEEL does not know, or a text too long.
    """
    if len(text) > MAX_LENGTH:
        raise RuleError(_("式が長すぎます。%(limit)s文字以内にしてください。") % {"limit": MAX_LENGTH}, text=text)
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise RuleError(_unknown(text[at]), text=text, position=at + 1)
        kind = match.lastgroup or ""
        if kind == "name" and match.group() in KEYWORDS:
            kind = "keyword"
        if kind != "blank":
            tokens.append(Token(kind, match.group(), at + 1))
        at = match.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tokens


def unquote(text: str) -> str:
    """The value of a string literal with its quotes, escapes resolved."""
    return _ESCAPE.sub(_resolve, text[1:-1]) if "\\" in text else text[1:-1]


def _resolve(match: re.Match[str]) -> str:
    body = match.group(1)
    if len(body) == 1:
        return ESCAPES.get(body, match.group())
    code = int(body[1:], 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _unknown(character: str) -> str:
    if character in "“”„‟〝〟＂「」『』'":
        return _('文字列は半角の二重引用符（"）で囲んでください。')
    if character == '"':
        return _('文字列の終わりの二重引用符（"）がありません。')
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and plain.isascii():
        return _("「%(found)s」は半角の「%(plain)s」で書いてください。") % {"found": character, "plain": plain}
    return _("「%(found)s」は式の中で使えません。") % {"found": character}


class Names:
    """Names that are known to hold blanks or signs ("Full Name", "Approved/Declined"), found by longest match."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            parts = _parts(name)
            if len(parts) > 1:
                self._by_first.setdefault(parts[0], []).append((parts, name))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """The longest known name that begins at this token, and the index behind it."""
        for parts, name in self._by_first.get(tokens[at].text, ()):
            end = at + len(parts)
            if end <= len(tokens) and all(tokens[at + n].text == part for n, part in enumerate(parts)):
                return name, end
        return None


def _parts(name: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except RuleError:  # a label with signs that no expression can hold
        return ()
