"""Banks, branches and account holders as transfers name them (全銀協), and ゆうちょ銀行's own numbers made into those.

Banks and branches come from the wheel zengin-code; they are loaded when the first one is asked for.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from tocho.lib.text import normalize_line, to_hiragana, to_katakana, unify_dashes

YUCHO = "9900"
# 全銀協's characters for names: half-width katakana without small ones, capitals, digits and a few signs.
_ALLOWED = re.compile("[ｦ-ﾟ0-9A-Z ()\\-./,｢｣¥]*")
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヰヱ", "アイウエオツヤユヨワカケイエ")
_SUFFIX = re.compile("(銀行|信用金庫|信用組合|信金|信組|農業協同組合|本店|支店|出張所)$")
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFFA0)}
_HALF |= {"。": "", "、": ",", "「": "｢", "」": "｣", "・": ".", "ー": "-", "゛": "ﾞ", "゜": "ﾟ"}


class Place(NamedTuple):
    """A bank or a branch: its code (4 or 3 digits) and its name, without 銀行 or 支店."""

    code: str
    name: str


def banks_like(text: str) -> list[Place]:
    """The banks that a text can mean: by code, else by name or reading, exact ones alone, else those that begin so."""
    return _like(text, _banks())


def branches_like(bank: str, text: str) -> list[Place]:
    """The branches of a bank that a text can mean, as ``banks_like``; empty for an unknown bank."""
    return _like(text, _branches(bank))


def bank_name(code: str) -> str:
    """The name of a bank as people say it: みずほ銀行; empty for an unknown code."""
    name = next((place.name for place, _keys in _banks() if place.code == code), "")
    return f"{name}銀行" if name and (code < "1000" or code == YUCHO) else name


Known = tuple[tuple[Place, tuple[str, ...]], ...]  # each with what it may be searched by


@lru_cache(maxsize=1)
def _banks() -> Known:
    from zengin_code import Bank

    return tuple((Place(bank.code, bank.name), _keys(bank)) for bank in Bank.all.values())


@lru_cache(maxsize=256)
def _branches(bank: str) -> Known:
    from zengin_code import Bank

    found = Bank.all.get(bank)
    branches = found.branches.values() if found else ()
    return tuple((Place(branch.code, branch.name), _keys(branch)) for branch in branches)


def _keys(known: "_Named") -> tuple[str, ...]:
    return tuple(dict.fromkeys((_key(known.name), _key(known.hira))))


class _Named(NamedTuple):
    """What zengin-code says of a bank or branch."""

    code: str
    name: str
    hira: str


def _key(text: str) -> str:
    """Small kana, width and 銀行 or 支店 do not matter."""
    plain = to_hiragana(to_katakana(_SUFFIX.sub("", normalize_line(text))).translate(_LARGE))
    return unify_dashes(plain).replace(" ", "").replace("-", "").casefold()


def _like(text: str, known: Known) -> list[Place]:
    code = re.match("[0-9]+", unify_dashes(normalize_line(text)))
    if code:
        return [place for place, _keys in known if place.code == code[0]]
    key = _key(text)
    if not key:
        return []
    exact = [place for place, keys in known if key in keys]
    return exact or [place for place, keys in known if any(one.startswith(key) for one in keys)]


class Account(NamedTuple):
    """Where a transfer goes: branch code, ``ordinary`` or ``current``, number of 7 digits."""

    branch: str
    kind: str
    number: str


def from_yucho(symbol: str, number: str) -> Account | None:
    """ゆうちょ銀行's 記号 (5 digits) and 番号 (up to 8) as branch, kind and number for transfers from other banks.

    記号 that begin with 1 are ordinary accounts: their branch is the middle two digits and 8, their number loses its
    last digit (always 1). Those that begin with 0 are 振替口座 (current): middle two digits and 9, the number as it is.
    None for anything else.
    """
    if not re.fullmatch("[01][0-9]{4}", symbol) or not re.fullmatch("[0-9]{1,8}", number):
        return None
    if symbol[0] == "0":
        return Account(f"{symbol[1:3]}9", "current", number.zfill(7)) if len(number) <= 7 else None
    if symbol[-1] != "0" or len(number) < 2 or number[-1] != "1":
        return None
    return Account(f"{symbol[1:3]}8", "ordinary", number[:-1].zfill(7))


def holder_kana(text: str) -> str | None:
    """A holder's name in 全銀協's characters (やまだ　はなこ → ﾔﾏﾀﾞ ﾊﾅｺ); None if it holds others, such as kanji."""
    line = to_katakana(normalize_line(text)).upper().translate(_LARGE)
    line = unicodedata.normalize("NFD", line).replace("\u3099", "゛").replace("\u309a", "゜")
    half = "".join(_HALF.get(sign, sign) for sign in re.sub("[‐‑‒–—―−]", "-", line))
    return half if _ALLOWED.fullmatch(half) else None
