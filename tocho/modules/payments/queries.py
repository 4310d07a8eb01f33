"""Reads: intents of a subject, the pages of the payer, what waits for the provider."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org

from .models import Attempt, Method, PaymentIntent, Receipt, Refund

TONES = {"due": "wait", "collected": "ok", "cancelled": "neutral", "refund_requested": "info", "refunded": "neutral"}


@dataclass(frozen=True)
class IntentView:
    """What other modules and their pages may know of an intent. ``amount`` in yen; ``tone`` for ``ui_tag``."""

    id: int
    token: str
    state: str
    state_label: str
    tone: str
    amount: int
    pay_url: str
    collected_at: datetime | None


def view_of(intent: PaymentIntent) -> IntentView:
    label = str(PaymentIntent.State(intent.state).label)
    url = reverse("payments:payment_choose", args=[intent.token])
    tone = TONES[intent.state]
    return IntentView(intent.id, intent.token, intent.state, label, tone, intent.amount, url, intent.collected_at)


def intents_of(subject: Subject) -> tuple[IntentView, ...]:
    """All intents of a subject, oldest first; one query."""
    rows = PaymentIntent.objects.filter(subject_type=subject.type, subject_id=subject.id).order_by("id")
    return tuple(map(view_of, rows))


@dataclass(frozen=True)
class ReceiptView:
    """A receipt in a list of the payer's: what for, how much (yen), when, and the page to print it from."""

    subject_id: int
    number: str
    description: str
    amount: int
    issued_at: datetime
    url: str


def receipts_about(subject_type: str, subject_ids: Collection[int]) -> list[ReceiptView]:
    """The receipts of several subjects, newest first; one query."""
    rows = Receipt.objects.filter(intent__subject_type=subject_type, intent__subject_id__in=subject_ids)
    return [
        ReceiptView(
            subject_id=row.intent.subject_id,
            number=f"{row.fiscal_year}-{row.number:06}",
            description=row.intent.description,
            amount=row.intent.amount,
            issued_at=row.issued_at,
            url=reverse("payments:receipt_detail", args=[row.intent.token]),
        )
        for row in rows.select_related("intent").order_by("-id")
    ]


@dataclass(frozen=True)
class PaymentState:
    """What the payer sees after coming back: ``kind`` is collected, waiting, failed, due, cancelled or refund."""

    intent: PaymentIntent
    kind: str
    attempt: Attempt | None
    text: str

    @property
    def is_waiting(self) -> bool:
        return self.kind == "waiting"

    @property
    def may_retry(self) -> bool:
        """Not while a person looks into a wrong amount: the payer would pay twice."""
        return self.kind == "failed" and self.attempt is not None and self.attempt.state != Attempt.State.ERROR


def payment_state(intent: PaymentIntent) -> PaymentState:
    """Where an intent stands for its payer; one query for the latest attempt."""
    attempt = intent.attempts.order_by("-id").first()
    return PaymentState(intent, _kind(intent, attempt), attempt, failure_text(attempt.reason) if attempt else "")


def _kind(intent: PaymentIntent, attempt: Attempt | None) -> str:
    if intent.state == PaymentIntent.State.DUE:
        if attempt is None:
            return "due"
        return "waiting" if attempt.state == Attempt.State.STARTED else "failed"
    if intent.state in (PaymentIntent.State.REFUND_REQUESTED, PaymentIntent.State.REFUNDED):
        return "refund"
    return intent.state


def failure_text(reason: str) -> str:
    """Why a payment came to nothing and what to do, in words for the payer. ``reason`` is the provider's code."""
    texts = {
        "declined": _("カード会社がこの支払いを承認しませんでした。別のカードか、ほかの方法でお試しください。"),
        "balance": _("残高が足りませんでした。チャージしてからもう一度お試しになるか、ほかの方法をお選びください。"),
        "authentication": _("本人認証ができませんでした。もう一度お試しになるか、ほかの方法をお選びください。"),
        "cancelled": _("支払いを途中でやめました。もう一度はじめから支払えます。"),
        "expired": _("時間内に支払いが終わりませんでした。もう一度はじめから支払えます。"),
        "amount_mismatch": _(
            "金額を確かめられませんでした。担当者が確認しています。もう一度支払わずにお待ちください。"
        ),
    }
    return texts.get(
        reason, _("支払いができませんでした。少し待ってもう一度お試しになるか、ほかの方法をお選びください。")
    )


