from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Entry, Subject
from tocho.engines.forms.api import SummaryStep
from tocho.modules.bookings import api as bookings
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.payments import api as payments
from tocho.ui.tags.words import day_words

from ..models import Application, Correction
from ..rules import may_withdraw
from .catalogue import definition
from .documents import DocumentsBrief, documents_of

STATE_TONES = {
    Application.State.DRAFT: "neutral",
    Application.State.FEE_DUE: "wait",
    Application.State.EXAMINING: "info",
    Application.State.CORRECTION: "wait",
    Application.State.WAITING_LIST: "wait",
    Application.State.DECISION_PENDING: "info",
    Application.State.APPROVED: "ok",
    Application.State.REJECTED: "bad",
    Application.State.CLOSED: "ok",
    Application.State.WITHDRAWN: "neutral",
    Application.State.EXPIRED: "neutral",
}


@dataclass(frozen=True)
class Moment:
    """One point of the time line: what happened or will, when, in which state (done, now, next, bad)."""

    title: str
    at: datetime | None
    text: str
    state: str


@dataclass(frozen=True)
class StatusPage:
    """The status page of an application: where it is, what is asked of me, when it will be done."""

    application: Application
    title: str
    moments: tuple[Moment, ...]
    correction: Correction | None
    documents: DocumentsBrief | None
    payment: payments.IntentView | None
    notices: tuple[notices.NoticeView, ...]
    reservation: bookings.ReservationView | None
    summary: tuple[SummaryStep, ...]
    thread: messages.ThreadView
    may_withdraw: bool
    may_cancel_booking: bool

    @property
    def tone(self) -> str:
        return STATE_TONES[Application.State(self.application.state)]

    @property
    def answer_day(self) -> str:
        """Until when the office answers an open question."""
        return day_words(self.thread.due_on, "short") if self.thread.due_on else ""

    @property
    def may_write(self) -> bool:
        """Whether the applicant may write to the office: until the case ends."""
        return self.application.closed_at is None

    @property
    def payment_due(self) -> bool:
        return self.payment is not None and self.application.state == Application.State.FEE_DUE


def status_page(application: Application, *, mine: Collection[str] = ("applicant",), at: datetime) -> StatusPage:
    """Everything the applicant sees of an application, in a fixed number of queries and in the reader's language."""
    language = get_language() or "ja"
    compiled = definition(application.version_id)
    subject = Subject("application", application.id)
    intents = payments.intents_of(subject) if application.fee else ()
    waiting = application.state == Application.State.CORRECTION
    correction = application.corrections.filter(answered_at=None, expired_at=None).first() if waiting else None
    reservation = bookings.reservation_of(subject) if compiled.facts.booking else None
    return StatusPage(
        application=application,
        title=compiled.title(language),
        moments=_time_line(application, ledger.entries_of(subject)),
        correction=correction,
        documents=documents_of(application, mine=mine),
        payment=intents[-1] if intents else None,
        notices=_in_force(subject) if application.outcome else (),
        reservation=reservation,
        summary=tuple(compiled.form.summary(application.answers, language=language)),
        thread=messages.thread_of(subject, side=messages.APPLICANT),
        may_withdraw=may_withdraw(application.state),
        may_cancel_booking=bool(application.outcome == "approve" and reservation and reservation.slot.starts_at > at),
    )


def _in_force(subject: Subject) -> tuple[notices.NoticeView, ...]:
    """The notices that count: not those that were taken back or corrected."""
    return tuple(one for one in notices.notices_of(subject) if one.state not in ("revoked", "superseded"))


def _labels() -> dict[str, str]:
    return {
        "application.submitted": _("申請を受け付けました"),
        "application.fee_collected": _("手数料の納付を確認しました"),
        "application.correction_requested": _("補正をお願いしました"),
        "application.corrected": _("補正を受け取りました"),
        "application.correction_expired": _("補正の期限が過ぎました"),
        "application.examined": _("審査が終わりました"),
        "application.withdrawn": _("申請を取り下げました"),
        "application.closed": _("手続が完了しました"),
        "application.booking_cancelled": _("予約を取り消しました"),
    }


def _time_line(application: Application, entries: list[Entry]) -> tuple[Moment, ...]:
    labels = _labels()
    past = [
        Moment(labels[entry.kind], entry.at, _detail(entry), "bad" if entry.kind.endswith("_expired") else "done")
        for entry in entries
        if entry.kind in labels
    ]
    return (*past, *_ahead(application))


def office_moments(entries: list[Entry]) -> tuple[Moment, ...]:
    """What happened to a case, for the office; who looked at it is in the ledger, not here."""
    labels = _labels()
    return tuple(
        Moment(labels[entry.kind], entry.at, _detail(entry), "done") for entry in entries if entry.kind in labels
    )


def _detail(entry: Entry) -> str:
    if entry.kind == "application.closed":
        return _("承認") if entry.data.get("outcome") == "approve" else _("不承認")
    return ""


def _ahead(application: Application) -> tuple[Moment, ...]:
    state = application.state
    finish = Moment(_("結果をお知らせします"), None, _expected(application), "next")
    now = {
        Application.State.FEE_DUE: _("手数料の納付をお待ちしています"),
        Application.State.EXAMINING: _("担当の部署で審査しています"),
        Application.State.CORRECTION: _("あなたの補正をお待ちしています"),
        Application.State.WAITING_LIST: _("キャンセル待ちです"),
        Application.State.DECISION_PENDING: _("決定の手続をしています"),
        Application.State.APPROVED: _("通知を作成しています"),
        Application.State.REJECTED: _("通知を作成しています"),
    }
    label = now.get(Application.State(state))
    return () if label is None else (Moment(label, None, "", "now"), finish)


def _expected(application: Application) -> str:
    """When the result is to be expected; while the clock stands, how long it takes from when it goes on."""
    due_on, stopped_on = application.due_on, application.stopped_on
    if due_on is None:
        return ""
    if application.state == Application.State.WAITING_LIST:
        return _("席が空きしだい、お知らせします")
    if stopped_on is not None:
        left = {"n": max(calendar.business_days_between(stopped_on, due_on), 1)}
        if application.state == Application.State.FEE_DUE:
            return _("お支払いから%(n)d開庁日まで（標準処理期間）") % left
        return _("補正が届いてから%(n)d開庁日まで（標準処理期間）") % left
    return _("%(day)sまで（標準処理期間）") % {"day": day_words(due_on, "short")}


@dataclass(frozen=True)
class MyApplication:
    """One line of 「あなたの手続」."""

    public_id: str
    title: str
    state: str
    state_label: str
    receipt_number: str
    at: datetime
    needs_me: bool


def my_applications(visible: QuerySet[Application], *, limit: int = 20) -> list[MyApplication]:
    """The newest applications of a person; those that wait for the person first."""
    rows = visible.exclude(state=Application.State.EXPIRED).order_by("-id")[:limit]
    mine = [
        MyApplication(
            public_id=str(row.public_id),
            title=definition(row.version_id).title(get_language() or "ja"),
            state=row.state,
            state_label=row.get_state_display(),
            receipt_number=row.receipt_number or "",
            at=row.submitted_at or row.created_at,
            needs_me=row.state in (Application.State.DRAFT, Application.State.FEE_DUE, Application.State.CORRECTION),
        )
        for row in rows
    ]
    return sorted(mine, key=lambda row: not row.needs_me)
