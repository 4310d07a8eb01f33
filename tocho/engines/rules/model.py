"""What a DMN file says, before anything is compiled: the elements that matter, each with its line."""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A FEEL text as it stands in the file. ``kind`` is the declared type (typeRef), if any."""

    text: str
    line: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class InputClause:
    """An input column: its heading, the expression that gives the value, the values that are allowed, and the words
    that officers use for coded values."""

    label: str
    expression: Text
    allowed: Text | None
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class OutputClause:
    """An output column. ``allowed`` orders the values for the hit policies PRIORITY and OUTPUT ORDER."""

    name: str
    label: str
    line: int
    allowed: Text | None
    default: Text | None
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule; ``number`` counts from 1 in the order of the file, annotations are by column heading."""

    id: str
    number: int
    line: int
    inputs: tuple[Text, ...]
    outputs: tuple[Text, ...]
    annotations: dict[str, str]


@dataclass(frozen=True, slots=True)
class TableBox:
    """A decision table. ``aggregation`` is SUM, COUNT, MIN, MAX or empty."""

    line: int
    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class ContextBox:
    """A boxed context; an entry without a name is its result."""

    line: int
    entries: tuple[tuple[str, "Box"], ...]


@dataclass(frozen=True, slots=True)
class InvocationBox:
    """A boxed call of a function with named arguments."""

    line: int
    function: "Box"
    bindings: tuple[tuple[str, "Box"], ...]


@dataclass(frozen=True, slots=True)
class ListBox:
    line: int
    items: tuple["Box", ...]


@dataclass(frozen=True, slots=True)
class FunctionBox:
    """A boxed function; a business knowledge model is one with a name."""

    line: int
    parameters: tuple[str, ...]
    body: "Box"


Box: TypeAlias = Text | TableBox | ContextBox | InvocationBox | ListBox | FunctionBox


@dataclass(frozen=True, slots=True)
class DecisionElement:
    """A decision: its logic and the ids of the decisions it requires. ``variable`` is the name others use for it."""

    id: str
    name: str
    variable: str
    line: int
    logic: Box
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeElement:
    """A business knowledge model: a function that decisions call by its name."""

    name: str
    function: FunctionBox


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole DMN file. ``components`` are the names of item definitions' parts, for paths such as ``loan.term``."""

    name: str
    file: str
    decisions: tuple[DecisionElement, ...]
    knowledge: tuple[KnowledgeElement, ...]
    inputs: dict[str, str] = field(default_factory=dict)  # name of each input data → its typeRef
    components: frozenset[str] = frozenset()
