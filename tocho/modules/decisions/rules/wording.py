"""What changed between two texts, word by word: what stayed, what was taken away, what was added."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

# A word is a run of one kind of characters; signs and line breaks stand alone. Enough to read a change by.
_WORD = re.compile(r"[一-鿿々〆]+|[ぁ-ゖー]+|[ァ-ヺー]+|[0-9０-９,，.]+|[A-Za-z]+|\n|.", re.DOTALL)
LONGEST = 6_000  # words of a text that are compared; what is longer is compared line by line


def changes(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Pieces of text in reading order, each ``same``, ``removed`` or ``added``; nothing of either text is lost."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > LONGEST or len(new) > LONGEST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found = groupby(_pieces(old, new), key=lambda piece: piece[0])
    return tuple((kind, "".join(text for _kind, text in texts)) for kind, texts in found)


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for kind, left, left_end, right, right_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[left:left_end])
            continue
        if left < left_end:
            yield "removed", "".join(old[left:left_end])
        if right < right_end:
            yield "added", "".join(new[right:right_end])
