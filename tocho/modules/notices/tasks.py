from django.utils import timezone

from tocho.core.jobs.api import job
from tocho.modules.notices import actions


@job(name="notices.seal_notice")
def seal_notice(notice_id: int) -> None:
    actions.seal_notice(notice_id=notice_id, at=timezone.now())
