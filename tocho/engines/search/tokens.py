"""Text to tokens, and tokens to PostgreSQL's ``tsvector`` and ``tsquery``, written here because PostgreSQL's own parser
knows no Japanese and breaks PM2.5.

Japanese is cut into overlapping pairs of characters (東京都 → 東京, 京都, 都) at consecutive positions, so a phrase
query of pairs finds exactly what a substring search would, with an index. Latin words and numbers stay whole.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tocho.lib.text import KANJI, fold

KANA = "ぁ-ゖゝ-ゟァ-ヺヽ-ヿー"
_LATIN = rf"[^\W_{KANA}{KANJI}]+(?:[.'+#&/-][^\W_{KANA}{KANJI}]+)*"
_RUN = re.compile(rf"(?P<japanese>[{KANA}{KANJI}]+)|(?P<latin>{_LATIN})")
MAX_POSITION = 16_000  # PostgreSQL keeps positions up to 16383, and 255 of them for each token
MAX_PLACES = 255


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a folded text: runs of Japanese characters (True) and Latin or numeric words (False)."""
    for match in _RUN.finditer(text):
        yield match[0], match.lastgroup == "japanese"


def pairs(run: str) -> list[str]:
    """``東京都`` → ``東京``, ``京都``, ``都``: each character with the next; the last one stands alone."""
    return [run[index : index + 2] for index in range(len(run))]


class Vector:
    """Collects the tokens of a document, field by field, each with its weight (A for the title … D for the body)."""

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = defaultdict(list)
        self.position = 1

    def add(self, text: str, weight: str) -> None:
        """The tokens of a text; the same text of a weaker weight adds nothing new but positions."""
        for run, japanese in runs(fold(text)):
            tokens = pairs(run) if japanese else [run]
            for token in tokens:
                if self.position > MAX_POSITION:
                    return
                if len(self.places[token]) < MAX_PLACES:
                    self.places[token].append(f"{self.position}{weight}")
                self.position += 1
            self.position += 1  # a gap, so that no phrase reaches from one run into the next

    def literal(self) -> str:
        """As PostgreSQL reads a ``tsvector``: ``'東京':1A,7D '京都':2A``."""
        return " ".join(f"{quote(token)}:{','.join(places)}" for token, places in self.places.items() if places)


def quote(token: str) -> str:
    doubled = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


# --- queries


def phrase(run: str, japanese: bool) -> str:
    """The query for one run: Japanese as a substring, Latin words from their beginning (without a plural s)."""
    if not japanese:
        return quote(run) if run.isdecimal() else f"{quote(run[:-1] if len(run) > 3 and run[-1] == 's' else run)}:*"
    return f"{quote(run)}:*" if len(run) == 1 else f"({' <-> '.join(map(quote, pairs(run)[:-1]))})"


def all_of(found: Iterable[tuple[str, bool]]) -> str:
    """The query for several runs that must all occur."""
    return " & ".join(dict.fromkeys(phrase(run, japanese) for run, japanese in found))


# Words inside a sentence: kanji, katakana, and hiragana only where a word can begin (not an ending or a particle).
_CONTENT = re.compile(rf"[{KANJI}]+|[ァ-ヺー]{{2,}}|(?<![{KANJI}ぁ-ゖ])[ぁ-ゖー]{{3,}}|{_LATIN}")


def content_words(text: str) -> list[tuple[str, bool]]:
    """The words that carry a question's meaning: 車の税金はどこ → 車, 税金. ``text`` is normalised, not yet folded."""
    return [run for word in _CONTENT.findall(text) for run in runs(fold(word))]


def whole_query(text: str) -> str:
    """What was typed, as substrings that must all occur, or else all its content words; empty for an empty text.

    ``text`` is normalised (``lib.text.normalize_line``).
    """
    exact = all_of(runs(fold(text)))
    loose = all_of(content_words(text))
    return f"({exact}) | ({loose})" if loose and loose != exact else exact


def pieces(text: str, limit: int = 12) -> list[str]:
    """The smallest parts of what was typed, as queries of their own: for a second search by how many of them occur."""
    found: dict[str, None] = {}
    for run, japanese in content_words(text) or list(runs(fold(text))):
        whole = [run] if not japanese or len(run) == 1 else pairs(run)[:-1]
        found |= dict.fromkeys(phrase(part, japanese) for part in whole)
    return list(found)[:limit]
