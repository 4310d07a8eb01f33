from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="line.handle_event", title=_("LINE から届いたものに答える"))
def handle_event(arrival_id: int) -> None:
    actions.handle_event(arrival_id=arrival_id, at=timezone.now())


@job(name="line.send_push", title=_("LINE で知らせる"))
def send_push(push_id: int) -> None:
    actions.send_push(push_id=push_id, at=timezone.now())


@periodic(name="line.make_pushes", title=_("LINE で知らせることを集める"), cron="* * * * * 3/5")
def make_pushes(timestamp: int) -> None:
    """Three seconds after each sealing."""
    actions.make_pushes(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="line.forget", title=_("LINE の古い記録を消す"), cron="27 18 * * *")
def forget(timestamp: int) -> None:
    actions.forget(at=datetime.fromtimestamp(timestamp, tz=UTC))
