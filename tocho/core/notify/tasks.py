from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="notify.deliver_message", title=_("メールを送る"), cron="* * * * * 1/3", drains=True)
def deliver_waiting(timestamp: int) -> None:
    """Every three seconds, whatever waits: a job for each message would cost more than the message."""
    actions.deliver_waiting(at=timezone.now())


@periodic(name="notify.forget_texts", title=_("古いメールの本文を消す"), cron="23 18 * * *")
def forget_texts(timestamp: int) -> None:
    actions.forget_texts(at=timezone.now())
