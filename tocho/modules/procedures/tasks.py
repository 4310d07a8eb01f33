from django.utils import timezone

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="procedures.expire_drafts", cron="17 * * * *")
def expire_drafts(timestamp: int) -> None:
    while actions.expire_drafts(at=timezone.now()):
        continue
