from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.actions import prune_jobs
from tocho.core.jobs.api import periodic


@periodic(name="jobs.prune", title=_("済んだ仕事の記録を消す"), cron="7 * * * *")
def prune(timestamp: int) -> None:
    prune_jobs(finished_hours=24, failed_days=90)
