"""Regular expressions that one person writes and another person's text meets: how long such a pattern may take.

A backtracking matcher tries again at every place where the same text can be read in more than one way. Each such place
multiplies the tries: ``(a+)+b`` and ``.*.*.*=`` take minutes over a few hundred characters, ``[0-9]{1,4}-[0-9]+`` never
goes back. ``tries`` bounds their number by the pattern alone; where it cannot tell, it says too many.
"""

import re
import re._constants as op  # type: ignore[import-not-found]
from collections.abc import Sequence
from typing import Any

LENGTH = 1000  # of the text that is thought of
MOST_TRIES = 20_000
ENDLESS = 10**9
_USUAL = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("\n\t\u3000あアー漢Ａ１é")

Signs = frozenset[str]
Items = Sequence[tuple[Any, Any]]


def is_quick(pattern: str, flags: int = 0) -> bool:
    """Whether no text can keep this pattern busy.

    :raises re.error: it is no pattern.
    """
    return _Reading(pattern, flags).tries() <= MOST_TRIES


class _Reading:
    """One pattern; signs that it names join the alphabet by which two parts of it are found to overlap."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.tree: Items = list(re._parser.parse(pattern, flags))  # type: ignore[attr-defined]
        self.alphabet: Signs = _USUAL | frozenset(pattern)
        self.known: dict[tuple[Any, int], Signs] = {}
        self.is_caseless = bool(flags & re.IGNORECASE) or "(?" in pattern

    def tries(self) -> int:
        return self._sequence(self.tree, frozenset())

    def _sequence(self, items: Items, after: Signs) -> int:
        """The tries of parts one after another, before something that begins with one of ``after``."""
        found = 1
        for place, item in enumerate(items):
            found = min(found * self._item(item, self._first(items[place + 1 :], after)), ENDLESS)
        return found

    def _item(self, item: tuple[Any, Any], after: Signs) -> int:
        kind, value = item
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeat(*value, after=after)
        if kind is op.SUBPATTERN:
            return self._sequence(value[3], after)
        if kind is op.BRANCH:
            return self._branch(value[1], after)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return self._sequence(value[1], frozenset())
        if kind is op.ATOMIC_GROUP:  # once read, never read in another way
            return self._sequence(value, frozenset())
        if kind is op.POSSESSIVE_REPEAT:
            return self._repeat(*value, after=frozenset())
        return ENDLESS if kind is op.GROUPREF_EXISTS else 1

    def _repeat(self, least: int, most: int, body: Items, *, after: Signs) -> int:
        begins, most = self._first(body, frozenset()), min(int(most), LENGTH)
        inner = self._sequence(body, begins | after)
        if inner > 1 and most > 1:
            return ENDLESS if inner**most > ENDLESS else inner**most
        overlaps = not begins.isdisjoint(after) or (self._is_empty(body) and most > 1)
        return inner * (most - least + 1) if overlaps else inner

    def _branch(self, ways: Sequence[Items], after: Signs) -> int:
        """One after another where two ways begin alike, else only the one that fits."""
        begins = [self._first(way, after) for way in ways]
        tries = [self._sequence(way, after) for way in ways]
        apart = sum(map(len, begins)) == len(frozenset[str]().union(*begins))
        return max(tries) if apart else min(sum(tries), ENDLESS)

    def _first(self, items: Items, after: Signs) -> Signs:
        """The signs with which these parts can begin; those of ``after`` where all of them may be empty."""
        found: Signs = frozenset()
        for item in items:
            found |= self._begins(item)
            if not self._may_be_empty(item):
                return found
        return found | after

    def _begins(self, item: tuple[Any, Any]) -> Signs:
        kind, value = item
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._first(value[2], frozenset())
        if kind is op.SUBPATTERN:
            return self._first(value[3], frozenset())
        if kind is op.ATOMIC_GROUP:
            return self._first(value, frozenset())
        if kind is op.BRANCH:
            return frozenset[str]().union(*(self._first(way, frozenset()) for way in value[1]))
        if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            key = (kind, id(value))
            if key not in self.known:
                self.known[key] = frozenset(sign for sign in self.alphabet if self._fits(kind, value, sign))
            return self.known[key]
        return frozenset() if kind in (op.AT, op.ASSERT, op.ASSERT_NOT) else self.alphabet

    def _may_be_empty(self, item: tuple[Any, Any]) -> bool:
        kind, value = item
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return value[0] == 0 or self._is_empty(value[2])
        if kind is op.SUBPATTERN:
            return self._is_empty(value[3])
        if kind is op.ATOMIC_GROUP:
            return self._is_empty(value)
        if kind is op.BRANCH:
            return any(map(self._is_empty, value[1]))
        return kind not in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)

    def _is_empty(self, items: Items) -> bool:
        return all(map(self._may_be_empty, items))

    def _fits(self, kind: Any, value: Any, sign: str) -> bool:
        same = {sign, sign.lower(), sign.upper()} if self.is_caseless else {sign}
        if kind is op.ANY:
            return True
        if kind is op.NOT_LITERAL:
            return sign != chr(value)
        if kind is op.LITERAL:
            return chr(value) in same
        parts = [part for part in value if part[0] is not op.NEGATE]
        inside = any(_is_in(part, one) for part in parts for one in same)
        return inside != (len(parts) < len(value))


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _is_in(part: tuple[Any, Any], sign: str) -> bool:
    kind, value = part
    if kind is op.RANGE:
        return bool(value[0] <= ord(sign) <= value[1])
    if kind is op.CATEGORY:
        return bool(re.match(_CATEGORIES[value], sign))
    return bool(chr(value) == sign)
