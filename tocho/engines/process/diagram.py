"""The picture of a running case: what the fragment ``process/_diagram.html`` shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from tocho.core.ledger.api import Subject
from tocho.ui.moments import Moment

from .queries import StepView, where, xml
from .store import spec_of

# As django.utils.html.json_script: nothing in the data can end the script element it stands in.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Diagram:
    """A process and where its case stands: ``data`` is JSON for ``process/diagram.js``, ``steps`` the same as a list
    for readers without a picture."""

    name: str
    data: SafeString
    steps: tuple[Moment, ...]


def diagram_context(subject: Subject) -> Diagram | None:
    """What ``{% include "process/_diagram.html" %}`` needs as ``diagram``; None when the subject has no process.

    Who may see it is decided by the view that includes it.
    """
    view = where(subject)
    if view is None:
        return None
    data = {
        "xml": xml(view.definition_id),
        "current": _drawn(view.current),
        "finished": _drawn(view.finished),
        "flows": _drawn(view.flows),
    }
    escaped = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return Diagram(view.name, mark_safe(escaped), tuple(_item(step) for step in view.steps))  # noqa: S308


def heat_context(definition_id: int, heat: Mapping[str, tuple[int, str]]) -> Diagram:
    """What the same fragment needs to draw a process with how long its elements take.

    :param heat: element → (level 0 to 4, words on it).
    """
    drawn = {key: {"level": level, "words": words} for key, (level, words) in heat.items() if "/" not in key}
    data: dict[str, Any] = {"xml": xml(definition_id), "current": [], "finished": [], "flows": [], "heat": drawn}
    escaped = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return Diagram(spec_of(definition_id).name, mark_safe(escaped), ())  # noqa: S308


def _drawn(elements: tuple[str, ...]) -> tuple[str, ...]:
    """What stands in this drawing; the inside of a called process does not."""
    return tuple(element for element in elements if "/" not in element)


def _item(step: StepView) -> Moment:
    return Moment(step.name, step.arrived_at if step.state == "now" else step.left_at, state=step.state)
