from django.utils.timezone import now

from tocho.core.calendar import api as calendar
from tocho.core.jobs.api import job, periodic

from . import background, casework, reminders
from .models import Timer


@job(name="process.run_step")
def run_step(*, token_id: int) -> None:
    try:
        background.run_step(token_id=token_id, at=now())
    except Exception as error:
        if not background.record_failure(token_id=token_id, timer_id=None, error=error, at=now()):
            raise


@job(name="process.fire_timer")
def fire_timer(*, timer_id: int) -> None:
    try:
        background.fire_timer(timer_id=timer_id, at=now())
    except Exception as error:
        token_id = Timer.objects.values_list("token_id", flat=True).get(id=timer_id)
        if not background.record_failure(token_id=token_id, timer_id=timer_id, error=error, at=now()):
            raise


@periodic(name="process.queue_timers", cron="* * * * *")
def queue_timers(timestamp: int) -> None:
    while background.queue_due_timers(at=now()) == background.BATCH:
        pass


@periodic(name="process.remind", cron="5 * * * *")
def remind(timestamp: int) -> None:
    """Every hour while the offices are open; what was told already is not told again."""
    at = now()
    if calendar.is_office_hour(at):
        for late in reminders.steps_due(at=at):
            reminders.tell(late, at=at)
        casework.release_lapsed(at=at)
