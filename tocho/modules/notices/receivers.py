"""What the module does when news arrives from decisions."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from tocho.modules.decisions.signals import decision_decided, decision_stopped

from . import actions


@receiver(decision_decided)
def fall_with_the_decision(decision_id: int, cancels: int | None, at: datetime, **news: Any) -> None:
    if cancels is not None:
        actions.revoke_cancelled(decision_id=decision_id, cancels=cancels, at=at)


@receiver(decision_stopped)
def drop_with_the_issue(decision_id: int, at: datetime, **news: Any) -> None:
    actions.drop_waiting(decision_id=decision_id, at=at)
