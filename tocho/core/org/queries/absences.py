"""Absences of one person, for their page."""

from datetime import datetime

from django.db.models import QuerySet

from tocho.core.org.models import Absence


def coming(mine: QuerySet[Absence], *, at: datetime, limit: int = 50) -> list[Absence]:
    """Absences that are not over, the nearest first."""
    return list(mine.filter(cancelled_at__isnull=True, ends_at__gt=at).order_by("starts_at")[:limit])
