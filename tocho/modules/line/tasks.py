from datetime import UTC, datetime

from django.utils import timezone

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="line.handle_event")
def handle_event(arrival_id: int) -> None:
    actions.handle_event(arrival_id=arrival_id, at=timezone.now())


@job(name="line.send_push")
def send_push(push_id: int) -> None:
    actions.send_push(push_id=push_id, at=timezone.now())


@periodic(name="line.make_pushes", cron="* * * * * 3/5")
def make_pushes(timestamp: int) -> None:
    """Three seconds after each sealing."""
    actions.make_pushes(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="line.forget", cron="27 18 * * *")
def forget(timestamp: int) -> None:
    actions.forget(at=datetime.fromtimestamp(timestamp, tz=UTC))
