"""The facts as the procedure's page shows them; they may be faulty."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions import Problem
from ..models import Design
from ..rules.guideline import guideline
from .listing import unit_name
from .outline import words


@dataclass(frozen=True)
class FactsPreview:
    """What an applicant reads before starting."""

    title: str
    summary: str
    who: str
    fee: str
    duration: str
    bring: list[str]
    office: str
    law: list[str]
    questions: list[str]
    remedy: str


def facts_shown(facts: Mapping[str, Any]) -> FactsPreview:
    """The page of a procedure from its facts, with gaps where something is missing."""
    return FactsPreview(
        title=words(facts.get("title")),
        summary=words(facts.get("summary")),
        who=words(facts.get("who")),
        fee=words(facts.get("fee")),
        duration=words(facts.get("duration")),
        bring=[words(one) for one in _list(facts.get("bring"))],
        office=unit_name(str(facts.get("office", ""))),
        law=[str(one) for one in _list(facts.get("law"))],
        questions=[words(one.get("text")) for one in _list(facts.get("questions")) if isinstance(one, dict)],
        remedy=words(facts.get("remedy")),
    )


@dataclass(frozen=True)
class Remark:
    """Something found about a fact as it was saved: an error keeps the design from being published, anything else is an
    item of the guideline that it does not meet."""

    text: str
    is_error: bool


def facts_remarks(design: Design, found: Iterable[Problem]) -> dict[str, list[Remark]]:
    """What is wrong with each fact, by its name, errors first; what the office has explained is not said again.

    :param found: the problems of the design.
    """
    remarks: dict[str, list[Remark]] = {}
    for problem in found:
        if problem.part == "facts":
            name, _dot, place = problem.place.partition(".")
            text = f"{place}　{problem.reason}" if place else problem.reason
            remarks.setdefault(name, []).append(Remark(text, problem.is_error))
    for check in guideline(design.source):
        if design.exceptions.get(check.key, {}).get("reason"):
            continue
        for one in (finding for finding in check.findings if finding.part == "facts"):
            known = remarks.setdefault(one.place.partition(".")[0], [])
            if not any(remark.is_error for remark in known):  # what is missing is missing once
                known.append(Remark(one.text, is_error=False))
    return remarks


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
