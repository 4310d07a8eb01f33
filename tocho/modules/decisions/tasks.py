from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@periodic(name="decisions.offer_waiting", title=_("不在の人の事案を代わりの人に示す"), cron="*/10 * * * *")
def offer_waiting(timestamp: int) -> None:
    """Who went away or came back since a decision began to wait: deputies find it in the inbox, or find it gone."""
    actions.offer_waiting(at=timezone.now())
    actions.hand_up_reviews(at=timezone.now())


@periodic(name="decisions.file_decided", title=_("決定した事案を文書として保存する"), cron="23 * * * *")
def file_decided(timestamp: int) -> None:
    """What was decided goes into its file within the hour."""
    actions.file_decided(at=timezone.now())


@periodic(name="decisions.close_numbers", title=_("年度が終わった番号の予約を欠番にする"), cron="10 15 * * *")
def close_numbers(timestamp: int) -> None:
    """Ten minutes after midnight in Tokyo: in April it finds what the year before has left."""
    actions.close_numbers(at=timezone.now())


@job(name="decisions.try_authority", title=_("事案決定規程の改正案を過去の事案で試す"), priority=-1)
def try_authority(trial_id: int) -> None:
    """A piece, then the next one as a job of its own: a worker that is told to stop (SIGTERM) ends with the piece, and
    whatever is more urgent comes between."""
    if actions.run_trial(trial_id=trial_id, at=timezone.now()):
        try_authority.defer(trial_id=trial_id)
