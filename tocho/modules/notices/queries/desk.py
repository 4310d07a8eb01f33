"""Notices as the office sees them: by state, in keyset pages; one with what shows its arrival; as files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.core.ledger.api import Entry, Subject, entries_of
from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number
from tocho.modules.decisions import api as decisions
from tocho.ui.narrowing import Narrowing

from ..models import AWAITS_SEAL, AWAY, IN_FORCE, UNSEALED, Notice, Posting
from .verification import successor_of

PAGE = 50
MOST_COUNTED = 1001
TONES = {
    "composed": "wait", "approved": "wait", "sealed": "wait", "released": "info", "reached": "ok",
    "undelivered": "bad", "superseded": "neutral", "revoked": "bad",
}  # fmt: skip


@dataclass(frozen=True)
class Filters(Narrowing):
    """What the list is narrowed to; empty means all."""

    q: str = ""
    state: str = ""
    unit: str = ""
    problem: str = ""
    after: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.q or self.state or self.unit or self.problem)


@dataclass(frozen=True)
class NoticeRow:
    """One notice as lists show it."""

    notice: Notice
    name: str
    address: str
    unit_label: str
    state_label: str
    tone: str


@dataclass(frozen=True)
class NoticePage:
    """One keyset page; ``count`` is capped at ``MOST_COUNTED``; ``states`` are (label, state, how many)."""

    rows: tuple[NoticeRow, ...] = field(default_factory=tuple)
    next: str = ""
    count: int = 0


@dataclass(frozen=True)
class Proof:
    """One step on the way to the recipient: what, when, how (到達記録)."""

    title: str
    at: datetime
    text: str


def filtered(rows: QuerySet[Notice], filters: Filters) -> QuerySet[Notice]:
    """The notices that fit: words in title, number, code or recipient; state; office; something to be mended."""
    for words in filters.q.split()[:4]:
        rows = rows.filter(
            Q(title__icontains=words)
            | Q(number__icontains=words)
            | Q(code__icontains=words)
            | Q(data__applicant__name__icontains=words)
        )
    if filters.state == "post":
        rows = rows.filter(state__in=AWAY)
    elif filters.state == "review":
        rows = awaiting_review(rows)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.unit:
        rows = rows.filter(unit=filters.unit)
    if filters.problem:
        rows = rows.exclude(problem="")
    return rows


def notice_page(rows: QuerySet[Notice], filters: Filters, *, on: date, limit: int = PAGE) -> NoticePage:
    """One page, the newest first."""
    found = filtered(rows, filters)
    count = found.order_by()[:MOST_COUNTED].count()
    if (after := whole_number(filters.after)) is not None:
        found = found.filter(id__lt=after)
    read = list(found.order_by("-id")[: limit + 1])
    shown = tuple(row_of(notice, on=on) for notice in read[:limit])
    return NoticePage(shown, str(read[limit - 1].id) if len(read) > limit else "", count)


def row_of(notice: Notice, *, on: date) -> NoticeRow:
    """A notice with its recipient; an erased one has none."""
    who: dict[str, Any] = notice.data.get("applicant") or {}
    return NoticeRow(
        notice=notice,
        name=str(who.get("company") or who.get("name") or ""),
        address=str(who.get("address") or ""),
        unit_label=org.label_of(notice.unit, on=on),
        state_label=str(notice.get_state_display()),
        tone=TONES[notice.state],
    )


def state_counts(rows: QuerySet[Notice]) -> dict[str, int]:
    """How many notices are in which state; one query."""
    return dict(rows.order_by().values_list("state").annotate(n=Count("id")))


def awaiting_review(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """What waits for 公印審査."""
    return rows.filter(AWAITS_SEAL)


def trouble_count(rows: QuerySet[Notice]) -> int:
    """How many notices keep a reason why they, or their timestamp, could not be made; one query, by a small index."""
    return rows.exclude(problem="").order_by()[:MOST_COUNTED].count()


COLUMNS = (
    "確認番号", "題名", "文書番号", "宛名", "住所", "状態", "署名", "発行日", "送付日時", "到達日時", "不達の理由",
    "発送日", "郵便の種類", "お問い合わせ番号", "返戻日",
)  # fmt: skip


def table_rows(rows: QuerySet[Notice], *, on: date) -> Iterator[list[Value]]:
    """The list as a file: one line for each notice, with its last letter."""
    for notice in rows.order_by("-id").prefetch_related("postings").iterator(chunk_size=500):
        row = row_of(notice, on=on)
        letters = sorted(notice.postings.all(), key=lambda letter: letter.pk)
        last = letters[-1] if letters else None
        yield [
            notice.code, notice.title, notice.number, row.name, row.address, row.state_label, notice.signature_level,
            notice.issued_on, _moment(notice.released_at), _moment(notice.reached_at),
            str(notice.get_undelivered_because_display()), last.posted_on if last else None,
            str(last.get_kind_display()) if last else "", last.number if last else "",
            last.returned_on if last else None,
        ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return at.astimezone().isoformat(timespec="seconds") if at else ""


def labels(rows: QuerySet[Notice], *, on: date) -> list[NoticeRow]:
    """Those that wait for the post, for address labels; the oldest first, at most two hundred."""
    waiting = rows.filter(state__in=AWAY).order_by("id")[:200]
    return [row_of(notice, on=on) for notice in waiting]


def proofs(notice: Notice) -> list[Proof]:
    """What the ledger knows of the way of one notice, oldest first."""
    entries = entries_of(Subject(notice.subject_type, notice.subject_id))
    own = [entry for entry in entries if entry.data.get("notice") == notice.id]
    return [Proof(*_words(entry)) for entry in own if entry.kind != "notice.archived"]


def _words(entry: Entry) -> tuple[str, datetime, str]:
    means = {
        "electronic": _("電子（ポータルとメール）"), "post": _("郵送"), "opened": _("本人のページを開いた"),
        "downloaded": _("PDFをダウンロードした"), "served": _("公示送達（掲示から2週間）"),
        "list": _("名簿に希望の記録あり"), "application": _("申請のときに電子を希望"),
    }  # fmt: skip
    kinds: dict[str, Any] = {**dict(Posting.Kind.choices), **dict(Notice.Undelivered.choices)}
    titles = {
        "composed": _("作成"), "sealed": _("署名"), "released": _("送付"), "reached": _("到達"),
        "undelivered": _("不達"),
        "served": _("公示"), "superseded": _("訂正により差替え"), "revoked": _("取消し"),
        "corrected": _("訂正の通知を作成"), "seal_reviewed": _("公印審査"), "readdressed": _("受け取り方の変更"),
        "correction_withdrawn": _("訂正の取下げ"), "seal_asked": _("公印審査に回付"),
        "seal_returned": _("公印審査からの差戻し"), "seal_answered": _("差戻しへの回答"),
        "recomposed": _("内容の直し"), "retried": _("やり直し"),
    }  # fmt: skip
    said = [means.get(str(entry.data.get(key)), "") for key in ("means", "wish", "notice_by")]
    grounds = {"review": _("公印審査による"), "standing": _("包括承認による"), "list": _("名簿の公印審査による")}
    said.append(grounds.get(str(entry.data.get("ground")), ""))
    said += [str(kinds.get(str(entry.data.get(key)), "")) for key in ("kind", "because")]
    said += [str(entry.data.get(key, "")) for key in ("posted_on", "returned_on", "served_on")]
    act = entry.kind.removeprefix("notice.")
    return titles.get(act, act), entry.at, "　".join(words for words in said if words)


@dataclass(frozen=True)
class NoticeDetail:
    """One notice for the office, with what may be done to it."""

    row: NoticeRow
    proofs: list[Proof]
    postings: list[Posting]
    successor_code: str
    correction_id: int | None  # the notice that takes its place, though it may not be out yet
    check_url: str
    can_post: bool
    can_return: bool
    can_serve: bool
    can_give_up: bool
    can_revoke: bool
    can_cancel: bool  # a disposition: taken back by a decision
    can_correct: bool
    awaits_review: bool  # 公印審査 has not seen it
    sealed_because: str  # by whom 公印審査 was done; empty: not yet, or by an authorisation


def notice_detail(notice: Notice, *, at: datetime) -> NoticeDetail:
    """Everything the office sees of a notice; five queries."""
    postings = list(notice.postings.order_by("id"))
    successor = successor_of(notice)
    correction = notice.successors.order_by("-id").only("id").first()
    needs_decision = notice.needs_a_decision and decisions.stands(notice.decision_id or 0)
    on_its_way = any(letter.returned_on is None for letter in postings)
    came_back = any(letter.returned_on is not None for letter in postings)
    return NoticeDetail(
        row=row_of(notice, on=office_day(at)),
        proofs=proofs(notice),
        postings=postings,
        successor_code=successor.code if successor else "",
        correction_id=correction.id if correction else None,
        check_url=reverse("notices:verify_code", args=[notice.code]) if notice.state not in UNSEALED else "",
        can_post=notice.state in AWAY,
        can_return=notice.state == "released" and on_its_way,
        can_serve=notice.state == "undelivered" and came_back and notice.served_on is None,
        can_give_up=notice.state == "released" and not on_its_way,
        can_revoke=notice.state in IN_FORCE and not needs_decision,
        can_cancel=notice.state in IN_FORCE and needs_decision,
        can_correct=notice.state in IN_FORCE and bool(notice.data) and not correction,
        awaits_review=notice.awaits_seal,
        sealed_because=_sealed_because(notice),
    )


def _sealed_because(notice: Notice) -> str:
    if notice.seal_reviewed_by_id is None:
        return ""
    return str(notice.seal_reviewed_by)
