from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tocho.core.org import api as org
from tocho.modules.procedures import api as procedures

from ..models import Design

PAGE = 50
TONES = {
    "draft": "neutral",
    "returned": "wait",
    "in_review": "info",
    "approved": "ok",
    "published": "ok",
    "discarded": "neutral",
}


@dataclass(frozen=True)
class DesignRow:
    """One design in a list."""

    id: int
    title: str
    key: str
    state: str
    tone: str
    unit_name: str
    revision: int
    changed_at: datetime
    publish_at: datetime | None


@dataclass(frozen=True)
class DesignList:
    """One page of designs, last changed first; ``next`` is the id to go on after."""

    rows: list[DesignRow]
    next: str


def design_list(designs: QuerySet[Design], *, text: str, state: str, after: int | None) -> DesignList:
    """The designs that a person may see, filtered by words of the title or key and by state."""
    rows = designs.defer("source", "exceptions").order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(key__icontains=text))
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[: PAGE + 1])
    following = str(found[PAGE - 1].id) if len(found) > PAGE else ""
    return DesignList([_row(design) for design in found[:PAGE]], following)


def _row(design: Design) -> DesignRow:
    return DesignRow(
        id=design.id,
        title=design.title or design.key,
        key=design.key,
        state=design.get_state_display(),
        tone=TONES[design.state],
        unit_name=unit_name(design.unit),
        revision=design.revision,
        changed_at=design.changed_at,
        publish_at=design.publish_at if design.state == Design.State.APPROVED else None,
    )


def unit_name(code: str) -> str:
    """What an office is called today; its code when it is gone."""
    try:
        return org.unit(code).full_name
    except org.UnknownUnit:
        return code


def starting_points(units: Iterable[str]) -> list[procedures.VersionView]:
    """The published procedures that a person's offices own: each can be begun anew as its next version."""
    return procedures.published_versions(set(units))
