"""ふりがな: the reading of each word of a text, and how it stands over the kanji of a word with okurigana.

Readings are made by SudachiPy when something is published, and stored; whoever shows them only joins what was stored.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from tocho.lib.text import KANJI, normalize, to_hiragana

Words = list[tuple[str, str]]  # surface and reading in hiragana; no reading where there is no kanji
Read = Callable[[str], Words]
_BRACKETS = re.compile("([（）()［］「」『』【】])")  # Sudachi takes （ワクチン） for a reading and drops it
_KANJI = re.compile(f"[{KANJI}]+")
_PARTS = re.compile(f"[{KANJI}]+|[^{KANJI}]+")


def has_kanji(text: str) -> bool:
    """Whether a text has anything to be read aloud for."""
    return _KANJI.search(text) is not None


@contextmanager
def reader() -> Iterator[Read]:
    """A function that gives the words of a text with their readings. The dictionary (80 MB) is freed at the end, so
    that no process keeps it; never opened while a page is answered.
    """
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary().tokenizer(mode=SplitMode.C)

    def read(text: str) -> Words:
        words: Words = []
        before = ""  # the part of speech of the word before
        for run in _BRACKETS.split(text):
            for morpheme in tokenizer.tokenize(run) if run else ():
                is_person = morpheme.surface() == "方" and before in ("動詞", "助動詞")  # 申請する方: かた, not ほう
                reading = "かた" if is_person else to_hiragana(morpheme.reading_form())
                before = morpheme.part_of_speech()[0]
                pieces = morpheme.split(SplitMode.A)
                short = [(one.surface(), to_hiragana(one.reading_form())) for one in pieces]
                whole = [(morpheme.surface(), reading)]
                words += short if "".join(part for _surface, part in short) == reading else whole
        return [(surface, reading if has_kanji(surface) else "") for surface, reading in words]

    yield read


@lru_cache(maxsize=20_000)
def aligned(surface: str, reading: str) -> tuple[tuple[str, str], ...]:
    """A word as runs with what stands over each: 納める・おさめる → 納・おさ, める・"". The reading over the whole word
    where the kana of the word are not found in it.
    """
    if not reading or not has_kanji(surface):
        return ((surface, ""),)
    parts = _PARTS.findall(surface)
    pattern = "".join("(.+?)" if has_kanji(part) else re.escape(to_hiragana(normalize(part))) for part in parts)
    match = re.fullmatch(pattern, reading)
    if match is None:
        return ((surface, reading),)
    found: Iterator[str] = iter(match.groups())
    return tuple((part, next(found) if has_kanji(part) else "") for part in parts)


def runs(words: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """All runs of a text: the written part, and the reading over it (empty where it has none)."""
    return [run for surface, reading in words for run in aligned(surface, reading)]
