"""Words that mean the same to whoever searches: 自動車税 = 車の税金; kept in ``city/search/synonyms.toml``."""

import tomllib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tocho.lib.text import fold

FILE = Path("city") / "search" / "synonyms.toml"
Groups = tuple[tuple[tuple[str, str], ...], ...]  # groups of (word, folded word)


@lru_cache(maxsize=1)
def groups() -> Groups:
    """The groups of the file, each a tuple of (word, folded word); none when there is no file.

    :raises tomllib.TOMLDecodeError: the file is not readable as TOML (the message has line and column).
    """
    path = settings.BASE_DIR / FILE
    if not path.exists():
        return ()
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("group", [])
    return tuple(tuple((word, fold(word)) for word in row["words"]) for row in rows)


def same_as(text: str) -> list[str]:
    """The other words of every group of which the text contains one."""
    folded = fold(text)
    found = [
        word
        for group in groups() if any(mark in folded for _word, mark in group)
        for word, mark in group if mark not in folded
    ]  # fmt: skip
    return list(dict.fromkeys(found))
