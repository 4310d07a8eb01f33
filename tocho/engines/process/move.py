"""The interpreter: how tokens move through a compiled process. Pure, without database, clock or organisation.

The semantics are those of BPMN 2.0, chapter 13: an exclusive gateway lets each token through by the first true
condition in document order, a parallel gateway waits for one token on each way in and puts one on each way out, a
task or event takes each token that arrives.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .spec import Kind, Node, Spec, StepError

# More automatic steps than this between two rests is a loop that never ends, not a procedure.
STEP_LIMIT = 1000

Call = Callable[[Node, Mapping[str, Any]], Mapping[str, Any] | None]


class Fate(StrEnum):
    """Whether a token is still at its element, has gone on, or was taken away (interrupted, terminated, cancelled)."""

    HERE = "here"
    PASSED = "passed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False)
class Token:
    """One stay of the flow at one element; ``via`` is the sequence flow it came by, ``row`` its key once stored."""

    element: str
    via: str = ""
    row: int | None = None
    fate: Fate = Fate.HERE


class Postponed(Exception):
    """The handler of a service task failed and shall be tried again as a job: the token rests here until then."""


class Move:
    """Everything that happens to one case until every token rests again.

    ``tokens`` are those at rest now, ``born`` all that arrived somewhere in this move, ``context`` the values of the
    case after it. The caller stores the three afterwards, or drops them all when an exception comes out.
    """

    def __init__(self, spec: Spec, *, context: Mapping[str, Any], call: Call, tokens: Iterable[Token] = ()) -> None:
        self.spec = spec
        self.context = dict(context)
        self.tokens = list(tokens)
        self.born: list[Token] = []
        self._call = call
        self._queue: deque[Token] = deque()
        self._running = False
        self._steps = 0

    @property
    def finished(self) -> bool:
        """Whether no token is left: the case has reached its end."""
        return not self.tokens

    def begin(self) -> None:
        """Put the first token on the start event and run.

        :raises StepError: as every move, when the definition gives no way on.
        """
        self._arrive(self.spec.start, via="")
        self._run()

    def leave(self, token: Token, data: Mapping[str, Any] | None) -> None:
        """The work or event at which ``token`` rests is done: merge the declared names of ``data`` and go on."""
        node = self.spec.nodes[token.element]
        self._merge(node, data)
        self._pass(token, node)
        self._run()

    def perform(self, token: Token) -> None:
        """Run the handler of the background service task at which ``token`` rests, and go on."""
        data = self._call(self.spec.nodes[token.element], self.context)
        if token.fate is Fate.HERE:  # a message sent by the handler may have ended the case
            self.leave(token, data)

    def occur(self, token: Token, event_id: str, data: Mapping[str, Any] | None = None) -> None:
        """The event ``event_id`` that listens at the resting place of ``token`` happens: its own, one on its boundary,
        or one behind its event-based gateway."""
        event = self.spec.nodes[event_id]
        if event_id == token.element:
            self.leave(token, data)
            return
        self._merge(event, data)
        via = ""
        if event.kind is Kind.BOUNDARY:
            if event.interrupting:
                self._drop(token, Fate.CANCELLED)
        else:
            via = next(flow.id for flow in self.spec.nodes[token.element].outgoing if flow.target == event_id)
            self._drop(token, Fate.PASSED)
        happened = Token(event_id, via)
        self.born.append(happened)
        self.tokens.append(happened)
        self._pass(happened, event)
        self._run()

    def message(self, name: str, data: Mapping[str, Any] | None) -> bool:
        """Give a message to the first token that waits for it; False when none does."""
        for token in self.tokens:
            event_id = self.spec.listeners[token.element].get(name)
            if event_id is not None:
                self.occur(token, event_id, data)
                return True
        return False

    def _run(self) -> None:
        if self._running:  # a handler sent its own case a message: the loop outside goes on with it
            return
        self._running = True
        while self._queue:
            token = self._queue.popleft()
            if token.fate is Fate.HERE:
                self._step(token, self.spec.nodes[token.element])
        self._running = False

    def _step(self, token: Token, node: Node) -> None:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            raise StepError(node, "the automatic steps never come to rest")
        if node.rests():
            return
        match node.kind:
            case Kind.EXCLUSIVE:
                self._choose(token, node)
            case Kind.PARALLEL:
                self._join(node)
            case Kind.SERVICE:
                try:
                    self._merge(node, self._call(node, self.context))
                except Postponed:
                    return
                if token.fate is Fate.HERE:  # a message sent by the handler may have ended the case
                    self._pass(token, node)
            case Kind.TERMINATE:
                self._drop(token, Fate.PASSED)
                for other in list(self.tokens):
                    self._drop(other, Fate.CANCELLED)
            case _:
                self._pass(token, node)

    def _choose(self, token: Token, node: Node) -> None:
        self._drop(token, Fate.PASSED)
        chosen = node.default
        for flow in node.outgoing:
            if flow.id != node.default and (flow.condition is None or flow.condition(self.context) is True):
                chosen = flow.id
                break
        way = next((flow for flow in node.outgoing if flow.id == chosen), None)
        if way is None:
            raise StepError(node, "no condition holds and there is no default flow")
        self._arrive(way.target, via=way.id)

    def _join(self, node: Node) -> None:
        ready: dict[str, Token] = {}
        for other in self.tokens:
            if other.element == node.id:
                ready.setdefault(other.via, other)
        if len(ready) < len(node.incoming):
            return
        for arrived in ready.values():
            self._drop(arrived, Fate.PASSED)
        for flow in node.outgoing:
            self._arrive(flow.target, via=flow.id)

    def _arrive(self, element: str, *, via: str) -> None:
        token = Token(element, via)
        self.born.append(token)
        self.tokens.append(token)
        self._queue.append(token)

    def _drop(self, token: Token, fate: Fate) -> None:
        token.fate = fate
        self.tokens.remove(token)

    def _pass(self, token: Token, node: Node) -> None:
        self._drop(token, Fate.PASSED)
        for flow in node.outgoing:
            self._arrive(flow.target, via=flow.id)

    def _merge(self, node: Node, data: Mapping[str, Any] | None) -> None:
        for name in node.outcome if data else ():
            if data is not None and name in data:
                self.context[name] = plain(data[name])


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
