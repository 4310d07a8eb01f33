from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="seals.remind", title=_("押印の調査に回答していない局に知らせる"), cron="20 0 * * *")
def remind(timestamp: int) -> None:
    """At twenty past nine in Tokyo."""
    actions.remind_late(at=datetime.fromtimestamp(timestamp, tz=UTC))
