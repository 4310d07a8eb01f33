from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="files.erase_forgotten", title=_("要らなくなったファイルを消す"), cron="41 * * * *")
def erase_forgotten(timestamp: int) -> None:
    actions.erase_forgotten(at=datetime.fromtimestamp(timestamp, UTC))
