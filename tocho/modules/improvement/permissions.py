from datetime import datetime

from django.db.models import QuerySet

from tocho.core.org import api as org

from .models import Item, Review, Trial


def reviews_seen_by(user_id: int, *, at: datetime) -> QuerySet[Review]:
    """The reviews of the procedures of an employee's own units."""
    return Review.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))


def items_of(user_id: int, *, at: datetime) -> QuerySet[Item]:
    """The improvements of the procedures of an employee's own units."""
    return Item.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))


def trials_of(user_id: int, *, at: datetime) -> QuerySet[Trial]:
    """The trials of an employee's own units."""
    return Trial.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))