@dataclass(frozen=True)
class ReceiptPage:
    """One receipt as it is printed; ``refunded`` is yen that went back."""

    intent: PaymentIntent
    receipt: Receipt
    method_label: str
    office: str
    refunded: int

    @property
    def number(self) -> str:
        return f"{self.receipt.fiscal_year}-{self.receipt.number:06}"


def receipt_page(intent: PaymentIntent) -> ReceiptPage | None:
    """The receipt of an intent; None when its money has not come in."""
    receipt = Receipt.objects.filter(intent=intent).first()
    if receipt is None:
        return None
    done = Refund.objects.filter(attempt__intent=intent, attempt__state="success", state=Refund.State.DONE)
    refunded = done.aggregate(total=Sum("amount"))["total"] or 0
    office = _office(intent.unit, on=calendar.office_day(receipt.issued_at))
    return ReceiptPage(intent, receipt, str(Method(receipt.method).label), office, refunded)


def _office(code: str, *, on: date) -> str:
    """The unit as it was called then; empty when it is unknown, for a receipt is shown in any case."""
    try:
        return org.unit(code, on=on).full_name
    except org.UnknownUnit:
        return ""


def attempts_to_check(*, at: datetime, limit: int = 50) -> list[int]:
    """Attempts whose turn it is to be asked about, longest due first."""
    due = Attempt.objects.filter(state=Attempt.State.STARTED, check_at__lte=at)
    return list(due.order_by("check_at").values_list("id", flat=True)[:limit])


def collected_by_month() -> list[tuple[date, str, int, int]]:
    """Month, method, number and yen of what was collected, for the published table."""
    rows = (
        Receipt.objects.annotate(month=TruncMonth("issued_at"))
        .values_list("month", "method")
        .annotate(count=Count("id"), yen=Sum("intent__amount"))
        .order_by("month", "method")
    )
    return [(month.date(), str(Method(method).label), count, yen) for month, method, count, yen in rows]


@dataclass(frozen=True)
class RefundView:
    """A refund that the provider refused (``state`` failed), or one that was tried again (requested, done, failed).

    ``subject`` is what was paid for, ``unit`` the code of the office whose revenue it was, ``amount`` yen, ``problem``
    the provider's words.
    """

    id: int
    subject: Subject
    unit: str
    description: str
    amount: int
    method_label: str
    is_surplus: bool
    state: str
    problem: str
    failed_at: datetime | None
    retried_at: datetime | None
    retried_by_id: int | None


def failed_refunds(
    units: Collection[str] | None = None, *, after: int | None = None, limit: int = 50
) -> tuple[RefundView, ...]:
    """Refunds that the provider refused and that wait for a person, newest first; one query.

    :param units: codes of the offices; None: all. :param after: the id behind which a page begins.
    """
    rows = _refunds(units).filter(state=Refund.State.FAILED)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return tuple(map(_refund_view, rows.order_by("-id")[:limit]))


def failed_refund_count(units: Collection[str] | None = None) -> int:
    """How many wait for a person; counting stops at 1,000."""
    return _refunds(units).filter(state=Refund.State.FAILED)[:1000].count()


def refund_of(refund_id: int, units: Collection[str] | None = None) -> RefundView | None:
    """One refund of these offices, whatever its state; None for others."""
    row = _refunds(units).filter(id=refund_id).first()
    return _refund_view(row) if row else None


def retried_refunds(units: Collection[str] | None = None, *, limit: int = 20) -> tuple[RefundView, ...]:
    """Refunds that people asked for again, the latest first."""
    rows = _refunds(units).filter(retried_at__isnull=False).order_by("-retried_at")
    return tuple(map(_refund_view, rows[:limit]))


def _refunds(units: Collection[str] | None) -> QuerySet[Refund]:
    rows = Refund.objects.select_related("attempt__intent")
    return rows if units is None else rows.filter(attempt__intent__unit__in=units)


def _refund_view(row: Refund) -> RefundView:
    intent = row.attempt.intent
    return RefundView(
        id=row.id,
        subject=Subject(intent.subject_type, intent.subject_id),
        unit=intent.unit,
        description=intent.description,
        amount=row.amount,
        method_label=str(Method(row.attempt.method).label),
        is_surplus=row.attempt.state == Attempt.State.SURPLUS,
        state=row.state,
        problem=row.problem,
        failed_at=row.failed_at,
        retried_at=row.retried_at,
        retried_by_id=row.retried_by_id,
    )
