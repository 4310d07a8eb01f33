from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic
from tocho.core.ledger.actions import seal


@periodic(name="ledger.seal", title=_("台帳を封じる"), cron="* * * * * */5")
def seal_waiting(timestamp: int) -> None:
    """Every five seconds. The block carries the moment of the schedule, not that of a late worker."""
    seal(at=datetime.fromtimestamp(timestamp, tz=UTC))
