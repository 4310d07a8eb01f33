from datetime import UTC, datetime

from django.utils import timezone

from tocho.core.jobs.api import job, periodic

from . import actions


@periodic(name="rest.read_ledger", cron="* * * * * 4/5")
def read_ledger(timestamp: int) -> None:
    """Four seconds after each sealing."""
    actions.read_ledger(at=datetime.fromtimestamp(timestamp, tz=UTC))


@job(name="rest.deliver", priority=-1)
def deliver(delivery_id: int) -> None:
    actions.deliver(delivery_id=delivery_id, at=timezone.now())


@periodic(name="rest.forget_answers", cron="17 18 * * *")
def forget_answers(timestamp: int) -> None:
    actions.forget_answers(at=datetime.fromtimestamp(timestamp, tz=UTC))
