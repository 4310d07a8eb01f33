"""Cells as officers say them: 10以上, 「車」以外, はい — read into FEEL, and FEEL read aloud.

``said`` never fails: what has no plain words is shown as it is written. ``meant`` leaves alone what is FEEL already.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from tocho.engines.rules.answer import shown
from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel import syntax
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.functions.conversion import feel_text
from tocho.engines.rules.feel.parser import parse_tests
from tocho.engines.rules.feel.values import Range, Value
from tocho.engines.rules.grid import GridColumn
from tocho.lib.dates import parse_date

BOUNDS = {"<": "未満", "<=": "以下", ">": "超", ">=": "以上"}
DAY_BOUNDS = {"<": "より前", "<=": "以前", ">": "より後", ">=": "以降"}
ANY_WORDS = frozenset({"すべて", "どれでも", "問わない", "なんでも", "ー", "―", "－", "−"})
TRUTHS = {"はい": "true", "いいえ": "false"}
_SIGNS = {
    "以上": ">=", "以降": ">=", "以下": "<=", "以前": "<=", "まで": "<=", "未満": "<", "より小さい": "<", "より前": "<",
    "超": ">", "を超える": ">", "超える": ">", "より大きい": ">", "より後": ">",
}  # fmt: skip
_UNIT = "(?:円|人|名|通|件|歳|才|回|日|年|か月|㎡|m2|%)?"
_NUMBER = r"(-?\d[\d,]*(?:\.\d+)?)"
_SIGN = "(" + "|".join(sorted(_SIGNS, key=len, reverse=True)) + ")"
_BOUND = re.compile(f"{_NUMBER}{_UNIT}{_SIGN}")
_BETWEEN = re.compile(f"{_NUMBER}{_UNIT}(以上|超|を超え|から|~|〜|-){_NUMBER}{_UNIT}(以下|未満|まで)?")
_AMOUNT = re.compile(f"{_NUMBER}{_UNIT}")
_DAY_BOUND = re.compile(f"(.*?)(?:の日)?{_SIGN}")
_LARGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)?(千|百)?(兆|億|万|百|千)")
_SIZES = {"兆": 10**12, "億": 10**8, "万": 10**4, "千": 1000, "百": 100}
_AMOUNT_WORDS = re.compile(r"(?:(?:\d[\d,]*(?:\.\d+)?)?(?:千|百)?(?:兆|億|万|百|千))+(?:\d[\d,]*)?")
_LISTED = re.compile("[、,，]|(?<=」)か|(?<=」)(?=「)")
_QUOTED = re.compile("「([^「」]*)」")
_FEEL_SIGNS = re.compile(r'["()<>=*+\[\]{}?]')


def said(text: str, words: Mapping[str, str] | None = None, *, joint: str = "か") -> str:
    """A cell as it is read aloud; ``words`` are what coded values are called, ``joint`` what stands between several."""
    try:
        tests = parse_tests(text)
        parts = [_test_said(item, words) for item in tests.items]
    except RuleError:
        return text
    if None in parts:
        return text
    whole = joint.join(part for part in parts if part)
    if not parts:
        return "すべて"
    return f"{whole}以外" if tests.negated else whole


def _test_said(item: syntax.Test, words: Mapping[str, str] | None) -> str | None:
    code = Compiler().compile(item.endpoint if isinstance(item, syntax.Compare) else item)
    if not code.constant:
        return None
    value = code.run({})
    if isinstance(item, syntax.Compare):
        return bound_said(item.sign, value, words)
    if type(value) is Range:
        return range_said(value, words)
    return shown(value, words)


def bound_said(sign: str, value: Value, words: Mapping[str, str] | None = None) -> str | None:
    """``>= 10`` as 10以上; None for a sign without words."""
    names = DAY_BOUNDS if hasattr(value, "year") else BOUNDS
    return f"{shown(value, words)}{names[sign]}" if sign in names else None


def range_said(value: Range, words: Mapping[str, str] | None = None) -> str:
    """``[1..10)`` as 1以上10未満."""
    low = bound_said(">=" if value.start_included else ">", value.start, words) or ""
    high = bound_said("<=" if value.end_included else "<", value.end, words) or ""
    return low + high


def spoken(text: str, column: GridColumn, names: Collection[str] = ()) -> str:
    """A cell in plain words where ``meant`` makes the very cell of them again, else as it is written."""
    if column.role == "note" or text in ("", "-"):
        return text
    words_of = dict(column.words)
    candidates = [said(text, words_of), said(text, words_of, joint="、")]
    if column.kind == "string" and (bare := _QUOTED.fullmatch(candidates[0])):
        candidates.insert(0, bare[1])
    return next((words for words in candidates if words and meant(words, column, names) == text), text)


@dataclass(frozen=True, slots=True)
class Speech:
    """How the cells of a table are said to people (``say``) and read from them (``mean``), each by the text and its
    column. What is said must mean the very cell again."""

    say: Callable[[str, GridColumn], str]
    mean: Callable[[str, GridColumn], str]


def speech_of(names: Collection[str] = ()) -> Speech:
    """The speech of a table whose cells may use these names."""
    return Speech(partial(spoken, names=names), partial(meant, names=names))


# --- from words to FEEL


def literal(value: str, kind: str) -> str:
    """A coded value as FEEL writes it in a column of that type."""
    return value if kind in ("number", "boolean") else feel_text(value)


def meant(text: str, column: GridColumn, names: Collection[str] = ()) -> str:
    """What an officer typed into a cell, as FEEL: words of the column, 10以上, 1～10, はい, 「車」以外.

    :param names: names that a cell may use; a bare text in a column of texts that is none of them gets its quotation
        marks. What is FEEL already, and what is not understood, comes back as it is (then ``faults`` tells).
    """
    text = text.strip()
    if column.role == "note" or not text:
        return text
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if plain in ANY_WORDS or text in ANY_WORDS:
        return "-" if column.role == "input" else text
    found = _from_words(text, column) or _from_numbers(plain, column) or _from_days(text, column)
    if found:
        return found
    if "「" not in text and '"' not in text and _is_full_width(text):
        text = unicodedata.normalize("NFKC", text)
    return _quoted(text, column, names)


def _from_words(text: str, column: GridColumn) -> str:
    values = {word: literal(value, column.kind) for value, word in column.words}
    if column.kind in ("boolean", ""):
        values = {**TRUTHS, **values}
    negated = text.endswith("以外") and text not in values
    parts = _LISTED.split(text.removesuffix("以外") if negated else text)
    found = [_word(part.strip(), values, column) for part in parts]
    if not all(found) or (len(found) > 1 and column.role == "output"):
        return ""
    whole = ", ".join(found)
    return f"not({whole})" if negated and column.role == "input" else "" if negated else whole


def _word(part: str, values: Mapping[str, str], column: GridColumn) -> str:
    if part in values:
        return values[part]
    quoted = _QUOTED.fullmatch(part)
    if quoted and column.kind in ("string", ""):
        return values.get(quoted[1]) or feel_text(quoted[1])
    return ""


def _from_numbers(plain: str, column: GridColumn) -> str:
    if column.kind not in ("number", ""):
        return ""
    in_digits = _AMOUNT_WORDS.sub(_amount, plain)
    if column.role == "output":
        amount = _AMOUNT.fullmatch(in_digits)
        return _digits(amount[1]) if amount and plain != amount[1].replace(",", "") else ""
    if bound := _BOUND.fullmatch(in_digits):
        return f"{_SIGNS[bound[2]]} {_digits(bound[1])}"
    if between := _BETWEEN.fullmatch(in_digits):
        low, start, high, end = between.groups()
        opening, closing = "(" if start in ("超", "を超え") else "[", ")" if end == "未満" else "]"
        return f"{opening}{_digits(low)}..{_digits(high)}{closing}"
    return ""


def _digits(text: str) -> str:
    return text.replace(",", "")


def _amount(found: re.Match[str]) -> str:
    """2億5,000万, 3百万 or 5千 in digits, as regulations write amounts; what is no whole number stays."""
    total, text = Decimal(0), found[0]
    for part in _LARGE.finditer(text):
        size = _SIZES[part[3]] * (_SIZES[part[2]] if part[2] else 1)
        total += Decimal(_digits(part[1] or "1")) * size
    rest = _LARGE.sub("", text)
    total += Decimal(_digits(rest)) if rest else 0
    return str(int(total)) if total == int(total) else text


def _from_days(text: str, column: GridColumn) -> str:
    """2020年4月1日以降, or the day alone, in a column of dates; eras too."""
    if column.kind != "date":
        return ""
    bound = _DAY_BOUND.fullmatch(text)
    for part, sign in ((bound[1], f"{_SIGNS[bound[2]]} ") if bound else ("", ""), (text, "")):
        if part and (day := _day(part)):
            return f'{sign}date("{day}")'
    return ""


def _day(text: str) -> str:
    try:
        day = parse_date(text)
    except ValueError:
        return ""
    return day.isoformat() if day else ""


def _is_full_width(text: str) -> bool:
    return any("\uff01" <= sign <= "\uff5e" for sign in text)


def _quoted(text: str, column: GridColumn, names: Collection[str]) -> str:
    """A bare text in a column of texts, in quotation marks; an expression of known names stays."""
    if column.kind != "string" or _FEEL_SIGNS.search(text) or text in ("-", "null"):
        return text
    try:
        Compiler(text, known=names).tests(parse_tests(text))
    except RuleError:
        return feel_text(text)
    return text
