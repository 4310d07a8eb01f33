"""A process as a list of sentences' parts: its steps in the order in which a case goes through them."""

from dataclasses import dataclass

from . import actions
from .spec import STEPS, Call, HumanWork, Kind, Service, Spec


@dataclass(frozen=True)
class OutlineStep:
    """One step: ``kind`` is its BPMN name, ``work`` the handler, kind of task, message or called process,
    ``is_certain`` whether every case goes through it, ``is_repeated`` whether it is done for each of a list."""

    element: str
    kind: str
    name: str
    work: str
    due: str
    is_certain: bool
    is_repeated: bool = False


@dataclass(frozen=True)
class Outline:
    """A process that can be published: its name, its steps, and what of other products was passed over."""

    name: str
    steps: tuple[OutlineStep, ...]
    notes: tuple[str, ...]


def outline(xml: bytes) -> Outline:
    """What a BPMN file would do here, step by step. :raises ProcessError: as ``publish``"""
    spec = actions.read(xml)
    return Outline(spec.name, tuple(_steps(spec)), tuple(str(note) for note in spec.notes))


def _steps(spec: Spec) -> list[OutlineStep]:
    found = []
    for node in spec.in_order:
        if node.kind not in (*STEPS, Kind.CALL):
            continue
        work, due = node.message, ""
        if isinstance(node.work, Service):
            work = node.work.handler
        elif isinstance(node.work, HumanWork):
            work = node.work.kind
            days = node.work.due.business_days if node.work.due else None
            due = str(days) if days is not None else ""
        elif isinstance(node.work, Call):
            work = node.work.key
        is_certain, is_repeated = node.id in spec.certain, node.repeat is not None
        found.append(OutlineStep(node.id, str(node.kind), node.name, work, due, is_certain, is_repeated))
    return found
