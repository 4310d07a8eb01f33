from datetime import UTC, datetime

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="consultations.remind", cron="*/10 * * * *")
def remind(timestamp: int) -> None:
    actions.remind(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="consultations.erase", cron="37 18 * * *")
def erase(timestamp: int) -> None:
    actions.erase_old(at=datetime.fromtimestamp(timestamp, tz=UTC))
