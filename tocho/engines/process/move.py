"""The interpreter: how tokens move through a compiled process. Pure, without database, clock or organisation.

The semantics are those of BPMN 2.0, chapter 13: an exclusive gateway lets each token through by the first true
condition in document order, a parallel gateway waits for one token on each way in and puts one on each way out, an
inclusive gateway waits while a token could still come by an empty way, a task or event takes each token that arrives.

A sub-process or call activity is a token at rest with tokens of its own inside (``parent``). A repeated activity is a
token at rest (its body) over one token for each instance (``item``). Values live with the token nearest above that has
``data``: an instance of a repetition, or a call; else with the case.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .checks import must_wait
from .spec import HOLDERS, Call, Kind, Node, Repeat, Spec, StepError
from .subset import COUNTER, COUNTS
from .tokens import Fate, Token, Tokens, is_body, plain, results_of

# More automatic steps than this between two rests is a loop that never ends, not a procedure.
STEP_LIMIT = 1000
# More instances than this of one activity is a mistake in the list.
REPEAT_LIMIT = 500


@dataclass(frozen=True)
class Thrown:
    """What a handler returns instead of values to throw the error ``code`` (caught by an error boundary event)."""

    code: str


@dataclass(frozen=True)
class Begun:
    """What a handler returns that has only begun the work: the case rests at the step until ``finish_step`` says that
    it is done. Called again it begins nothing twice."""


Given = Mapping[str, Any] | Thrown | Begun | None
Handle = Callable[[Node, Mapping[str, Any]], Given]


class Postponed(Exception):
    """The handler of a service task failed and shall be tried again as a job: the token rests here until then."""


class Move(Tokens):
    """Everything that happens to one case until every token rests again.

    ``tokens`` are those at rest now, ``born`` all that arrived somewhere in this move, ``context`` the values of the
    case after it. The caller stores the three afterwards, or drops them all when an exception comes out.
    """

    def __init__(self, spec: Spec, *, context: Mapping[str, Any], call: Handle, tokens: Iterable[Token] = ()) -> None:
        super().__init__(spec, context=context, tokens=tokens)
        self._call = call
        self._running = False
        self._steps = 0

    def begin(self) -> None:
        """Put the first token on the start event and run.

        :raises StepError: as every move, when the definition gives no way on.
        """
        self.arrive(self.spec.start, via="", parent=None)
        self._run()

    def leave(self, token: Token, data: Mapping[str, Any] | Thrown | None) -> None:
        """The work or event at which ``token`` rests is done: merge the declared names of ``data`` and go on."""
        node = self.spec.nodes[token.element]
        if isinstance(data, Thrown):
            self._throw(token, node, data.code)
        else:
            self._merge(token, node, data)
            self._pass(token, node)
        self._run()

    def perform(self, token: Token) -> None:
        """Run the handler of the background service task at which ``token`` rests, and go on."""
        data = self._call(self.spec.nodes[token.element], self.context_of(token))
        if token.fate is Fate.HERE and not isinstance(
            data, Begun
        ):  # a message from the handler may have ended the case
            self.leave(token, data)

    def put(self, token: Token, element: str) -> None:
        """Take ``token`` from where it rests to an element of the same scope, as no sequence flow would."""
        self.drop(token, Fate.CANCELLED)
        self.arrive(element, via="", parent=token.parent)
        self._run()

    def occur(self, token: Token, event_id: str, data: Mapping[str, Any] | None = None) -> None:
        """The event ``event_id`` that listens at the resting place of ``token`` happens: its own, one on its boundary,
        or one behind its event-based gateway."""
        if event_id == token.element:
            self.leave(token, data)
            return
        self._happen(token, self.spec.nodes[event_id], data)
        self._run()

    def message(self, name: str, data: Mapping[str, Any] | None, match: Mapping[str, Any] | None = None) -> bool:
        """Give a message to the first token that waits for it, of which the values of ``match`` hold; False when none
        does."""
        for token in self.tokens:
            event_id = self.spec.listeners[token.element].get(name)
            if event_id is not None and token.item is None and self._fits(token, match or {}):
                self.occur(token, event_id, data)
                return True
        return False

    def _fits(self, token: Token, match: Mapping[str, Any]) -> bool:
        context = self.context_of(token) if match else {}
        return all(name in context and context[name] == value for name, value in match.items())

    def _run(self) -> None:
        if self._running:  # a handler sent its own case a message: the loop outside goes on with it
            return
        self._running = True
        while self.queue or self._end_scopes() or self._open_joins():
            while self.queue:
                token = self.queue.popleft()
                if token.fate is Fate.HERE:
                    self._step(token, self.spec.nodes[token.element])
        self._running = False

    def _step(self, token: Token, node: Node) -> None:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            raise StepError(node, "the automatic steps never come to rest")
        if node.repeat is not None and token.item is None:
            self._begin_repeat(token, node, node.repeat)
            return
        if node.kind in HOLDERS:
            self._enter(token, node)
            return
        if node.rests():
            return
        match node.kind:
            case Kind.EXCLUSIVE:
                self._choose(token, node)
            case Kind.PARALLEL:
                self._join(token, node)
            case Kind.INCLUSIVE:
                if len(node.incoming) == 1:
                    self._choose(token, node)
            case Kind.SERVICE:
                self._serve(token, node)
            case Kind.TERMINATE:
                for other in [one for one in self.tokens if one.parent is token.parent and one is not token]:
                    self.drop(other, Fate.CANCELLED)
                self.drop(token, Fate.PASSED)
            case Kind.ERROR:
                self._throw(token, node, node.error or "")
            case _:
                if node.escalation is not None:
                    self._escalate(token, node.escalation)
                if token.fate is Fate.HERE:
                    self._pass(token, node)

    def _serve(self, token: Token, node: Node) -> None:
        try:
            data = self._call(node, self.context_of(token))
        except Postponed:
            return
        if isinstance(data, Begun):
            token.begun = True
            return
        if isinstance(data, Thrown):
            self._throw(token, node, data.code)
            return
        self._merge(token, node, data)
        if token.fate is Fate.HERE:  # a message sent by the handler may have ended the case
            self._pass(token, node)

    def _choose(self, token: Token, node: Node) -> None:
        """By the first way whose condition holds (exclusive) or by all such ways (inclusive); else by the default."""
        context = self.context_of(token)
        self.drop(token, Fate.PASSED)
        ways = (flow for flow in node.outgoing if flow.id != node.default)
        held = (flow for flow in ways if flow.condition is None or flow.condition(context) is True)
        chosen = list(held if node.kind is Kind.INCLUSIVE else islice(held, 1))
        chosen = chosen or [flow for flow in node.outgoing if flow.id == node.default]
        if not chosen:
            raise StepError(node, "no condition holds and there is no default flow")
        for flow in chosen:
            self.arrive(flow.target, via=flow.id, parent=token.parent)

    def _join(self, token: Token, node: Node) -> None:
        ready = self.waiting(node.id, token.parent)
        if len(ready) < len(node.incoming):
            return
        for arrived in ready.values():
            self.drop(arrived, Fate.PASSED)
        for flow in node.outgoing:
            self.arrive(flow.target, via=flow.id, parent=token.parent)

    def _open_joins(self) -> bool:
        """Let an inclusive join go on whose waiting is over; asked when everything else has come to rest."""
        for join in self.spec.gathers:
            for parent in dict.fromkeys(token.parent for token in self.tokens if token.element == join):
                ready = self.waiting(join, parent)
                others = {one.element for one in self.tokens if one.parent is parent} - {join}
                if any(must_wait(self.spec, join, element, ready.keys()) for element in others):
                    continue
                first, *more = ready.values()
                for arrived in more:
                    self.drop(arrived, Fate.PASSED)
                self._choose(first, self.spec.nodes[join])
                return True
        return False

    def _enter(self, token: Token, node: Node) -> None:
        """Begin the flow inside a sub-process or a called process."""
        if isinstance(node.work, Call):
            outside = {**self.context_of(token.parent), **(token.data or {})}
            given = {name: plain(expression(outside)) for name, expression in node.work.give}
            token.data = {**(token.data or {}), **given}
        start = self.spec.starts.get(node.id)
        if start is None:
            raise StepError(node, "the called process is not linked")
        self.arrive(start, via="", parent=token)

    def _end_scopes(self) -> bool:
        """Go on behind a sub-process in which no token is left."""
        if not self.spec.holders:
            return False
        busy = {id(token.parent) for token in self.tokens}
        for token in self.tokens:
            node = self.spec.nodes[token.element]
            if node.kind in HOLDERS and id(token) not in busy and not is_body(token, node):
                if isinstance(node.work, Call):
                    self._take(token, node.work)
                self._pass(token, node)
                return True
        return False

    def _take(self, token: Token, call: Call) -> None:
        inside = self.context_of(token)
        taken = {name: plain(expression(inside)) for name, expression in call.take}
        if token.item is None:
            self.write(token.parent, taken)
        else:
            item = self.spec.nodes[token.element].repeat
            kept = {item.item: inside[item.item]} if item and item.item else {}
            token.data, token.stale = {**kept, **taken}, True

    def _begin_repeat(self, body: Token, node: Node, repeat: Repeat) -> None:
        many = repeat.many(self.context_of(body.parent))
        items = plain(many) if isinstance(many, list) else None
        if items is None and many is not None and not isinstance(many, str | bool) and int(many) == many:
            items = list(range(1, int(many) + 1))
        if items is None or len(items) > REPEAT_LIMIT:
            raise StepError(node, f"a repetition over {type(many).__name__} instead of a list or a number of times")
        body.data = {"items": items, "results": {}}
        for index in range(len(items[:1] if repeat.sequential else items)):
            self._begin_item(body, node, repeat, index)
        if not items:
            self._end_repeat(body, node, repeat)

    def _begin_item(self, body: Token, node: Node, repeat: Repeat, index: int) -> None:
        values = {COUNTER: index + 1}
        if repeat.item:
            values[repeat.item] = (body.data or {})["items"][index]
        self.add(Token(node.id, parent=body, item=index, data=values))

    def _end_item(self, token: Token, node: Node, body: Token, repeat: Repeat) -> None:
        """One instance is done: keep what it wrote, then go on with the next, wait for the others, or end."""
        state = body.data or {}
        kept = {name: value for name, value in (token.data or {}).items() if name != COUNTER}
        state["results"] = {**state["results"], str(token.item): kept}
        body.stale = True
        total, done = len(state["items"]), len(state["results"])
        active = sum(one.parent is body for one in self.tokens)
        if done == total or (repeat.until and self._is_enough(token, body, repeat, (total, done, active))):
            self._end_repeat(body, node, repeat)
        elif repeat.sequential:
            self._begin_item(body, node, repeat, done)

    def _is_enough(self, last: Token, body: Token, repeat: Repeat, counts: tuple[int, int, int]) -> bool:
        """What the completion condition says; it sees the counts, what the last instance wrote, and all results."""
        values = {**self.context_of(body.parent), **(last.data or {}), **dict(zip(COUNTS, counts, strict=True))}
        if repeat.results:
            values[repeat.results] = results_of(body)
        return repeat.until is not None and repeat.until(values) is True

    def _end_repeat(self, body: Token, node: Node, repeat: Repeat) -> None:
        if repeat.results:
            self.write(body.parent, {repeat.results: results_of(body)})
        for other in [one for one in self.tokens if one.parent is body]:
            self.drop(other, Fate.CANCELLED)
        self._go_on(body, node)

    def _throw(self, token: Token, node: Node, code: str) -> None:
        """An error: caught by the nearest boundary event that names it (or any), else the whole case ends."""
        caught = self.catcher(token, "error", code)
        if caught is not None:
            place, event = caught
            if place is not token:
                self.drop(token, Fate.PASSED)
            self._happen(place, event, None)
            return
        if node.kind is not Kind.ERROR:
            raise StepError(node, f"nobody catches the error {code!r}")
        self.drop(token, Fate.PASSED)
        for other in [one for one in self.tokens if one.parent is None]:
            self.drop(other, Fate.CANCELLED)

    def _escalate(self, token: Token, code: str) -> None:
        """An escalation: told to the nearest boundary event that names it; where there is none it means nothing."""
        caught = self.catcher(token.parent, "escalation", code)
        if caught is not None:
            self._happen(*caught, None)

    def _happen(self, token: Token, event: Node, data: Mapping[str, Any] | None) -> None:
        """An event at the resting place of ``token``: what it interrupts goes, what follows begins."""
        via = ""
        if event.kind is Kind.BOUNDARY:
            if event.interrupting:
                self.drop(token, Fate.CANCELLED)
        else:
            via = next(flow.id for flow in self.spec.nodes[token.element].outgoing if flow.target == event.id)
            self.drop(token, Fate.PASSED)
        happened = Token(event.id, via, parent=token.parent)
        self.born.append(happened)
        self.tokens.append(happened)
        self._merge(happened, event, data)
        self._pass(happened, event)

    def _pass(self, token: Token, node: Node) -> None:
        if token.item is not None and token.parent is not None and node.repeat is not None:
            self.drop(token, Fate.PASSED)
            self._end_item(token, node, token.parent, node.repeat)
        else:
            self._go_on(token, node)

    def _go_on(self, token: Token, node: Node) -> None:
        self.drop(token, Fate.PASSED)
        for flow in node.outgoing:
            self.arrive(flow.target, via=flow.id, parent=token.parent)

    def _merge(self, token: Token, node: Node, data: Mapping[str, Any] | None) -> None:
        if data:
            self.write(token, {name: plain(data[name]) for name in node.outcome if name in data})
