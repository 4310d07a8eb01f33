"""What a table answers: the outputs, the rules that fired with their citation, and the reason in one sentence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tocho.engines.rules.feel.functions.conversion import feel_text
from tocho.engines.rules.feel.values import Value
from tocho.lib.text import written

CITATION = "根拠"  # the annotation column that holds the article a rule rests on


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule of a table: its id, number (from 1, as officers count), line in the file, notes, and the headings of the
    input columns that it looks at."""

    rule_id: str
    number: int
    line: int = 0
    annotations: dict[str, str] = field(default_factory=dict, compare=False)
    asks: frozenset[str] = frozenset()

    @property
    def citation(self) -> str:
        """The article that the rule rests on: the annotation 「根拠」, or the only note that the rule has."""
        return self.annotations.get(CITATION) or self.annotations.get("description", "")


@dataclass(frozen=True, slots=True)
class Wording:
    """How a table is read aloud: headings of the outputs by name, and words for coded values by heading or name."""

    labels: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision made by rule.

    ``outputs`` is a dict by output name, or a list of them, one for each rule in ``fired``, when the hit policy gives
    several. ``value`` is the same without the name if the table has one output. Where no rule matched, ``fired`` is
    empty and the values are the table's defaults or None. ``required`` holds the answers this one was built on;
    ``from_table`` is False for a decision that is an expression and has no rules.
    """

    table: str
    outputs: dict[str, Any] | list[dict[str, Any]]
    fired: tuple[Fired, ...]
    value: Value
    inputs: tuple[tuple[str, Value], ...] = ()
    wording: Wording = field(default=Wording(), repr=False)
    required: tuple["Answer", ...] = ()
    from_table: bool = True

    @property
    def citations(self) -> tuple[str, ...]:
        """The articles that the fired rules rest on, each once."""
        return tuple(dict.fromkeys(fired.citation for fired in self.fired if fired.citation))

    @property
    def why(self) -> str:
        """The reason as one Japanese sentence, fit for the file; never translated, since it is kept as evidence."""
        if not self.from_table:
            return f"「{self.table}」の式により、{self._result()}。"
        if not self.fired:
            given = self._given({label for label, _value in self.inputs})
            case = f"（{given}）" if given else ""
            return f"「{self.table}」には当てはまる規則がない{case}。{self._default()}"
        given = self._given(frozenset().union(*(fired.asks for fired in self.fired)))
        condition = f"{given}であるため、" if given else ""
        rules = "、".join(f"規則{fired.number}" for fired in self.fired)
        basis = f"（{'、'.join(self.citations)}）" if self.citations else ""
        return f"{condition}「{self.table}」の{rules}{basis}により、{self._result()}。"

    def _given(self, asked: Collection[str]) -> str:
        words = self.wording.inputs
        given = [(label, shown(value, words.get(label), absent="未入力", named=label)) for label, value in self.inputs]
        return "、".join(f"{label}が{text}" for label, text in given if label in asked)

    def _result(self) -> str:
        rows = self.outputs if isinstance(self.outputs, list) else [self.outputs]
        return "／".join(map(self._row, rows)) or "該当なし"

    def _row(self, row: dict[str, Any]) -> str:
        labels, words = self.wording.labels, self.wording.outputs
        named = ((labels.get(name, name), name, value) for name, value in row.items())
        return "、".join(f"{label}は{shown(value, words.get(name), named=label)}" for label, name, value in named)

    def _default(self) -> str:
        return f"既定により、{self._result()}。" if self.value not in (None, []) else ""


def shown(value: Value, words: Mapping[str, str] | None = None, *, absent: str = "なし", named: str = "") -> str:
    """A value as an officer reads it; ``words`` are what coded values (as text) are called, ``named`` what it is."""
    if words and (word := words.get(value if type(value) is str else feel_text(value))):
        return word
    if value is None or value == []:
        return absent
    if type(value) is bool:
        return "はい" if value else "いいえ"
    if type(value) is Decimal:
        return written(value, named=named)
    if type(value) in (date, datetime):
        clock = f"{value.hour}時{value.minute:02d}分" if type(value) is datetime else ""
        return f"{value.year}年{value.month}月{value.day}日{clock}"
    if type(value) is list:
        return "・".join(shown(item, words, named=named) for item in value)
    return f"「{value}」" if type(value) is str else feel_text(value)
