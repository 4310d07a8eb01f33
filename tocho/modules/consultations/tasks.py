from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import periodic

from . import actions


@periodic(name="consultations.remind", title=_("相談の予約の前に知らせる"), cron="*/10 * * * *")
def remind(timestamp: int) -> None:
    actions.remind(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="consultations.erase", title=_("保存期間の過ぎた相談の情報を消す"), cron="37 18 * * *")
def erase(timestamp: int) -> None:
    actions.erase_old(at=datetime.fromtimestamp(timestamp, tz=UTC))
