from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@periodic(name="procedures.expire_drafts", title=_("期限の過ぎた下書きを消す"), cron="17 * * * *")
def expire_drafts(timestamp: int) -> None:
    while actions.expire_drafts(at=timezone.now()):
        continue


@periodic(name="procedures.remind_cosigners", title=_("署名を待っている人に知らせる"), cron="5 0 * * *")
def remind_cosigners(timestamp: int) -> None:
    actions.remind_cosigners(at=timezone.now())


@periodic(name="procedures.lapse_unsigned", title=_("署名のそろわない申請を失効させる"), cron="7 * * * *")
def lapse_unsigned(timestamp: int) -> None:
    while actions.lapse_unsigned(at=timezone.now()):
        continue


@job(name="procedures.write_readings", title=_("申請の内容を読みやすい形にする"))
def write_readings(version_id: int) -> None:
    actions.write_readings(version_id=version_id)


@job(name="procedures.free_places", title=_("申請が押さえた予約を空ける"))
def free_places(application_id: int) -> None:
    actions.free_places(application_id=application_id, at=timezone.now())


@job(name="procedures.go_on_without_notice", title=_("通知の出なくなった案件を進める"))
def go_on_without_notice(application_id: int, kind: str) -> None:
    actions.go_on_without_notice(application_id=application_id, kind=kind, at=timezone.now())


@periodic(name="procedures.tell_ends", title=_("保存期間の終わりを知らせる"), cron="30 0 * * *")
def tell_ends(timestamp: int) -> None:
    """In the morning of the offices: mails that something will be erased."""
    at = timezone.now()
    while actions.plan_retentions():
        continue
    while actions.tell_drafts(at=at) or actions.tell_ends(at=at):
        continue


@periodic(name="procedures.erase_ended", title=_("保存期間の過ぎた申請の情報を消す"), cron="10 17 * * *")
def erase_ended(timestamp: int) -> None:
    """At night: what has reached the end of its retention goes."""
    at = timezone.now()
    while actions.erase_ended(at=at) or actions.erase_leftovers(at=at):
        continue


@job(name="procedures.move_cases", title=_("案件を新しい版に移す"))
def move_cases(*, move_id: int) -> None:
    while actions.move_cases(move_id=move_id, at=timezone.now()):
        continue
