from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="designer.publish_due", title=_("予定の時刻に手続を公開する"), cron="* * * * *")
def publish_due(timestamp: int) -> None:
    actions.publish_due(at=timezone.now())
