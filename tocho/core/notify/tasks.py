from django.utils import timezone

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="notify.deliver_message", cron="* * * * * 1/3", drains=True)
def deliver_waiting(timestamp: int) -> None:
    """Every three seconds, whatever waits: a job for each message would cost more than the message."""
    actions.deliver_waiting(at=timezone.now())


@periodic(name="notify.forget_texts", cron="23 18 * * *")
def forget_texts(timestamp: int) -> None:
    actions.forget_texts(at=timezone.now())
