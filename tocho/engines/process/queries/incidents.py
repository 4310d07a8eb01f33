"""Which cases stand still because a step of the machine failed, and what became of those tried again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tocho.core.ledger.api import Subject

from ..models import Incident, Token
from ..store import spec_for

COUNT_LIMIT = 1000


@dataclass(frozen=True)
class IncidentView:
    """A background step or timer that failed for good: ``step`` is its name for people, ``unit`` the code of the office
    whose case it is ("" unknown). ``state``: stopped (waits for a person), trying (again), done, or passed (the case
    went on without it). ``error`` is for engineers only.
    """

    id: int
    subject: Subject
    element_id: str
    step: str
    unit: str
    is_timer: bool
    error: str
    failed_at: datetime
    state: str
    retried_at: datetime | None
    retried_by_id: int | None


def incidents(
    units: Collection[str] | None = None, *, after: int | None = None, limit: int = 50
) -> tuple[IncidentView, ...]:
    """What failed for good and waits for a person, newest first; two queries.

    :param units: codes of the offices; None: all. :param after: the id behind which a page begins.
    """
    rows = _stopped(units)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _views(rows.order_by("-id")[:limit])


def incident_count(units: Collection[str] | None = None) -> int:
    """How many wait for a person; counting stops at ``COUNT_LIMIT``."""
    return _stopped(units)[:COUNT_LIMIT].count()


def incident(incident_id: int, units: Collection[str] | None = None) -> IncidentView | None:
    """One incident of these offices, whatever its state; None for others."""
    return next(iter(_views(_of(units).filter(id=incident_id))), None)


def retried_incidents(units: Collection[str] | None = None, *, limit: int = 20) -> tuple[IncidentView, ...]:
    """What people had tried again, the latest first."""
    return _views(_of(units).filter(retried_at__isnull=False).order_by("-retried_at")[:limit])


def _of(units: Collection[str] | None) -> QuerySet[Incident]:
    rows = Incident.objects.select_related("instance", "token")
    return rows if units is None else rows.filter(unit__in=units)


def _stopped(units: Collection[str] | None) -> QuerySet[Incident]:
    return _of(units).filter(resolved_at=None, given_up_at__isnull=False, token__fate=Token.Fate.HERE)


def _views(rows: QuerySet[Incident]) -> tuple[IncidentView, ...]:
    return tuple(_view(row) for row in rows)


def _view(row: Incident) -> IncidentView:
    node = spec_for(row.instance.definition_id, row.instance.calls).nodes.get(row.token.element_id)
    return IncidentView(
        id=row.id,
        subject=Subject(row.instance.subject_type, row.instance.subject_id),
        element_id=row.token.element_id,
        step=(node.name if node else "") or row.token.element_id,
        unit=row.unit,
        is_timer=row.timer_id is not None,
        error=row.error,
        failed_at=row.failed_at,
        state=_state(row),
        retried_at=row.retried_at,
        retried_by_id=row.retried_by_id,
    )


def _state(row: Incident) -> str:
    if row.resolved_at is not None:
        return "done"
    if row.token.fate != Token.Fate.HERE:
        return "passed"
    return "trying" if row.given_up_at is None else "stopped"
