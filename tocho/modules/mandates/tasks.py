from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="mandates.end_mandates", title=_("期限の過ぎた代理を終える"), cron="3 * * * *")
def end_mandates(timestamp: int) -> None:
    while actions.end_mandates(at=timezone.now()):
        continue
