"""The tokens of a running case and the values that live with them; what moves them is ``move.py``."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .spec import HumanWork, Kind, Node, Service, Spec


class Fate(StrEnum):
    """Whether a token is still at its element, has gone on, or was taken away (interrupted, terminated, cancelled)."""

    HERE = "here"
    PASSED = "passed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False)
class Token:
    """One stay of the flow at one element; ``via`` is the sequence flow it came by, ``row`` its key once stored.

    ``parent`` holds it (a sub-process, a call, the body of a repetition), ``item`` is its number (from 0) among the
    instances of a repetition, ``data`` the values that live with it.
    """

    element: str
    via: str = ""
    row: int | None = None
    fate: Fate = Fate.HERE
    parent: "Token | None" = None
    item: int | None = None
    data: dict[str, Any] | None = None
    stale: bool = False  # its data have changed since they were read
    begun: bool = False  # what is done here was begun in this move and will be finished from outside


class Tokens:
    """The tokens at rest, those born in this move, those still to be moved, and the values of the case."""

    def __init__(self, spec: Spec, *, context: Mapping[str, Any], tokens: Iterable[Token] = ()) -> None:
        self.spec = spec
        self.context = dict(context)
        self.tokens = list(tokens)
        self.born: list[Token] = []
        self.queue: deque[Token] = deque()

    @property
    def finished(self) -> bool:
        """Whether no token is left: the case has reached its end."""
        return not self.tokens

    def context_of(self, token: Token | None) -> dict[str, Any]:
        """The values that an expression at ``token`` sees: those that live with it and above it, the nearest first; in
        a called process only its own."""
        layers: list[dict[str, Any]] = []
        while token is not None:
            node = self.spec.nodes[token.element]
            if token.data is not None and not is_body(token, node):
                layers.append(token.data)
                if node.kind is Kind.CALL:
                    break
            token = token.parent
        else:
            layers.append(self.context)
        if len(layers) == 1:
            return layers[0]
        return {name: value for layer in reversed(layers) for name, value in layer.items()}

    def write(self, token: Token | None, values: Mapping[str, Any]) -> None:
        """Put values where those of this place live."""
        while token is not None:
            if token.data is not None and not is_body(token, self.spec.nodes[token.element]):
                token.data, token.stale = {**token.data, **values}, True
                return
            token = token.parent
        self.context.update(values)

    def waiting(self, element: str, parent: Token | None) -> dict[str, Token]:
        """The first token on each way into a join, in one scope."""
        ready: dict[str, Token] = {}
        for other in self.tokens:
            if other.element == element and other.parent is parent:
                ready.setdefault(other.via, other)
        return ready

    def at_service(self, handler: str) -> Token | None:
        """The first token at a service task with this handler."""
        for token in self.tokens:
            node = self.spec.nodes[token.element]
            if isinstance(node.work, Service) and node.work.handler == handler and not is_body(token, node):
                return token
        return None

    def before(self, token: Token, kind: str, passed: Iterable[str]) -> str | None:
        """The human task of this kind, in the scope of ``token``, that the case passed last (``passed``: the elements
        it left, the latest first); one that it could have come by where it passed none."""
        scope = self.spec.nodes[token.element].scope
        inside = [node for node in self.spec.in_order if node.scope == scope and isinstance(node.work, HumanWork)]
        known = [node.id for node in inside if isinstance(node.work, HumanWork) and node.work.kind == kind]
        return next((element for element in passed if element in known), next(iter(known), None))

    def catcher(self, place: Token | None, kind: str, code: str) -> tuple[Token, Node] | None:
        """The nearest place, from ``place`` outwards, with a boundary event for this error or escalation."""
        while place is not None:
            for event in self.spec.boundaries.get(place.element, ()) if place.item is None else ():
                if getattr(event, kind) in (code, ""):
                    return place, event
            place = place.parent
        return None

    def add(self, token: Token) -> None:
        self.born.append(token)
        self.tokens.append(token)
        self.queue.append(token)

    def arrive(self, element: str, *, via: str, parent: Token | None) -> None:
        self.add(Token(element, via, parent=parent))

    def drop(self, token: Token, fate: Fate) -> None:
        token.fate = fate
        self.tokens.remove(token)
        if self.spec.nodes[token.element].rests():
            for inner in [one for one in self.tokens if one.parent is token]:
                if inner.fate is Fate.HERE:
                    self.drop(inner, Fate.CANCELLED)


def is_body(token: Token, node: Node) -> bool:
    return node.repeat is not None and token.item is None


def results_of(body: Token) -> list[Any]:
    """What the instances that are done wrote, in the order of the list."""
    results = (body.data or {})["results"]
    return [results[key] for key in sorted(results, key=int)]


def plain(value: Any) -> Any:
    """The JSON value that stands for ``value`` in a context: dates as ISO 8601 text, whole decimals as integers.

    :raises TypeError: it has no such form.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | datetime():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"not a value for the context of a case: {type(value).__name__}")
