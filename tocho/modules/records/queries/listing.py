"""Lists of files, documents and what arrived: filtered, newest first, in keyset pages; the same as rows of a file."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number
from tocho.ui.narrowing import Narrowing

from ..models import Classification, DisposalItem, DisposalList, Document, Hold, ReceivedDocument, RecordFile
from ..permissions import Reach
from .sources import has_content
from .walking import Way, in_order, page_keys

PAGE = 50
CHUNK, MOST_EXPORTED = 1_000, 200_000
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
    """One keyset page; ``next`` is the cursor of the following one, ``count`` is known where there is but one page."""

    rows: tuple[Any, ...] = field(default_factory=tuple)
    next: str = ""
    count: int | None = None


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
    is_open: bool  # there is something to open


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


COMING = ("disposal_review", "transfer_candidate")  # to the archive
ARCHIVED_FILES = (
    "t.state IN ('disposal_review', 'transfer_candidate', 'transferred')",
    Q(state__in=[*COMING, "transferred"]),
)
OF_COMING = "t.file_id IN (SELECT id FROM records_recordfile WHERE state IN ('disposal_review', 'transfer_candidate'))"
MANY_COMING = 1_500  # files; from there on, to read all their documents costs more than to meet them among the newest


def _archived_documents() -> tuple[str, Q]:
    """The documents that come to the archive: few are read from their files; many are met in the order of the list
    (``IS TRUE`` keeps the planner from a join, which would read and sort them all)."""
    coming = RecordFile.objects.filter(state__in=COMING)
    is_few = len(coming.order_by().values_list("id")[:MANY_COMING]) < MANY_COMING
    return (OF_COMING if is_few else f"({OF_COMING}) IS TRUE"), Q(file__in=coming)


def _file_way(reach: Reach, filters: Filters) -> tuple[Way, Q]:
    equal: dict[str, Any] = {}
    if filters.state:
        equal["state"] = filters.state
    if (year := whole_number(filters.year)) is not None and year < 10_000:
        equal["fiscal_year"] = year
    if filters.classification:
        found = Classification.objects.filter(code=filters.classification).values_list("id", flat=True).first()
        equal["classification_id"] = found or 0
    wanted = Q()
    if filters.held:
        wanted &= Q(Exists(Hold.objects.filter(file=OuterRef("pk"), released_at=None)))
    return Way(
        RecordFile,
        _offices(reach, filters),
        equal=equal,
        extra=ARCHIVED_FILES if reach.is_archivist and not filters.unit else None,
    ), wanted


def _offices(reach: Reach, filters: Filters) -> frozenset[str]:
    return reach.units & {filters.unit} if filters.unit else reach.units


def file_page(reach: Reach, filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of files, the newest first. Each word of the search must stand in title or class. :raises ValueError:
    the cursor is none of ours."""
    way, wanted = _file_way(reach, filters)
    keys = page_keys(way, wanted, filters.q, after=_cursor(filters), limit=limit)
    shown: list[RecordFile] = in_order(RecordFile, keys[:limit], "classification")
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
    return _page(lines, keys, filters, limit)


def _document_way(reach: Reach, filters: Filters) -> tuple[Way, Q]:
    first, last = _day(filters.first), _day(filters.last)
    day = "dated_on" if first or last else ""
    kind: dict[str, Any] = {"kind": filters.kind} if filters.kind else {}
    equal, wanted = ({}, Q(**kind)) if day else (kind, Q())  # the index by day knows no kinds
    among = None
    if (file := whole_number(filters.file)) is not None:
        equal = {**equal, "file_id": file}
    extra = _archived_documents() if reach.is_archivist and not filters.unit else None
    if filters.classification:
        files = RecordFile.objects.filter(classification__code=filters.classification)
        among = ("file_id", files if extra else files.filter(unit__in=sorted(_offices(reach, filters))))
    offices = _offices(reach, filters)
    return Way(Document, offices, equal=equal, day=day, first=first, last=last, extra=extra, among=among), wanted


def document_keys(reach: Reach, filters: Filters, *, limit: int) -> list[int]:
    """The keys of the documents that fit, the newest first (by their days where days are asked for)."""
    way, wanted = _document_way(reach, filters)
    return page_keys(way, wanted, filters.q, after=_cursor(filters), limit=limit)


