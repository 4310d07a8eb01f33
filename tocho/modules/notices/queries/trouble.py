"""Notices that stand still until a person looks: not made, or their signature not made to last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tocho.core.ledger.api import Subject

from ..models import UNSEALED, Notice

Units = Collection[str] | None  # None: of all offices


@dataclass(frozen=True)
class TroubleView:
    """One such notice; ``is_out``: it went out, and only its timestamp is missing. ``problem``: why, in plain words."""

    id: int
    title: str
    code: str
    unit: str
    subject: Subject
    problem: str
    is_out: bool
    at: datetime


def _troubled(units: Units) -> QuerySet[Notice]:
    rows = Notice.objects.exclude(problem="").defer("data")
    return rows if units is None else rows.filter(unit__in=units)


def trouble_count_in(units: Units) -> int:
    """How many notices of these units stand still; one query by a small index."""
    return _troubled(units).count()


def troubles(units: Units, *, after: int | None = None, limit: int = 30) -> list[TroubleView]:
    """Those notices, the oldest first, behind ``after``."""
    return [_view(row) for row in _troubled(units).filter(id__gt=after or 0).order_by("id")[:limit]]


def trouble(notice_id: int, units: Units) -> TroubleView | None:
    """One of them; None where it does not stand still, or belongs to another office."""
    row = _troubled(units).filter(id=notice_id).first()
    return _view(row) if row else None


def _view(row: Notice) -> TroubleView:
    is_out = row.state not in UNSEALED
    return TroubleView(
        id=row.id,
        title=row.title,
        code=row.code,
        unit=row.unit,
        subject=Subject(row.subject_type, row.subject_id),
        problem=row.problem,
        is_out=is_out,
        at=(row.signed_at if is_out else None) or row.composed_at,
    )
