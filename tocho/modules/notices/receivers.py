"""What the module does when news arrives from decisions."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from tocho.modules.decisions.signals import decision_decided

from . import actions


@receiver(decision_decided)
def fall_with_the_decision(decision_id: int, at: datetime, **news: Any) -> None:
    actions.revoke_cancelled(decision_id=decision_id, at=at)
