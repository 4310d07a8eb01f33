"""Readings of Japanese text (納税 → のうぜい) by SudachiPy.

The dictionary takes 80 MB while it is open and 0.06 s to open. Only indexing needs it, never a query: it is opened for
one batch and freed when the batch is done, so that neither web nor worker keeps it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tocho.engines.search.tokens import runs
from tocho.lib.text import fold, normalize, to_hiragana

Read = Callable[[str], list[str]]
_BRACKETS = str.maketrans(
    "（）()［］[]「」『』【】〔〕〈〉《》｛｝{}<>", " " * 26
)  # Sudachi takes （ワクチン） for a reading and drops it


@contextmanager
def reader() -> Iterator[Read]:
    """A function that gives how a text is read (hiragana, one string for each run of words) and, of words with another
    standard spelling (附属 → 付属), that spelling.
    """
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary().tokenizer(mode=SplitMode.A)

    def read(text: str) -> list[str]:
        read_runs, spellings = [""], []
        for morpheme in tokenizer.tokenize(normalize(text).translate(_BRACKETS)):
            surface = morpheme.surface()
            if not any(japanese for _run, japanese in runs(fold(surface))):
                read_runs.append("")
                continue
            read_runs[-1] += to_hiragana(morpheme.reading_form())
            standard = morpheme.normalized_form()
            if morpheme.part_of_speech()[0] == "名詞" and fold(standard) != fold(surface):
                spellings.append(standard)
        return [run for run in [*read_runs, *spellings] if run]

    yield read