def document_page(reach: Reach, filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of documents: words in number, title and text, days, kind, office, class. :raises ValueError: the cursor
    is none of ours."""
    keys = document_keys(reach, filters, limit=limit)
    lines = tuple(
        DocumentRow(each, org.label_of(each.unit, on=on), f"{each.file.reference} {each.file.title}", has_content(each))
        for each in in_order(Document, keys[:limit], "file")
    )
    return _page(lines, keys, filters, limit)


def received_page(reach: Reach, filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of what arrived, the newest first. :raises ValueError: the cursor is none of ours."""
    keys = received_keys(reach, filters, limit=limit)
    lines = tuple(
        ReceivedRow(
            each,
            org.label_of(each.unit, on=on),
            org.label_of(each.assigned_unit, on=on) if each.assigned_unit else "",
            TONES.get(each.state, "neutral"),
        )
        for each in in_order(ReceivedDocument, keys[:limit])
    )
    return _page(lines, keys, filters, limit)


def received_keys(reach: Reach, filters: Filters, *, limit: int) -> list[int]:
    """The keys of what arrived at, or was passed to, the offices within reach and fits, the newest first."""
    equal = {"state": filters.state} if filters.state else {}
    wanted = Q(channel=filters.kind) if filters.kind else Q()
    if (year := whole_number(filters.year)) is not None and year < 10_000:
        wanted &= Q(fiscal_year=year)
    for sign, day in (("gte", _day(filters.first)), ("lte", _day(filters.last))):
        if day:
            wanted &= Q(**{f"arrived_on__{sign}": day})
    way = Way(ReceivedDocument, _offices(reach, filters), columns=("unit", "assigned_unit"), equal=equal)
    return page_keys(way, wanted, filters.q, after=_cursor(filters), limit=limit)


def _page(lines: tuple[Any, ...], keys: list[int], filters: Filters, limit: int) -> Page:
    """How many there are is said where one page has them all: to count a million takes its time."""
    is_whole = len(keys) <= limit and not filters.after
    return Page(lines, str(keys[limit - 1]) if len(keys) > limit else "", len(keys) if is_whole else None)


def _cursor(filters: Filters) -> int | None:
    if not filters.after:
        return None
    if (key := whole_number(filters.after)) is None:
        raise ValueError(filters.after)
    return key


def list_page(rows: QuerySet[DisposalList], filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of disposal lists, the newest first. :raises ValueError: the cursor is none of ours."""
    for words in filters.q.split()[:6]:
        rows = rows.filter(title__icontains=words)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if after := _cursor(filters):
        rows = rows.filter(id__lt=after)
    read = list(rows.order_by("-id")[: limit + 1])
    items = DisposalItem.objects.filter(list__in=[each.pk for each in read[:limit]]).order_by().values("list_id")
    counts = {row["list_id"]: row for row in items.annotate(files=Count("id"), done=Count("done_at"))}
    lines = []
    for each in read[:limit]:
        found = counts.get(each.pk, {"files": 0, "done": 0})
        tone = LIST_TONES[each.state]
        lines.append(ListRow(each, org.label_of(each.unit, on=on), tone, found["files"], found["done"]))
    return _page(tuple(lines), [each.pk for each in read], filters, limit)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


FILE_COLUMNS = ("ファイル番号", "年度", "部署", "分類", "名前", "保存期間", "状態", "完結日", "満了日", "文書")
DOCUMENT_COLUMNS = ("文書番号", "日付", "種類", "件名", "ファイル", "部署", "要約値")


RECEIVED_COLUMNS = ("収受番号", "到達の日", "件名", "差出人", "届いた方法", "状態", "収受した部署", "担当する部署")


def file_rows(reach: Reach, filters: Filters, *, on: date) -> Iterator[list[Value]]:
    """The register of files (文書ファイル管理簿), a thousand at a time."""
    way, wanted = _file_way(reach, filters)
    for keys in _chunks(lambda after: page_keys(way, wanted, filters.q, after=after, limit=CHUNK)):
        counts = dict(Document.objects.filter(file__in=keys).values_list("file").annotate(n=Count("id")).order_by())
        for file in in_order(RecordFile, keys, "classification"):
            yield [
                file.reference, file.fiscal_year, org.label_of(file.unit, on=on), str(file.classification), file.title,
                str(file.get_retention_display()), str(file.get_state_display()), file.closed_on, file.ends_on,
                counts.get(file.pk, 0),
            ]  # fmt: skip


def document_rows(reach: Reach, filters: Filters, *, on: date) -> Iterator[list[Value]]:
    """The documents that were found."""
    way, wanted = _document_way(reach, filters)
    for keys in _chunks(lambda after: page_keys(way, wanted, filters.q, after=after, limit=CHUNK)):
        for each in in_order(Document, keys, "file"):
            yield [
                each.number, each.dated_on, str(each.get_kind_display()), each.title, str(each.file),
                org.label_of(each.unit, on=on), each.digest,
            ]  # fmt: skip


def received_rows(reach: Reach, filters: Filters, *, on: date) -> Iterator[list[Value]]:
    """The register of what arrived (収受簿)."""
    for keys in _chunks(lambda after: received_keys(reach, replace(filters, after=str(after or "")), limit=CHUNK)):
        for each in in_order(ReceivedDocument, keys):
            yield [
                each.reference, each.arrived_on, each.title, each.sender, str(each.get_channel_display()),
                str(each.get_state_display()), org.label_of(each.unit, on=on),
                org.label_of(each.assigned_unit, on=on) if each.assigned_unit else "",
            ]  # fmt: skip


def _chunks(read: Callable[[int | None], list[int]]) -> Iterator[list[int]]:
    """All keys of a list, a thousand at a time, at most ``MOST_EXPORTED``."""
    after: int | None = None
    for _number in range(MOST_EXPORTED // CHUNK):
        keys = read(after)
        yield keys[:CHUNK]
        if len(keys) <= CHUNK:
            return
        after = keys[CHUNK - 1]


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
