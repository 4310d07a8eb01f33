from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="events.tell_everybody", title=_("催しの参加者の全員に知らせる"), priority=-1)
def tell_everybody(*, event_id: int, template: str, key: str) -> None:
    actions.tell_everybody(event_id=event_id, template=template, key=key, at=datetime.now(UTC))


@periodic(name="events.remind", title=_("催しの前に参加者に知らせる"), cron="*/10 * * * *")
def remind(timestamp: int) -> None:
    actions.remind(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="events.close", title=_("終わった催しを締める"), cron="25 * * * *")
def close(timestamp: int) -> None:
    actions.close_past(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="events.ask_opinions", title=_("催しの後に感想を聞く"), cron="5-59/15 * * * *")
def ask_opinions(timestamp: int) -> None:
    actions.ask_opinions(at=datetime.fromtimestamp(timestamp, tz=UTC))


@periodic(name="events.erase", title=_("保存期間の過ぎた催しの情報を消す"), cron="41 18 * * *")
def erase(timestamp: int) -> None:
    actions.erase_old(at=datetime.fromtimestamp(timestamp, tz=UTC))
