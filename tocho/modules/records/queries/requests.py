"""Requests for disclosure: the list, everything on the page of one, the same as rows of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number
from tocho.ui.moments import Moment

from ..models import DisclosureItem, DisclosureRequest, DisclosureSearch, Document
from ..permissions import documents_visible_to
from .detail import history
from .listing import PAGE, Filters, Page
from .sources import has_content

TONES = {"open": "wait", "decided": "info", "closed": "ok", "withdrawn": "neutral"}
VERDICT_TONES = {"open": "bad", "disclose": "ok", "partial": "wait", "withhold": "info", "apart": "neutral"}
COLUMNS = ("番号", "文書番号", "日付", "件名", "分類", "保存期間", "ファイル", "部署", "判断", "非開示の根拠", "備考")
REGISTER_COLUMNS = (
    "番号", "請求の日", "請求された公文書", "部署", "状態", "決定の期限", "補正の日数", "延長の理由", "決定の日",
    "決定", "決定の文書番号", "文書の数",
)  # fmt: skip
SHOWN, MOST_EXPORTED = 200, 10_000


@dataclass(frozen=True)
class RequestRow:
    """One request as the list shows it."""

    request: DisclosureRequest
    unit_label: str
    tone: str
    items: int
    waiting: int
    is_late: bool


@dataclass(frozen=True)
class ItemRow:
    """One document of a request; without a title where the viewer may not see it, or it is gone."""

    item: DisclosureItem
    document: Document
    unit_label: str
    is_visible: bool
    is_open: bool  # there is something to open
    tone: str


@dataclass(frozen=True)
class SearchRow:
    """One search that was made: what was asked in words, by whom, how many it found."""

    search: DisclosureSearch
    words: str
    who: str


@dataclass(frozen=True)
class RequestPage:
    """Everything on the page of one request."""

    request: DisclosureRequest
    unit_label: str
    tone: str
    items: tuple[ItemRow, ...]
    count: int
    waiting: int
    searches: tuple[SearchRow, ...]
    holds: int
    days_left: int
    history: tuple[Moment, ...]

    @property
    def is_late(self) -> bool:
        return self.request.state == "open" and self.days_left < 0

    @property
    def left_words(self) -> str:
        if self.days_left < 0:
            return _("期限を%(days)s日過ぎています") % {"days": -self.days_left}
        return _("あと%(days)s日") % {"days": self.days_left}


def request_page(rows: QuerySet[DisclosureRequest], filters: Filters, *, on: date, limit: int = PAGE) -> Page:
    """One page of requests, the newest first. :raises ValueError: the cursor is none of ours."""
    rows = _narrowed(rows, filters)
    if filters.after:
        if (key := whole_number(filters.after)) is None:
            raise ValueError(filters.after)
        rows = rows.filter(id__lt=key)
    read = list(rows.order_by("-id")[: limit + 1])
    items = DisclosureItem.objects.filter(request__in=[each.pk for each in read[:limit]]).order_by()
    counted = items.values("request_id").annotate(whole=Count("id"), waiting=Count("id", filter=Q(verdict="open")))
    counts = {row["request_id"]: row for row in counted}
    lines = []
    for each in read[:limit]:
        found = counts.get(each.pk, {"whole": 0, "waiting": 0})
        late = each.state == "open" and each.due_on < on
        label = org.label_of(each.unit, on=on)
        lines.append(RequestRow(each, label, TONES[each.state], found["whole"], found["waiting"], late))
    is_whole = len(read) <= limit and not filters.after
    return Page(tuple(lines), str(read[limit - 1].pk) if len(read) > limit else "", len(read) if is_whole else None)


def _narrowed(rows: QuerySet[DisclosureRequest], filters: Filters) -> QuerySet[DisclosureRequest]:
    for words in filters.q.split()[:6]:
        rows = rows.filter(title__icontains=words)
    return rows.filter(state=filters.state) if filters.state else rows


def register_rows(rows: QuerySet[DisclosureRequest], filters: Filters, *, on: date) -> Iterator[list[Value]]:
    """The register of requests (開示請求の処理簿), the newest first, at most ``MOST_EXPORTED``."""
    found = _narrowed(rows, filters).annotate(documents=Count("items")).order_by("-id")[:MOST_EXPORTED]
    for each in found.iterator(chunk_size=1_000):
        yield [
            each.reference, each.requested_on, each.title, org.label_of(each.unit, on=on),
            str(each.get_state_display()), each.due_on, each.correction_days, each.extension_reason, each.decided_on,
            str(each.get_outcome_display()) if each.outcome else "", each.decision, each.documents,
        ]  # fmt: skip


def request_detail(request: DisclosureRequest, *, user: Any, at: datetime, limit: int = SHOWN) -> RequestPage:
    """One request for one viewer, in a fixed number of queries."""
    day = org.office_day(at)
    searches = request.searches.select_related("made_by").order_by("-id")[:50]
    verdicts = list(request.items.order_by().values_list("verdict", flat=True))
    return RequestPage(
        request=request,
        unit_label=org.label_of(request.unit, on=day),
        tone=TONES[request.state],
        items=tuple(_items(request, user=user, at=at, limit=limit)),
        count=len(verdicts),
        waiting=verdicts.count("open"),
        searches=tuple(
            SearchRow(each, asked_words(each.asked), each.made_by.display_name if each.made_by else "")
            for each in searches
        ),
        holds=request.holds.filter(released_at=None).count(),
        days_left=(request.due_on - day).days,
        history=history(Subject("disclosure", request.pk)),
    )


def _items(request: DisclosureRequest, *, user: Any, at: datetime, limit: int) -> Iterator[ItemRow]:
    day = org.office_day(at)
    rows = list(
        request.items.select_related("document__file__classification").order_by("document__dated_on", "id")[:limit]
    )
    keys = [row.document_id for row in rows]
    visible = set(documents_visible_to(user, at=at).filter(id__in=keys).values_list("id", flat=True))
    for row in rows:
        document = row.document
        yield ItemRow(
            item=row,
            document=document,
            unit_label=org.label_of(document.unit, on=day),
            is_visible=document.pk in visible and document.gone_at is None,
            is_open=document.pk in visible and has_content(document),
            tone=VERDICT_TONES[row.verdict],
        )


def asked_words(asked: dict[str, str]) -> str:
    """What was looked for, as a person says it."""
    names = {
        "q": _("言葉"), "unit": _("部署"), "classification": _("分類"), "kind": _("種類"), "first": _("この日から"),
        "last": _("この日まで"),
    }  # fmt: skip
    return "　".join(f"{names.get(key, key)} {value}" for key, value in asked.items())


def item_rows(request: DisclosureRequest, *, user: Any, at: datetime) -> Iterator[list[Value]]:
    """The list of documents with what becomes of each, and on which ground (対象公文書一覧)."""
    for number, row in enumerate(_items(request, user=user, at=at, limit=10_000), start=1):
        document, item = row.document, row.item
        yield [
            number,
            document.number,
            document.dated_on,
            document.title if row.is_visible else "",
            str(document.file.classification),
            str(document.file.get_retention_display()),
            document.file.reference,
            row.unit_label,
            str(item.get_verdict_display()),
            str(item.get_exemption_display()) if item.exemption else "",
            item.note,
        ]
