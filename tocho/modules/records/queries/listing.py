"""Lists of files, documents and what arrived: filtered, newest first, in keyset pages; the same as rows of a file."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import fold, whole_number
from tocho.ui.narrowing import Narrowing

from ..models import Classification, DisposalItem, DisposalList, Document, Hold, ReceivedDocument, RecordFile

PAGE = 50
MOST_COUNTED = 1001
TONES = {
    "current": "info", "due": "bad", "extended": "wait", "disposal_review": "wait", "transfer_candidate": "wait",
    "transferred": "ok", "handled": "ok", "received": "bad", "registered": "wait", "assigned": "info",
}  # fmt: skip


LIST_TONES = {"drafting": "info", "proposed": "bad", "agreed": "wait", "done": "ok", "withdrawn": "neutral"}


@dataclass(frozen=True)
class Filters(Narrowing):
    """What a list is narrowed to; empty means all. ``first`` and ``last`` are days of documents."""

    q: str = ""
    unit: str = ""
    year: str = ""
    classification: str = ""
    state: str = ""
    kind: str = ""
    first: str = ""
    last: str = ""
    held: str = ""
    file: str = ""
    after: str = ""

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked for than words."""
        parts = (self.unit, self.year, self.classification, self.state, self.kind, self.first, self.last, self.held)
        return any(parts)

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.q or self.file or self.is_detailed)


@dataclass(frozen=True)
class Page:
    """One keyset page; ``next`` is the cursor of the following one, ``count`` is capped at ``MOST_COUNTED``."""

    rows: tuple[Any, ...] = field(default_factory=tuple)
    next: str = ""
    count: int = 0


@dataclass(frozen=True)
class FileRow:
    """One file as the list shows it."""

    file: RecordFile
    unit_label: str
    state_label: str
    tone: str
    documents: int
    is_held: bool


@dataclass(frozen=True)
class DocumentRow:
    """One document as the list shows it; without a title it is a tombstone."""

    document: Document
    unit_label: str
    file_label: str


@dataclass(frozen=True)
class ListRow:
    """One disposal list as the list of lists shows it: how many files, and how many are carried out."""

    disposal: DisposalList
    unit_label: str
    tone: str
    files: int
    done: int


@dataclass(frozen=True)
class ReceivedRow:
    """What arrived, as the list shows it."""

    received: ReceivedDocument
    unit_label: str
    assigned_label: str
    tone: str


def filtered_files(rows: QuerySet[RecordFile], filters: Filters) -> QuerySet[RecordFile]:
    """The files that fit. Each word of the search must stand in title or class; ``2-15`` is that number."""
    for words in filters.q.split()[:6]:
        rows = rows.filter(search_text__contains=fold(words))
    if filters.unit:
        rows = rows.filter(unit=filters.unit)
    if (year := whole_number(filters.year)) is not None and year < 10_000:
        rows = rows.filter(fiscal_year=year)
    if filters.classification:
        rows = rows.filter(classification__code=filters.classification)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.held:
        rows = rows.filter(Exists(Hold.objects.filter(file=OuterRef("pk"), released_at=None)))
    return rows


