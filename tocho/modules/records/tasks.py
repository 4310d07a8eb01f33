from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions


@job(name="records.execute_list", title=_("保存期間の満了した文書を移し、廃棄する"), priority=-1)
def execute_list(list_id: int) -> None:
    actions.execute_list(list_id=list_id, at=timezone.now())


@job(name="records.package_file", title=_("移管する文書をまとめる"), priority=-1)
def package_file(file_id: int) -> None:
    actions.package_file(file_id=file_id, at=timezone.now())


@job(name="records.read_document", title=_("文書の内容を検索できるようにする"), priority=-1)
def read_document(document_id: int) -> None:
    actions.read_document(document_id=document_id, at=timezone.now())


@periodic(name="records.advance", title=_("文書の保存の段階を進める"), cron="11 * * * *")
def advance(timestamp: int) -> None:
    at = datetime.fromtimestamp(timestamp, UTC)
    actions.close_past_files(at=at)
    actions.advance_files(at=at)
