"""What the page of a process shows beside the drawing: faults by element, and the sentences."""

from dataclasses import dataclass

from tocho.engines.process import api as engine

from ..rules.process import Sentence, sentences
from .tabs import element_name


@dataclass(frozen=True)
class ProcessFault:
    """What keeps a process from being published; ``element`` is empty where only the line is known."""

    element: str
    name: str  # of the element, as the drawing has it
    line: int | None
    reason: str


@dataclass(frozen=True)
class ProcessPage:
    """A process as text: sentences when it is sound, faults when it is not."""

    sentences: tuple[Sentence, ...]
    faults: tuple[ProcessFault, ...]
    notes: tuple[str, ...]


def process_page(xml: str) -> ProcessPage:
    """How a BPMN file reads here, or all that is wrong with it."""
    try:
        found = engine.outline(xml.encode())
    except engine.ProcessError as error:
        faults = [
            ProcessFault(one.element, element_name(xml, one.element), one.line, one.reason) for one in error.problems
        ]
        return ProcessPage((), tuple(faults), ())
    return ProcessPage(tuple(sentences(found)), (), found.notes)
