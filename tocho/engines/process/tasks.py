from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from tocho.core.calendar import api as calendar
from tocho.core.jobs.api import job, periodic

from . import background, casework, reminders
from .models import Timer


@job(name="process.run_step", title=_("案件の自動の処理を進める"))
def run_step(*, token_id: int) -> None:
    try:
        background.run_step(token_id=token_id, at=now())
    except Exception as error:
        if not background.record_failure(token_id=token_id, timer_id=None, error=error, at=now()):
            raise


@job(name="process.fire_timer", title=_("案件の期限の処理をする"))
def fire_timer(*, timer_id: int) -> None:
    try:
        background.fire_timer(timer_id=timer_id, at=now())
    except Exception as error:
        token_id = Timer.objects.values_list("token_id", flat=True).get(id=timer_id)
        if not background.record_failure(token_id=token_id, timer_id=timer_id, error=error, at=now()):
            raise


@periodic(name="process.queue_timers", title=_("期限の来た処理を探す"), cron="* * * * *")
def queue_timers(timestamp: int) -> None:
    while background.queue_due_timers(at=now()) == background.BATCH:
        pass


@periodic(name="process.remind", title=_("期限の近い仕事を知らせる"), cron="5 * * * *")
def remind(timestamp: int) -> None:
    """Every hour while the offices are open; what was told already is not told again."""
    at = now()
    if calendar.is_office_hour(at):
        for late in reminders.steps_due(at=at):
            reminders.tell(late, at=at)
        casework.release_lapsed(at=at)
