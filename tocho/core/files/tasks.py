from datetime import UTC, datetime

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="files.erase_forgotten", cron="41 * * * *")
def erase_forgotten(timestamp: int) -> None:
    actions.erase_forgotten(at=datetime.fromtimestamp(timestamp, UTC))
