from django.utils import timezone

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="designer.publish_due", cron="* * * * *")
def publish_due(timestamp: int) -> None:
    actions.publish_due(at=timezone.now())
