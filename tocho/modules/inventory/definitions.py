"""The code book of the survey of procedures (手続棚卸): 46 columns of the Digital Agency, then our own."""

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tocho.lib.dates import FISCAL_YEAR_STARTS

Kind = Literal["id", "text", "choice", "several", "number", "flag", "quarter", "shown"]
FILE = Path(__file__).with_name("codebook.toml")
SIGNS = frozenset("〇●✕")  # codes that are written with their words in brackets
SEPARATOR = ";"
FLAG = "〇"
_SAME = str.maketrans({"○": "〇", "◯": "〇", "×": "✕", "✖": "✕", "‐": "-", "−": "-", "－": "-", "–": "-", "ー": "-"})


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a column: ``key`` as it is stored, ``ja`` and ``en`` what it means, ``cell`` as files write it."""

    key: str
    ja: str
    en: str
    cell: str


@dataclass(frozen=True)
class Column:
    """One column of the code book. ``local`` ones are this government's own, after the 46 of the survey."""

    key: str
    ja: str
    en: str
    kind: Kind
    group: str
    local: bool
    codes: tuple[Code, ...] = ()
    by_words: dict[str, Code] = field(default_factory=dict, compare=False)

    def title(self, language: str) -> str:
        """What the column is called."""
        return self.en if language == "en" else self.ja

    def code_of(self, words: str) -> Code | None:
        """The code that a cell means: ``1 申請等``, ``1``, ``申請等``; width, blanks and look-alikes are forgiven."""
        return self.by_words.get(words) or self.by_words.get(plain(words))

    def meaning(self, key: str, language: str) -> str:
        """What a stored code means, in words; the code itself where the book does not know it."""
        found = self.by_words.get(key)
        return (found.en if language == "en" else found.ja) if found else key


@dataclass(frozen=True)
class CodeBook:
    """All columns in the order of the files, and the groups in which pages show them."""

    columns: tuple[Column, ...]
    by_key: dict[str, Column]
    by_title: dict[str, Column]
    groups: dict[str, tuple[str, str]]

    def column_of(self, title: str) -> Column | None:
        """The column with this Japanese title, however wide its letters are."""
        return self.by_title.get(plain(title))


def plain(words: str) -> str:
    """Words as they are compared: NFKC, no blanks, small letters, look-alike signs made one."""
    return "".join(unicodedata.normalize("NFKC", words.translate(_SAME)).lower().split())


@cache
def codebook() -> CodeBook:
    """The code book of this installation, read once a process."""
    source = tomllib.loads(FILE.read_text(encoding="utf-8"))
    codes = {each["key"]: each.get("codes", []) for each in source["column"]}
    columns = [_column(each, codes, local=False) for each in source["column"]]
    columns += [_column(each, codes, local=True) for each in source["local"]]
    return CodeBook(
        columns=tuple(columns),
        by_key={column.key: column for column in columns},
        by_title={plain(column.ja): column for column in columns},
        groups={key: (ja, en) for key, (ja, en) in source["groups"].items()},
    )


def _column(source: dict[str, Any], codes: dict[str, list[list[str]]], *, local: bool) -> Column:
    rows = source.get("codes") or codes.get(source.get("codes_of", ""), [])
    found = tuple(_code(key, ja, en, local=local) for key, ja, en in rows)
    return Column(
        key=source["key"],
        ja=source["ja"],
        en=source["en"],
        kind=source["kind"],
        group=source["group"],
        local=local,
        codes=found,
        by_words=dict(_words(found)),
    )


def _code(key: str, ja: str, en: str, *, local: bool) -> Code:
    if not key or local:  # our own codes are keys for programs; files write their words
        return Code(key or ja, ja, en, ja)
    return Code(key, ja, en, f"{key}（{ja}）" if key in SIGNS else f"{key} {ja}")


def _words(codes: Iterable[Code]) -> Iterable[tuple[str, Code]]:
    for code in codes:
        for words in (code.key, code.ja, code.cell, plain(code.key), plain(code.ja), plain(code.cell)):
            yield words, code


# --- quarters of fiscal years: 20204 is the fourth quarter of fiscal 2020 (January to March 2021)


def quarter(fiscal_year: int, number: int) -> int:
    """``quarter(2020, 4)`` is ``20204``; sorts as time goes."""
    return fiscal_year * 10 + number


def quarter_of(year: int, month: int) -> int:
    """The quarter in which a month lies."""
    starts = year if month >= FISCAL_YEAR_STARTS else year - 1
    return quarter(starts, (month - FISCAL_YEAR_STARTS) % 12 // 3 + 1)


def next_quarter(value: int) -> int:
    """The quarter after."""
    return value + 1 if value % 10 < 4 else (value // 10 + 1) * 10 + 1


def quarter_cell(value: int) -> str:
    """As files write it: ``2020年度第4四半期``."""
    return f"{value // 10}年度第{value % 10}四半期"
