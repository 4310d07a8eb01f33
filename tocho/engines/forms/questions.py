"""One question of a definition: when it is asked, when it must be answered, what is kept of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocho.engines.forms.kinds import Cleaned, Given, Kind, SlotKind, SlotSource
from tocho.engines.forms.kinds.base import JSON
from tocho.engines.rules.api import Expression

Answers = Mapping[str, JSON]
Sources = Mapping[str, SlotSource]


@dataclass(frozen=True)
class Question:
    """One question: its kind with label and options, and when it is asked and required.

    ``conditions``: its own and its step's. ``looks_at``: the questions whose answers they, or ``required``, look at.
    """

    key: str
    type: str
    kind: Kind = field(repr=False)
    conditions: tuple[Expression, ...] = field(default=(), repr=False)
    required: bool | Expression = False
    looks_at: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.kind.name()

    def is_asked(self, context: Mapping[str, Any]) -> bool:
        return not self.conditions or all(condition(context) is True for condition in self.conditions)

    def is_required(self, context: Mapping[str, Any]) -> bool:
        return self.required if isinstance(self.required, bool) else self.required(context) is True

    def clean(self, value: JSON, *, context: Mapping[str, Any], given: Given) -> Cleaned:
        """Check one answer under what was answered before."""
        return self.kind.clean(value, required=self.is_required(context), given=given)


def answer_of(question: Question, value: JSON, given: Given) -> dict[str, JSON]:
    """What is kept of an answer: the value, and for a slot its words at that moment."""
    if isinstance(question.kind, SlotKind):
        return {question.key: value, f"{question.key}_label": question.kind.label_of(value, given)}
    return {question.key: value}
