from datetime import datetime
from typing import Any

from django.dispatch import receiver

from tocho.core.ledger.api import Subject
from tocho.modules.bookings.signals import seat_promoted

from . import actions


@receiver(seat_promoted)
def promote_registration(subject: Subject, at: datetime, **news: Any) -> None:
    if subject.type == actions.REGISTRATION:
        actions.promote(registration_id=subject.id, at=at)
