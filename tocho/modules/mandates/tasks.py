from django.utils import timezone

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="mandates.end_mandates", cron="3 * * * *")
def end_mandates(timestamp: int) -> None:
    while actions.end_mandates(at=timezone.now()):
        continue
