from datetime import datetime

from django.db.models import QuerySet

from tocho.core.org import api as org

from .models import Phrase


def phrases_of(user_id: int, *, at: datetime) -> QuerySet[Phrase]:
    """The standard phrases that an employee may use and change: those of the own units."""
    return Phrase.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))
