"""A compiled process: plain frozen data, made once for each immutable version and shared by all its instances."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tocho.lib.errors import Refused


def named(element: str, name: str) -> str:
    """An element as a person finds it in the drawing: its id, with its name where it has one."""
    name = " ".join(name.split())
    return f"{element}（{name}）" if name and name != element else element


class ProcessError(Refused):
    """A process definition that cannot be published: which element, on which line, and why.

    ``problems`` holds every fault found in the file, this one first.
    """

    def __init__(self, reason: str, *, element: str = "", line: int | None = None, name: str = "") -> None:
        self.element = element
        self.name = name
        self.line = line
        self.reason = reason
        self.problems: tuple[ProcessError, ...] = (self,)
        where = " ".join(
            part
            for part in (
                _("%(line)s行目") % {"line": line} if line else "",
                _("要素「%(element)s」") % {"element": named(element, name)} if element else "",
            )
            if part
        )
        super().__init__(f"{where}: {reason}" if where else reason)

    @classmethod
    def of(cls, problems: Iterable["ProcessError"]) -> "ProcessError":
        """The first of several faults by line, carrying them all and saying how many more there are."""
        found = sorted(problems, key=lambda problem: problem.line or 0)
        first = found[0]
        error = cls(first.reason, element=first.element, line=first.line, name=first.name)
        error.problems = tuple(found)
        if len(found) > 1:
            error.message += _("（ほか%(count)s件）") % {"count": len(found) - 1}
            error.args = (error.message,)
        return error


class StepError(Exception):
    """A running case cannot go on as its definition says (no way out of a gateway, no handler, no date): a fault of
    the definition or of a handler, for the log and the list of incidents, not for a citizen."""

    def __init__(self, node: "Node", reason: str) -> None:
        super().__init__(f"{node.id} ({node.line}): {reason}")
        self.node = node


class Expression(Protocol):
    """A compiled FEEL expression (``engines.rules``): called with a context it gives a value."""

    @property
    def names(self) -> frozenset[str]: ...

    def __call__(self, context: Mapping[str, Any]) -> Any: ...


class Kind(StrEnum):
    """What an element does when the flow reaches it; the value is its name in BPMN 2.0."""

    START = "startEvent"
    END = "endEvent"
    TERMINATE = "terminateEventDefinition"
    ERROR = "errorEventDefinition"
    THROW = "intermediateThrowEvent"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    FIRST_EVENT = "eventBasedGateway"
    SERVICE = "serviceTask"
    USER = "userTask"
    RECEIVE = "receiveTask"
    CATCH = "intermediateCatchEvent"
    BOUNDARY = "boundaryEvent"
    SUBPROCESS = "subProcess"
    CALL = "callActivity"


# The kinds that are a step for people: something is done or awaited there.
STEPS = (Kind.SERVICE, Kind.USER, Kind.RECEIVE, Kind.CATCH)
# The kinds at which the flow ends, and those that hold a flow of their own.
ENDS = (Kind.END, Kind.TERMINATE, Kind.ERROR)
HOLDERS = (Kind.SUBPROCESS, Kind.CALL)
EVER = -1


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment: so many business days or so much time after the arrival, or a date that the case itself names.

    ``repeats``: how often it comes (``R3/P1D``), ``EVER`` without end.
    """

    business_days: int | None = None
    span: timedelta | None = None
    expression: Expression | None = None
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` only on the ways out of an exclusive or inclusive gateway."""

    id: str
    source: str
    target: str
    line: int
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The work of a service task: the name of a handler, run in the transaction (False), as a job (True), or as a job
    only when it fails in the transaction (None)."""

    handler: str
    background: bool | None = False


@dataclass(frozen=True, slots=True)
class HumanWork:
    """The work of a user task: its kind (the page that opens it), its address (who may see it), title and due date."""

    kind: str
    address: Expression
    title: Expression | None = None
    due: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The work of a call activity: the key of the process it goes through, what it gives (name there → expression
    here) and what it takes back (name here → expression there)."""

    key: str
    give: tuple[tuple[str, Expression], ...] = ()
    take: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Multi-instance: an activity done once for each element of a list, all at once or one after the other.

    ``many`` gives the list, or a number of times. Each instance knows its ``item`` and ``loopCounter`` (from 1); what
    it writes stays in it, and comes out as one entry of the list ``results``. ``until`` is asked after each instance
    that ends, with what that one wrote; true takes the others away (n of m).
    """

    many: Expression
    sequential: bool = False
    item: str = ""
    results: str = ""
    until: Expression | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a file that was passed over because it belongs to another product: which element, which line."""

    element: str
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the flow. ``outcome`` names the values it may write into the context of the case.

    ``scope`` is the sub-process (or call activity) it stands in, "" at the top. ``error`` and ``escalation`` are the
    code that an event throws or catches; None when it has no such definition, "" catches any.
    """

    id: str
    kind: Kind
    name: str
    line: int
    incoming: tuple[str, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default: str = ""
    work: Service | HumanWork | Call | None = None
    repeat: Repeat | None = None
    scope: str = ""
    error: str | None = None
    escalation: str | None = None
    message: str = ""
    timer: Deadline | None = None
    outcome: frozenset[str] = frozenset()
    attached_to: str = ""
    interrupting: bool = True

    def rests(self) -> bool:
        """Whether a token stays here until something from outside, or from within, moves it."""
        if self.kind is Kind.SERVICE:
            return isinstance(self.work, Service) and self.work.background is True
        return self.kind in (Kind.USER, Kind.RECEIVE, Kind.CATCH, Kind.FIRST_EVENT, *HOLDERS)


@dataclass(frozen=True)
class Spec:
    """One compiled version of a process.

    ``inputs`` are the names of the context that must be given at the start, ``optional`` those that may be.
    ``starts[element]`` is where the flow inside a sub-process begins; ``start`` where the process does.
    ``listeners[element][message]`` and ``timers[element]`` say which event moves a token that rests at the element:
    the element itself, a boundary event on it, or an event behind an event-based gateway.
    """

    key: str
    name: str
    starts: dict[str, str]
    nodes: dict[str, Node]
    inputs: frozenset[str]
    optional: frozenset[str]
    notes: tuple[Note, ...] = ()
    listeners: dict[str, dict[str, str]] = field(init=False)
    timers: dict[str, tuple[str, ...]] = field(init=False)
    start: str = field(init=False)

    def __post_init__(self) -> None:
        listeners: dict[str, dict[str, str]] = {}
        timers: dict[str, tuple[str, ...]] = {}
        for node in self.nodes.values():
            events = self.events_of(node)
            listeners[node.id] = {event.message: event.id for event in reversed(events) if event.message}
            timers[node.id] = tuple(event.id for event in events if event.timer)
        object.__setattr__(self, "listeners", listeners)
        object.__setattr__(self, "timers", timers)
        object.__setattr__(self, "start", self.starts.get("", ""))

    def events_of(self, node: Node) -> list[Node]:
        """The events that can move a token resting at ``node``, its own first."""
        events = [node] if (node.message or node.timer) and node.kind is not Kind.BOUNDARY else []
        if node.kind is Kind.FIRST_EVENT:
            events += [self.nodes[flow.target] for flow in node.outgoing if flow.target in self.nodes]
        return events + self.boundaries.get(node.id, [])

    @cached_property
    def boundaries(self) -> dict[str, list[Node]]:
        """The events on the boundary of each element that has any."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.attached_to:
                found.setdefault(node.attached_to, []).append(node)
        return found

    @cached_property
    def calls(self) -> tuple[Node, ...]:
        """The call activities of the file itself."""
        return tuple(node for node in self.nodes.values() if node.kind is Kind.CALL)

    @cached_property
    def gathers(self) -> tuple[str, ...]:
        """The inclusive gateways at which several ways meet, in document order."""
        return tuple(node.id for node in self.nodes.values() if node.kind is Kind.INCLUSIVE and len(node.incoming) > 1)

    @cached_property
    def holders(self) -> bool:
        """Whether anything in the process holds a flow of its own."""
        return any(node.kind in HOLDERS for node in self.nodes.values())

    @cached_property
    def reach(self) -> dict[str, dict[str, frozenset[str]]]:
        """For each of ``gathers``: by which of its ways in a token that stands at an element could still come, not
        going through the gateway itself."""
        return {key: self._reach(self.nodes[key]) for key in self.gathers}

    def _reach(self, join: Node) -> dict[str, frozenset[str]]:
        leaders: dict[str, list[str]] = {}
        sources: dict[str, str] = {}
        for node in self.nodes.values():
            sources |= {flow.id: node.id for flow in node.outgoing}
            for target in self.followers(node.id):
                leaders.setdefault(target, []).append(node.id)
        found: dict[str, set[str]] = {}
        for way in join.incoming:
            todo = [sources[way]]
            while todo:
                element = todo.pop()
                ways = found.setdefault(element, set())
                if element != join.id and way not in ways:
                    ways.add(way)
                    todo += leaders.get(element, ())
        return {element: frozenset(ways) for element, ways in found.items()}

    def followers(self, element: str) -> list[str]:
        """Where a token at an element can go next: along its flows, then to the events on its boundary."""
        boundary = [event.id for event in self.boundaries.get(element, ())]
        return [flow.target for flow in self.nodes[element].outgoing] + boundary

    @cached_property
    def steps(self) -> tuple[Node, ...]:
        """The tasks and catching events in the order in which a case goes through them."""
        return tuple(node for node in self.in_order if node.kind in STEPS)

    @cached_property
    def in_order(self) -> tuple[Node, ...]:
        """All elements in the order in which a case goes through them: what leads to another comes before it, the
        main way before its side ways (reverse postorder); those of a sub-process in its place."""
        order: list[str] = []
        entered: set[str] = set()
        todo = [(self.start, False)]
        while todo:
            element, is_left = todo.pop()
            if is_left:
                order.append(element)
            elif element not in entered:
                entered.add(element)
                todo.append((element, True))
                inside = [self.starts[element]] if element in self.starts else []
                todo += [(follower, False) for follower in self.followers(element) + inside]
        inner_last = [self.nodes[element] for element in reversed(order)]
        return tuple(self._inside_in_place(inner_last, ""))

    def _inside_in_place(self, nodes: list[Node], scope: str) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            if node.scope == scope:
                found.append(node)
                found += self._inside_in_place(nodes, node.id) if node.kind in HOLDERS else []
        return found

    @cached_property
    def certain(self) -> frozenset[str]:
        """The steps and calls that no case can do without: every way from the start to an end goes through them."""
        kinds = (*STEPS, Kind.CALL)
        return frozenset(node.id for node in self.in_order if node.kind in kinds and self._is_certain(node))

    def _is_certain(self, node: Node) -> bool:
        if node.repeat is not None or self._ends_without(node):
            return False
        return not node.scope or self._is_certain(self.nodes[node.scope])

    def _ends_without(self, left_out: Node) -> bool:
        reached, todo = {left_out.id}, [self.starts[left_out.scope]]
        if todo[0] == left_out.id:
            return False
        while todo:
            element = todo.pop()
            if self.nodes[element].kind in ENDS:
                return True
            reached.add(element)
            todo += [follower for follower in self.followers(element) if follower not in reached]
        return False
