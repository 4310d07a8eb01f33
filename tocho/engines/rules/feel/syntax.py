"""The tree of a FEEL expression. Every node knows where it began (``at``, characters from 1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tocho.engines.rules.feel.values import Scope, Value


@dataclass(frozen=True, slots=True)
class Literal:
    at: int
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic (``+ - * / **``) or comparison (``= != < <= > >=``)."""

    at: int
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negate:
    at: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Logic:
    """``and`` / ``or`` of two or more parts, three-valued."""

    at: int
    word: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Between:
    at: int
    value: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True, slots=True)
class In:
    at: int
    value: "Node"
    tests: "Tests"


@dataclass(frozen=True, slots=True)
class If:
    at: int
    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class For:
    at: int
    loops: tuple[tuple[str, "Node"], ...]
    body: "Node"


@dataclass(frozen=True, slots=True)
class Quantified:
    """``some … satisfies`` / ``every … satisfies``."""

    at: int
    word: str
    loops: tuple[tuple[str, "Node"], ...]
    condition: "Node"


@dataclass(frozen=True, slots=True)
class ListOf:
    at: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class ContextOf:
    """``{a: 1, b: a + 1}``; later entries see earlier ones. With ``result`` the context yields that entry's value."""

    at: int
    entries: tuple[tuple[str, "Node"], ...]
    result: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Interval:
    at: int
    start: "Node"
    end: "Node"
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Path:
    at: int
    base: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    at: int
    base: "Node"
    condition: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; ``named`` pairs stand for ``f(a: 1)``, in which case ``arguments`` is empty."""

    at: int
    function: "Node"
    arguments: tuple["Node", ...]
    named: tuple[tuple[str, "Node"], ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionOf:
    at: int
    parameters: tuple[str, ...]
    body: "Node"


@dataclass(frozen=True, slots=True)
class InstanceOf:
    at: int
    value: "Node"
    kind: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Logic that is compiled already: a decision table inside a boxed expression."""

    at: int
    run: Callable[[Scope], Value]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compare:
    """One unary test ``< endpoint``."""

    at: int
    sign: str
    endpoint: "Node"


Node: TypeAlias = (
    Literal | Name | Binary | Negate | Logic | Between | In | If | For | Quantified | ListOf | ContextOf | Interval
    | Path | Filter | Call | FunctionOf | InstanceOf | Ready
)  # fmt: skip
Test: TypeAlias = Compare | Node


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests of one cell; no items means ``-``, which any value passes. ``negated`` stands for ``not(…)``."""

    at: int
    items: tuple[Test, ...]
    negated: bool = False
