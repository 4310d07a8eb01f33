from django.utils import timezone

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="notify.deliver_message")
def deliver_message(message_id: int) -> None:
    actions.deliver_message(message_id=message_id, at=timezone.now())


@periodic(name="notify.forget_texts", cron="23 18 * * *")
def forget_texts(timestamp: int) -> None:
    actions.forget_texts(at=timezone.now())
