from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="inventory.read_import", title=_("手続棚卸のファイルを読む"), priority=-1)
def read_import(run_id: int) -> None:
    actions.read_import(run_id=run_id, at=timezone.now())


@job(name="inventory.apply_import", title=_("手続棚卸のファイルを取り込む"), priority=-1)
def apply_import(run_id: int) -> None:
    actions.apply_import(run_id=run_id, at=timezone.now())


@job(name="inventory.write_export", title=_("手続棚卸の一覧をファイルにする"), priority=-1)
def write_export(export_id: int) -> None:
    actions.write_export(export_id=export_id, at=timezone.now())


@job(name="inventory.change_bulk", title=_("手続棚卸をまとめて変える"), priority=-1)
def change_bulk(change_id: int) -> None:
    while actions.change_bulk(change_id=change_id, at=timezone.now()):
        continue


@periodic(name="inventory.expire_exports", title=_("手続棚卸の古いファイルを消す"), cron="35 * * * *")
def expire_exports(timestamp: int) -> None:
    actions.expire_exports(at=timezone.now())
