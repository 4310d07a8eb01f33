from tocho.core.jobs.actions import prune_jobs
from tocho.core.jobs.api import periodic


@periodic(name="jobs.prune", cron="7 * * * *")
def prune(timestamp: int) -> None:
    prune_jobs(finished_hours=24, failed_days=90)
