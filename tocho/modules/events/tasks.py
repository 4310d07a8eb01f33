from datetime import UTC, datetime

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="events.tell_everybody", priority=-1)
def tell_everybody(*, event_id: int, template: str, key: str) -> None:
    actions.tell_everybody(event_id=event_id, template=template, key=key, at=datetime.now(UTC))


@periodic(name="events.remind", cron="*/10 * * * *")
def remind(timestamp: int) -> None:
    actions.remind(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="events.close", cron="25 * * * *")
def close(timestamp: int) -> None:
    actions.close_past(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="events.ask_opinions", cron="5-59/15 * * * *")
def ask_opinions(timestamp: int) -> None:
    actions.ask_opinions(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="events.erase", cron="41 18 * * *")
def erase(timestamp: int) -> None:
    actions.erase_old(at=datetime.fromtimestamp(timestamp, tz=UTC))
