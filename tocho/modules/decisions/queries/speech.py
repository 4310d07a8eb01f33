"""How the cells of the authority table are said to people and read from them: ranks, duties, offices, amounts."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.rules.api import Grid, GridColumn, Speech, speech_of
from tocho.ui.numerals import exact_yen

from ..rules.authority import HIGHEST, LOWEST

LISTS = ("reviews", "consults", "deputies")
NUMBER = re.compile(r"\d[\d,]*")
COMMA = re.compile("[、,，\n]")
QUOTED = re.compile(r'"([^"\\]*)"')


def rank_word(rank: int) -> str:
    """How a rank reads (課長)."""
    return str(org.Rank(rank).label) if rank in org.Rank.values else str(rank)


def duty_word(name: str, *, on: date | None = None) -> str:
    """How a duty or unit that a rule names reads (文書審査, 主税局徴収部徴収課)."""
    if name in org.Duty.values:
        return str(org.Duty(name).label)
    try:
        return org.unit(name, on=on).full_name
    except org.UnknownUnit:
        return name


def after_word(rank: int) -> str:
    """A rank by its name; 0 where no line covers the matter."""
    return rank_word(rank) if rank else _("当てはまる行がない")


def kind_words() -> dict[str, str]:
    """How what changes reads."""
    return {
        "rank": _("決定権者"),
        "reviews": _("審査"),
        "consults": _("協議"),
        "deputies": _("代決の順"),
        "article": _("根拠の項"),
        "uncovered": _("当てはまる行がない"),
    }


def part_word(answer: Mapping[str, Any], kind: str, *, on: date) -> str:
    """One part (rank, reviews …) of what a table answers, in words."""
    if kind == "rank":
        return after_word(answer.get("rank", 0))
    if kind == "article":
        return answer.get("article") or _("なし")
    found = answer.get(kind) or []
    return "、".join(rank_word(one) if kind == "deputies" else duty_word(one, on=on) for one in found) or _("なし")


def speech_on(on: date, names: Collection[str] = ()) -> Speech:
    """The speech of an authority table in the organisation of a day; ``names`` may be used in its cells."""
    words = _Words(on, speech_of(names))
    return Speech(words.say, words.mean)


@dataclass(frozen=True)
class _Words:
    on: date
    plain: Speech

    def say(self, text: str, column: GridColumn) -> str:
        said = self._said(text, column)
        return said if said and self.mean(said, column) == text else self.plain.say(text, column)

    def mean(self, text: str, column: GridColumn) -> str:
        if column.role != "output":
            return self.plain.mean(text, column)
        stripped = text.strip()
        if column.text in LISTS:
            return self._list(stripped, column.text)
        ranks = {rank_word(rank): str(rank) for rank in org.Rank.values} if column.text == "decider_rank" else {}
        return ranks.get(stripped) or self.plain.mean(text, column)

    def _said(self, text: str, column: GridColumn) -> str:
        if column.role == "input" and column.text == "amount":
            return NUMBER.sub(lambda found: exact_yen(int(found[0].replace(",", ""))), self.plain.say(text, column))
        if column.role != "output":
            return ""
        if column.text == "decider_rank" and text.isdigit():
            return rank_word(int(text))
        inner = text.strip()[1:-1].strip()
        if column.text not in LISTS or not text.startswith("["):
            return ""
        if column.text == "deputies":
            numbers = [part.strip() for part in inner.split(",")] if inner else []
            return "、".join(rank_word(int(one)) if one.isdigit() else one for one in numbers) or _("なし")
        return "、".join(duty_word(one, on=self.on) for one in QUOTED.findall(inner)) or _("なし")

    def _list(self, text: str, name: str) -> str:
        """A FEEL list of what was named; what is FEEL already, and what is not understood, stays."""
        if text in ("", "-") or text.startswith("["):
            return text
        if text == _("なし"):
            return "[]"
        parts = [part.strip() for part in COMMA.split(text) if part.strip()]
        if name == "deputies":
            ranks = {rank_word(rank): rank for rank in org.Rank.values}
            found = [ranks.get(part, part) for part in parts]
            return f"[{', '.join(map(str, found))}]" if all(str(one).isdigit() for one in found) else text
        codes = [self._code(part, name) for part in parts]
        return "[" + ", ".join(f'"{code}"' for code in codes) + "]" if not any('"' in code for code in codes) else text

    def _code(self, word: str, name: str) -> str:
        duties = {str(duty.label): duty.value for duty in org.Duty}
        if word in duties:
            return duties[word]
        unit = org.unit_named(word, on=self.on) if name == "consults" else None
        return unit.code if unit else word


def offered(column: GridColumn, grid: Grid, *, on: date, speech: Speech) -> Iterable[str]:
    """What a cell of a result may well say: ranks, duties that somebody has, offices, and what other rules say."""
    if column.role != "output" or column.text not in ("decider_rank", *LISTS):
        return ()
    if column.text == "decider_rank":
        return [rank_word(rank) for rank in range(LOWEST, HIGHEST + 1)]
    if column.text == "deputies":
        singles = [rank_word(rank) for rank in range(HIGHEST - 1, 0, -1)]
    else:
        singles = [duty_word(name) for name in org.Duty.values if name in org.duties(on=on)]
    if column.text == "consults":
        singles += [unit.full_name for unit in org.sections(on=on)]
    place = grid.columns.index(column)
    others = [speech.say(row.cells[place], column) for row in grid.rows]
    return dict.fromkeys([_("なし"), *singles, *(words for words in others if words and not words.startswith("["))])
