from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@periodic(name="rest.read_ledger", title=_("プログラムに知らせるできごとを集める"), cron="* * * * * 4/5")
def read_ledger(timestamp: int) -> None:
    """Four seconds after each sealing."""
    actions.read_ledger(at=datetime.fromtimestamp(timestamp, tz=UTC))


@job(name="rest.deliver", title=_("できごとをプログラムに知らせる"), priority=-1)
def deliver(delivery_id: int) -> None:
    actions.deliver(delivery_id=delivery_id, at=timezone.now())


@periodic(name="rest.forget_answers", title=_("プログラムへの古い答えを消す"), cron="17 18 * * *")
def forget_answers(timestamp: int) -> None:
    actions.forget_answers(at=datetime.fromtimestamp(timestamp, tz=UTC))
