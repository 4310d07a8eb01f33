from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic
from tocho.engines.facts.actions.projection import project
from tocho.engines.facts.actions.returns import publish_month
from tocho.engines.facts.rules import TOKYO
from tocho.lib.dates import add_months, month_key


@periodic(name="facts.project", title=_("記録から指標を数える"), cron="* * * * * 2/5")
def project_sealed(timestamp: int) -> None:
    """Two seconds after each sealing."""
    project(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="facts.publish", title=_("前の月の指標を公表する"), cron="0 0 5 * *")
def publish_last_month(timestamp: int) -> None:
    """On the fifth at nine o'clock in Tokyo, for the month before."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    publish_month(month=add_months(month_key(at.astimezone(TOKYO).date()), -1), at=at)
