"""Where the case of a subject stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocho.core.ledger.api import Subject

from ..models import Definition, Instance, Token
from ..spec import Node, Spec
from ..store import spec_for


def published_names() -> list[tuple[str, str]]:
    """(key, name) of the newest version of every published process, by key: what a call activity may call."""
    newest = Definition.objects.order_by("key", "-version").distinct("key")
    return [(key, name or key) for key, name in newest.values_list("key", "name")]


@dataclass(frozen=True)
class Stay:
    """One stay of a case at one element: ``fate`` is here, passed or cancelled."""

    element_id: str
    name: str
    kind: str
    fate: str
    arrived_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class StepView:
    """One step of a process for people: ``state`` is done, now or next, the times those of the last stay."""

    element_id: str
    name: str
    state: str
    arrived_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True)
class ProcessView:
    """Where a case stands: element ids to mark as current and finished, the sequence flows it took, the steps (done
    in the order of time, now, and those certain to come), and every stay in the order of time."""

    definition_id: int
    instance_id: int
    name: str
    state: str
    current: tuple[str, ...]
    finished: tuple[str, ...]
    flows: tuple[str, ...]
    steps: tuple[StepView, ...]
    history: tuple[Stay, ...]


def xml(definition_id: int) -> str:
    """The BPMN file of a definition. :raises Definition.DoesNotExist:"""
    return Definition.objects.values_list("xml", flat=True).get(id=definition_id)


def where(subject: Subject) -> ProcessView | None:
    """Where the (last) case of a subject stands; None when it never had a process."""
    instance = Instance.objects.filter(subject_type=subject.type, subject_id=subject.id).order_by("-id").first()
    if instance is None:
        return None
    spec = spec_for(instance.definition_id, instance.calls)
    rows = list(Token.objects.filter(instance=instance).order_by("id"))
    current = {row.element_id: None for row in rows if row.fate == Token.Fate.HERE}
    finished = {row.element_id: None for row in rows if row.fate == Token.Fate.PASSED and row.element_id not in current}
    return ProcessView(
        definition_id=instance.definition_id,
        instance_id=instance.id,
        name=spec.name,
        state=instance.state,
        current=tuple(current),
        finished=tuple(finished),
        flows=tuple(dict.fromkeys(row.via for row in rows if row.via)),
        steps=_steps(spec, rows, ended=instance.state != Instance.State.ACTIVE),
        history=tuple(_stay(spec.nodes[row.element_id], row) for row in rows),
    )


def _stay(node: Node, row: Token) -> Stay:
    return Stay(node.id, node.name, node.kind, row.fate, row.arrived_at, row.left_at)


def _steps(spec: Spec, rows: Sequence[Token], *, ended: bool) -> tuple[StepView, ...]:
    """The steps the case went through in the order of time, where it stands, and those it cannot do without."""
    stays: dict[str, list[Token]] = {}
    for row in rows:
        stays.setdefault(row.element_id, []).append(row)
    shown = [node for node in spec.steps if node.id in stays or (node.id in spec.certain and not ended)]
    steps = [_step(node, stays.get(node.id, [])) for node in shown]
    past = sorted((step for step in steps if step.state == "done"), key=lambda step: stays[step.element_id][-1].id)
    return (*past, *(step for step in steps if step.state == "now"), *(step for step in steps if step.state == "next"))


def _step(node: Node, stays: Sequence[Token]) -> StepView:
    here = [stay for stay in stays if stay.fate == Token.Fate.HERE]
    last = next(reversed(here or list(stays)), None)
    passed = any(stay.fate == Token.Fate.PASSED for stay in stays)
    return StepView(
        element_id=node.id,
        name=node.name or node.id,
        state="now" if here else "done" if passed else "next",
        arrived_at=last.arrived_at if last else None,
        left_at=last.left_at if last else None,
    )


def waiting_for(subject: Subject) -> tuple[str, ...]:
    """The names of the messages that the case of a subject waits for now."""
    rows = Token.objects.filter(
        instance__subject_type=subject.type, instance__subject_id=subject.id, fate=Token.Fate.HERE, item=None
    ).values_list("instance__definition_id", "instance__calls", "element_id")
    names = [
        name for definition_id, calls, element in rows for name in spec_for(definition_id, calls).listeners[element]
    ]
    return tuple(dict.fromkeys(names))
