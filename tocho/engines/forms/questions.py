"""One question of a definition: when it is asked, when it must be answered, what is kept of the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tocho.engines.forms.kinds import Cleaned, Given, Kind, SlotKind, SlotSource
from tocho.engines.forms.kinds.base import JSON

Answers = Mapping[str, JSON]
Sources = Mapping[str, SlotSource]
Expression = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Question:
    """One question: its kind with label and options, and when it is asked and required."""

    key: str
    type: str
    kind: Kind = field(repr=False)
    condition: Expression | None = field(default=None, repr=False)
    required: bool | Expression = False

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.kind.name()

    def is_asked(self, context: Mapping[str, Any]) -> bool:
        return self.condition is None or self.condition(context) is True

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
