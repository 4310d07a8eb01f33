from datetime import UTC, datetime

from django.utils import timezone

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="records.execute_list", priority=-1)
def execute_list(list_id: int) -> None:
    actions.execute_list(list_id=list_id, at=timezone.now())


@periodic(name="records.advance", cron="11 * * * *")
def advance(timestamp: int) -> None:
    actions.advance_files(at=datetime.fromtimestamp(timestamp, UTC))