def file_page(rows: QuerySet[RecordFile], filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of files, the newest first. :raises ValueError: the cursor is none of ours."""
    found = filtered_files(rows, filters)
    count = found.order_by()[:MOST_COUNTED].count()
    read = list(_after(found, filters).select_related("classification").order_by("-id")[: limit + 1])
    shown = read[:limit]
    ids = [file.pk for file in shown]
    documents = dict(Document.objects.filter(file__in=ids).values_list("file").annotate(n=Count("id")).order_by())
    held = set(Hold.objects.filter(file__in=ids, released_at=None).values_list("file_id", flat=True))
    lines = tuple(
        FileRow(
            file=file,
            unit_label=org.label_of(file.unit, on=on),
            state_label=file.get_state_display(),
            tone=TONES.get(file.state, "neutral"),
            documents=documents.get(file.pk, 0),
            is_held=file.pk in held,
        )
        for file in shown
    )
    return Page(lines, str(shown[-1].pk) if len(read) > limit else "", count)


def filtered_documents(rows: QuerySet[Document], filters: Filters) -> QuerySet[Document]:
    """The documents that fit: words in number and title, days from and to, kind, office, class."""
    for words in filters.q.split()[:6]:
        rows = rows.filter(search_text__contains=fold(words))
    if (file := whole_number(filters.file)) is not None:
        rows = rows.filter(file_id=file)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.unit:
        rows = rows.filter(file__unit=filters.unit)
    if filters.classification:
        rows = rows.filter(file__classification__code=filters.classification)
    if day := _day(filters.first):
        rows = rows.filter(dated_on__gte=day)
    if day := _day(filters.last):
        rows = rows.filter(dated_on__lte=day)
    return rows


def document_page(rows: QuerySet[Document], filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of documents, the newest first. :raises ValueError: the cursor is none of ours."""
    found = filtered_documents(rows, filters)
    count = found.order_by()[:MOST_COUNTED].count()
    read = list(_after(found, filters).select_related("file").order_by("-id")[: limit + 1])
    lines = tuple(
        DocumentRow(each, org.label_of(each.file.unit, on=on), f"{each.file.reference} {each.file.title}")
        for each in read[:limit]
    )
    return Page(lines, str(read[limit - 1].pk) if len(read) > limit else "", count)


def received_page(rows: QuerySet[ReceivedDocument], filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of what arrived, the newest first. :raises ValueError: the cursor is none of ours."""
    for words in filters.q.split()[:6]:
        rows = rows.filter(Q(title__icontains=words) | Q(sender__icontains=words))
    if filters.state:
        rows = rows.filter(state=filters.state)
    count = rows.order_by()[:MOST_COUNTED].count()
    read = list(_after(rows, filters).order_by("-id")[: limit + 1])
    lines = tuple(
        ReceivedRow(
            each,
            org.label_of(each.unit, on=on),
            org.label_of(each.assigned_unit, on=on) if each.assigned_unit else "",
            TONES.get(each.state, "neutral"),
        )
        for each in read[:limit]
    )
    return Page(lines, str(read[limit - 1].pk) if len(read) > limit else "", count)


def list_page(rows: QuerySet[DisposalList], filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of disposal lists, the newest first. :raises ValueError: the cursor is none of ours."""
    for words in filters.q.split()[:6]:
        rows = rows.filter(title__icontains=words)
    if filters.state:
        rows = rows.filter(state=filters.state)
    count = rows.order_by()[:MOST_COUNTED].count()
    read = list(_after(rows, filters).order_by("-id")[: limit + 1])
    items = DisposalItem.objects.filter(list__in=[each.pk for each in read[:limit]]).order_by().values("list_id")
    counts = {row["list_id"]: row for row in items.annotate(files=Count("id"), done=Count("done_at"))}
    lines = []
    for each in read[:limit]:
        found = counts.get(each.pk, {"files": 0, "done": 0})
        tone = LIST_TONES[each.state]
        lines.append(ListRow(each, org.label_of(each.unit, on=on), tone, found["files"], found["done"]))
    return Page(tuple(lines), str(read[limit - 1].pk) if len(read) > limit else "", count)


def _after(rows: Any, filters: Filters) -> Any:
    if not filters.after:
        return rows
    if (key := whole_number(filters.after)) is None:
        raise ValueError(filters.after)
    return rows.filter(id__lt=key)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


FILE_COLUMNS = ("ファイル番号", "年度", "部署", "分類", "名前", "保存期間", "状態", "完結日", "満了日", "文書")
DOCUMENT_COLUMNS = ("文書番号", "日付", "種類", "件名", "ファイル", "部署", "要約値")


def file_rows(rows: QuerySet[RecordFile], *, on: date) -> Iterator[list[Value]]:
    """The register of files (文書ファイル管理簿), a thousand at a time."""
    counted = rows.annotate(n=Count("documents")).select_related("classification").order_by("unit", "id")
    for file in counted.iterator(chunk_size=1000):
        yield [
            file.reference, file.fiscal_year, org.label_of(file.unit, on=on), str(file.classification), file.title,
            str(file.get_retention_display()), str(file.get_state_display()), file.closed_on, file.ends_on, file.n,
        ]  # fmt: skip


def document_rows(rows: QuerySet[Document], *, on: date) -> Iterator[list[Value]]:
    """The documents that were found, as an answer to a request for disclosure lists them."""
    for each in rows.select_related("file").order_by("-id").iterator(chunk_size=1000):
        yield [
            each.number, each.dated_on, str(each.get_kind_display()), each.title, str(each.file),
            org.label_of(each.file.unit, on=on), each.digest,
        ]  # fmt: skip


def class_for(category: str, *, on: date) -> str:
    """Code of the class in which matters of a category are filed on a day; else that of ``"*"``, else ""."""
    found = classifications(on=on)
    named = [each.code for wanted in (category, "*") for each in found if wanted in each.categories]
    return named[0] if named else ""


def filed_subjects(subject_type: str, ids: Collection[int]) -> set[int]:
    """Those of some subjects that are filed already."""
    rows = Document.objects.filter(subject_type=subject_type, subject_id__in=ids)
    return {key for key in rows.values_list("subject_id", flat=True) if key is not None}


def classifications(*, on: date) -> list[Classification]:
    """The classes in use on a day."""
    return list(Classification.objects.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on))
