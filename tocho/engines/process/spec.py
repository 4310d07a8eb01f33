"""A compiled process: plain frozen data, made once for each immutable version and shared by all its instances."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tocho.lib.errors import Refused


class ProcessError(Refused):
    """A process definition that cannot be published: which element, on which line, and why.

    ``problems`` holds every fault found in the file, this one first.
    """

    def __init__(self, reason: str, *, element: str = "", line: int | None = None) -> None:
        self.element = element
        self.line = line
        self.reason = reason
        self.problems: tuple[ProcessError, ...] = (self,)
        where = " ".join(
            part
            for part in (
                _("%(line)s行目") % {"line": line} if line else "",
                _("要素「%(element)s」") % {"element": element} if element else "",
            )
            if part
        )
        super().__init__(f"{where}: {reason}" if where else reason)

    @classmethod
    def of(cls, problems: Iterable["ProcessError"]) -> "ProcessError":
        """The first of several faults by line, carrying them all and saying how many more there are."""
        found = sorted(problems, key=lambda problem: problem.line or 0)
        first = found[0]
        error = cls(first.reason, element=first.element, line=first.line)
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
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    FIRST_EVENT = "eventBasedGateway"
    SERVICE = "serviceTask"
    USER = "userTask"
    RECEIVE = "receiveTask"
    CATCH = "intermediateCatchEvent"
    BOUNDARY = "boundaryEvent"


# The kinds that are a step for people: something is done or awaited there.
STEPS = (Kind.SERVICE, Kind.USER, Kind.RECEIVE, Kind.CATCH)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment: so many business days or so much time after the arrival, or a date that the case itself names."""

    business_days: int | None = None
    span: timedelta | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` only on the ways out of an exclusive gateway."""

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
class Node:
    """One element of the flow. ``outcome`` names the values it may write into the context of the case."""

    id: str
    kind: Kind
    name: str
    line: int
    incoming: tuple[str, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default: str = ""
    work: Service | HumanWork | None = None
    message: str = ""
    timer: Deadline | None = None
    outcome: frozenset[str] = frozenset()
    attached_to: str = ""
    interrupting: bool = True

    def rests(self) -> bool:
        """Whether a token stays here until something from outside moves it."""
        if self.kind is Kind.SERVICE:
            return isinstance(self.work, Service) and self.work.background is True
        return self.kind in (Kind.USER, Kind.RECEIVE, Kind.CATCH, Kind.FIRST_EVENT)


@dataclass(frozen=True)
class Spec:
    """One compiled version of a process.

    ``inputs`` are the names of the context that must be given at the start, ``optional`` those that may be.
    ``listeners[element][message]`` and ``timers[element]`` say which event moves a token that rests at the element:
    the element itself, a boundary event on it, or an event behind an event-based gateway.
    """

    key: str
    name: str
    start: str
    nodes: dict[str, Node]
    inputs: frozenset[str]
    optional: frozenset[str]
    listeners: dict[str, dict[str, str]] = field(init=False)
    timers: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        listeners: dict[str, dict[str, str]] = {}
        timers: dict[str, tuple[str, ...]] = {}
        for node in self.nodes.values():
            events = self.events_of(node)
            listeners[node.id] = {event.message: event.id for event in reversed(events) if event.message}
            timers[node.id] = tuple(event.id for event in events if event.timer)
        object.__setattr__(self, "listeners", listeners)
        object.__setattr__(self, "timers", timers)

    def events_of(self, node: Node) -> list[Node]:
        """The events that can move a token resting at ``node``, its own first."""
        events = [node] if node.message or node.timer else []
        if node.kind is Kind.FIRST_EVENT:
            events += [self.nodes[flow.target] for flow in node.outgoing]
        return events + self.boundaries.get(node.id, [])

    @cached_property
    def boundaries(self) -> dict[str, list[Node]]:
        """The events on the boundary of each element that has any."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.attached_to:
                found.setdefault(node.attached_to, []).append(node)
        return found

    def followers(self, element: str) -> list[str]:
        """Where a token at an element can go next: along its flows, then to the events on its boundary."""
        boundary = [event.id for event in self.boundaries.get(element, ())]
        return [flow.target for flow in self.nodes[element].outgoing] + boundary

    @cached_property
    def steps(self) -> tuple[Node, ...]:
        """The tasks and catching events in the order in which a case goes through them: what leads to another comes
        before it, the main way before its side ways (reverse postorder)."""
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
                todo += [(follower, False) for follower in self.followers(element)]
        return tuple(self.nodes[element] for element in reversed(order) if self.nodes[element].kind in STEPS)

    @cached_property
    def certain(self) -> frozenset[str]:
        """The steps that no case can do without: every way from the start to an end goes through them."""
        return frozenset(node.id for node in self.steps if not self._ends_without(node.id))

    def _ends_without(self, left_out: str) -> bool:
        reached, todo = {left_out}, [self.start]
        while todo:
            element = todo.pop()
            if self.nodes[element].kind in (Kind.END, Kind.TERMINATE):
                return True
            reached.add(element)
            todo += [follower for follower in self.followers(element) if follower not in reached]
        return False
