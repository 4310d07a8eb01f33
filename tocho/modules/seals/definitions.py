"""The columns of the survey's files: their titles, what a cell may say, how it is written back."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from tocho.lib.text import refused_character
from tocho.ui.markup import listed

from .models import Basis, Direction, Disposition, Purpose, Seal, State, Substitute

Kind = Literal["number", "line", "choice", "count", "flag", "rule", "shown"]
FLAG = "〇"
YES, NO = frozenset({FLAG, "○", "1", "はい", "yes"}), frozenset({"✕", "×", "0", "いいえ", "no"})
NUMBER = re.compile(r"S-?0*([0-9]{1,9})")
UNKNOWN = frozenset({"不明", "-", "－"})


class CellRefused(ValueError):
    """A cell that means nothing in its column; the text says what it should be."""


@dataclass(frozen=True)
class Column:
    """One column. ``shown`` ones are written for people and never read."""

    key: str
    ja: str
    kind: Kind = "line"
    limit: int = 200
    choices: type[TextChoices] | None = None
    is_needed: bool = False


COLUMNS = (
    Column("number", "事務番号", "number"),
    Column("unit", "担当部署コード", limit=40),
    Column("unit_name", "担当部署", "shown"),
    Column("affair", "事務名", is_needed=True),
    Column("document", "書類", is_needed=True),
    Column("direction", "方向", "choice", choices=Direction, is_needed=True),
    Column("seal", "印の種類", "choice", choices=Seal, is_needed=True),
    Column("basis", "根拠", "choice", choices=Basis, is_needed=True),
    Column("basis_text", "根拠の条項", limit=300),
    Column("volume", "年間件数", "count"),
    Column("purpose", "目的", "choice", choices=Purpose),
    Column("disposition", "区分", "choice", choices=Disposition),
    Column("substitute", "代わりの方法", "choice", choices=Substitute),
    Column("rule", "改正する規定", "rule", limit=40),
    Column("is_main", "主要手続", "flag"),
    Column("state", "状態", "shown"),
    Column("sample_note", "見本の値"),
)
BY_KEY = {column.key: column for column in COLUMNS}
READ = tuple(column for column in COLUMNS if column.kind not in ("shown", "number"))
LABELS: dict[str, type[TextChoices]] = {column.key: column.choices for column in COLUMNS if column.choices}
LABELS["state"] = State


@cache
def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """value → the Japanese word that files carry, whoever asks."""
    from django.utils import translation

    with translation.override("ja"):
        return {str(value): str(label) for value, label in choices.choices}


def read_cell(column: Column, text: str) -> Any:
    """What a cell of a file means: text, a value of the column's choices, a whole number or None, yes or no.

    :raises CellRefused: with what is wrong, in the reader's language.
    """
    text = text.strip()
    if column.kind == "flag":
        return _flag(text)
    if not text:
        if column.is_needed:
            raise CellRefused(_("空です。必ず書いてください。"))
        return None if column.kind in ("count", "number") else ""
    if column.kind == "count":
        return _count(text)
    if column.kind == "number":
        return _number(text)
    if column.kind == "choice":
        return _choice(column, text)
    if wrong := refused_character(text):
        raise CellRefused(_("使えない文字（%(code)s）が入っています。") % {"code": f"U+{ord(wrong):04X}"})
    if len(text) > column.limit:
        raise CellRefused(_("%(limit)d文字までにしてください。") % {"limit": column.limit})
    return " ".join(text.split())


def _choice(column: Column, text: str) -> str:
    assert column.choices is not None
    words = words_of(column.choices)
    for value, word in words.items():
        if text in (value, word, word.split("（")[0]):
            return value
    known = {"known": listed(words.values())}
    raise CellRefused(_("この言葉はありません。%(known)sのどれかにしてください。") % known)


def _count(text: str) -> int | None:
    digits = text.replace(",", "").removesuffix("件").removesuffix(".0")
    if digits in UNKNOWN:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise CellRefused(_("0以上の整数にしてください。分からないときは空にします。"))
    return int(digits)


def _number(text: str) -> int:
    if not (found := NUMBER.fullmatch(text.upper())):
        raise CellRefused(_("「S-00012」のように書いてください。新しい事務は空にします。"))
    return int(found[1])


def _flag(text: str) -> bool:
    if not text or text.lower() in NO:
        return False
    if text.lower() in YES:
        return True
    raise CellRefused(_("「〇」か空にしてください。"))


def cell(column: Column, value: Any) -> str | int:
    """A value as files write it; what ``read_cell`` reads back as the same value."""
    if value is None or value == "" or value is False:
        return ""
    if column.key in LABELS:
        return words_of(LABELS[column.key])[value]
    if column.kind == "flag":
        return FLAG
    return value if column.kind == "count" else str(value)
