import logging
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic
from tocho.engines.documents import api as documents
from tocho.modules.notices import actions
from tocho.modules.notices.rules import LATER

logger = logging.getLogger(__name__)


@job(name="notices.seal_notice", title=_("通知に電子署名をして届ける"))
def seal_notice(notice_id: int) -> None:
    actions.seal_notice(notice_id=notice_id, at=timezone.now())


@job(name="notices.archive_notice", title=_("通知の電子署名を長く確かめられるようにする"), priority=LATER)
def archive_notice(notice_id: int) -> None:
    actions.archive_notice(notice_id=notice_id, at=timezone.now())


@job(name="notices.renew_timestamps", title=_("タイムスタンプを新しくする"), priority=LATER)
def renew_timestamps() -> None:
    actions.renew_timestamps(at=timezone.now())


@periodic(name="notices.look_for_renewals", title=_("新しくする時期のタイムスタンプを探す"), cron="17 * * * *")
def look_for_renewals(timestamp: int) -> None:
    actions.continue_renewal(at=datetime.fromtimestamp(timestamp, UTC))


@periodic(name="notices.refresh_revocations", title=_("証明書の失効情報を取り込む"), cron="41 18 * * *")  # 03:41 JST
def refresh_revocations(timestamp: int) -> None:
    for path in documents.refresh_revocations(at=datetime.fromtimestamp(timestamp, UTC)):
        logger.info("revocation list written: %s", path)


@job(name="notices.make_rows", title=_("多数の相手への通知を作る"), priority=actions.BATCH_PRIORITY)
def make_rows(batch_id: int, lane: int) -> None:
    if actions.make_rows(batch_id=batch_id, at=timezone.now()):
        actions.next_piece(batch_id, lane)


@periodic(name="notices.mark_overdue", title=_("開かれていない通知を確かめる"), cron="7 * * * *")
def mark_overdue(timestamp: int) -> None:
    at = datetime.fromtimestamp(timestamp, UTC)
    actions.served_notices_arrive(at=at)
    actions.mark_overdue(at=at)
