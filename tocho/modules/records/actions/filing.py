"""Documents on their way into files."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import JSON, Actor
from tocho.core.org import api as org
from tocho.lib.text import fold

from ..models import Classification, Document, RecordFile
from .files import open_file
from .recording import RecordsRefused, needed, record
from .wording import word_document


@dataclass(frozen=True)
class Filing:
    """A document to be filed, and where: into the file ``file_id``, or the automatic one of ``unit``, the class with
    the code ``classification`` and the fiscal year of ``dated_on``. ``kind`` is one of ``Document.Kind``.
    """

    kind: str
    title: str
    dated_on: date
    file_id: int | None = None
    unit: str = ""
    classification: str = ""
    subject_type: str = ""
    subject_id: int | None = None
    number: str = ""
    stored_id: int | None = None
    digest: str = ""


@transaction.atomic
def enter_document(filing: Filing, *, actor: Actor, at: datetime) -> Document:
    """Put a document into its file. The same subject again is the same document.

    :raises RecordsRefused: the file is closed, the class is unknown, or the document is of the future.
    """
    if filing.dated_on > org.office_day(at):
        raise RecordsRefused(_("文書の日付は今日か、それより前の日にしてください。"), field="dated_on")
    if filing.subject_id is not None:
        known = Document.objects.filter(subject_type=filing.subject_type, subject_id=filing.subject_id).first()
        if known:
            return known
    file = RecordFile.objects.select_for_update().get(id=_file(filing, actor=actor, at=at))
    if file.state != "current":
        raise RecordsRefused(_("完結したファイルには加えられません。別のファイルを選んでください。"), field="file")
    document = Document(
        file=file,
        unit=file.unit,
        kind=filing.kind,
        subject_type=filing.subject_type,
        subject_id=filing.subject_id,
        number=filing.number,
        title=filing.title,
        dated_on=filing.dated_on,
        stored_id=filing.stored_id,
        digest=filing.digest,
        entered_at=at,
        search_text=fold(f"{filing.number} {filing.title}"),
    )
    document.save(force_insert=True)
    word_document(document)
    data: dict[str, JSON] = {"document": document.pk, "kind": filing.kind, "digest": filing.digest}
    record(file, "records.entered", data, actor=actor, at=at)
    return document


def _file(filing: Filing, *, actor: Actor, at: datetime) -> int:
    if filing.file_id is not None:
        return filing.file_id
    found = Classification.objects.filter(code=filing.classification).first()
    if found is None:
        raise RecordsRefused(_("この分類はありません。"), field="classification")
    file = open_file(
        unit=filing.unit,
        classification_id=found.pk,
        title=found.title,
        on=filing.dated_on,
        is_automatic=True,
        actor=actor,
        at=at,
    )
    return int(file.pk)


@transaction.atomic
def move_document(*, document_id: int, file_id: int, reason: str, actor: Actor, at: datetime) -> Document:
    """Put a document into another file of the same office, which was the right one.

    :raises RecordsRefused: one of the two is closed, the offices differ, or there is no reason.
    """
    reason = needed(reason)
    document = Document.objects.select_for_update().get(id=document_id)
    if document.file_id == file_id:
        return document
    rows = RecordFile.objects.select_for_update().filter(id__in=[document.file_id, file_id]).order_by("id")
    files = {file.pk: file for file in rows}
    if any(file.state != "current" for file in files.values()):
        raise RecordsRefused(_("完結したファイルの文書は移せません。"), field="file")
    if len({file.unit for file in files.values()}) > 1:
        raise RecordsRefused(_("同じ部署のファイルを選んでください。"), field="file")
    before = files[document.file_id]
    document.file_id = file_id
    document.save(update_fields=["file"])
    data: dict[str, JSON] = {"document": document.pk, "from": before.reference}
    record(files[file_id], "records.moved", data, reason=reason, actor=actor, at=at)
    return document


def note_look(*, document_id: int, part: str = "", actor: Actor, at: datetime) -> None:
    """Record that a document was opened from its file: who looked stands in the ledger as what was done does.

    :param part: what of it, where it has several ("copy", "attachment").
    """
    document = Document.objects.select_related("file").get(id=document_id)
    data: dict[str, JSON] = {"document": document.pk, **({"part": part} if part else {})}
    record(document.file, "records.seen", data, actor=actor, at=at)
