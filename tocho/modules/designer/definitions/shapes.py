"""The ready shapes that a new procedure may begin with: folders of the module, of the same files as any procedure."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tocho.modules.procedures import api as procedures

FOLDER = Path(__file__).resolve().parent.parent / "shapes"
ORDER = ("certificate", "permit", "booking", "subsidy", "notification")


@dataclass(frozen=True)
class Shape:
    """One shape as it is offered; texts are Japanese or {"ja": …, "en": …}."""

    name: str
    title: Any
    summary: Any


@cache
def shapes() -> tuple[Shape, ...]:
    """All shapes, the most usual first."""
    found = ((name, procedures.read_folder(FOLDER / name)["facts"]) for name in ORDER)
    return tuple(Shape(name, facts["title"], facts["summary"]) for name, facts in found)


def shape(name: str) -> dict[str, Any] | None:
    """The source of a shape; None when there is none of that name."""
    return procedures.read_folder(FOLDER / name) if name in ORDER else None


def blank(*, step: str) -> dict[str, Any]:
    """The source of a procedure of which nothing is decided yet: one step of the form without a question, a process
    with a beginning. It cannot be published as it stands; the list of problems leads on.

    :param step: what the first step of the form is called.
    """
    return {
        "facts": {},
        "form": {"schema_version": 1, "title": "", "steps": [{"key": "step", "title": step, "fields": []}]},
        "process": (FOLDER / "blank" / "process.bpmn").read_text(),
        "rules": {},
        "notices": {},
    }
