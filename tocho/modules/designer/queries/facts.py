"""The facts as the procedure's page shows them; they may be faulty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
