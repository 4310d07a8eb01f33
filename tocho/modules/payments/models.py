from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Method(models.TextChoices):
    CARD = "card", _("クレジットカード・デビットカード")
    EMONEY = "emoney", _("電子マネー")
    QR = "qr", _("QRコード決済")


class PaymentIntent(models.Model):
    """One sum of money that somebody owes for one thing (調定・納入通知), and whether it came in.

    Its amount never changes: another amount is another intent. Who knows the token may pay it and read the receipt.
    """

    class State(models.TextChoices):
        DUE = "due", _("納付待ち")
        COLLECTED = "collected", _("納付済み")
        CANCELLED = "cancelled", _("取消し")
        REFUND_REQUESTED = "refund_requested", _("還付手続中")
        REFUNDED = "refunded", _("還付済み")

    token = models.CharField(max_length=32, unique=True)
    subject_type = models.CharField(max_length=50)
    subject_id = models.BigIntegerField()
    amount = models.PositiveIntegerField(help_text="yen")
    description = models.CharField(max_length=200)
    payer_email = models.CharField(max_length=254, blank=True)
    return_path = models.CharField(max_length=300, help_text="path of the page to go back to")
    unit = models.CharField(max_length=30, help_text="code of the org unit whose revenue it is")
    language = models.CharField(max_length=5, default="ja")
    state = models.CharField(max_length=20, choices=State, default=State.DUE)
    created_at = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="intent_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "cancelled"], collected_at=None)
                | (~Q(state__in=["due", "cancelled"]) & Q(collected_at__isnull=False)),
                name="intent_collected_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "description"],
                condition=~Q(state="cancelled"),
                name="intent_once_for_each_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.amount} {self.state}"


class Attempt(models.Model):
    """One visit to the provider's page to pay an intent; ``reference`` is the name that the provider knows it by.

    ``surplus`` is money that came although nothing was due any more (paid twice, or after the cancellation): it goes
    back by a Refund and never counts as revenue.
    """

    class State(models.TextChoices):
        STARTED = "started", _("手続中")
        SUCCESS = "success", _("成功")
        FAILED = "failed", _("不成立")
        EXPIRED = "expired", _("時間切れ")
        SURPLUS = "surplus", _("過納")
        ERROR = "error", _("金額の不一致")

    intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, related_name="attempts")
    reference = models.CharField(max_length=32, unique=True)
    method = models.CharField(max_length=10, choices=Method)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    reason = models.CharField(max_length=40, blank=True, help_text="why it failed, as the provider's code")
    started_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, help_text="when the payer came back from the provider's page")
    ended_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True, help_text="when to ask the provider how it went")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intent"], condition=Q(state="success"), name="intent_collected_once"),
            models.CheckConstraint(
                condition=Q(state="started") | Q(check_at=None, ended_at__isnull=False), name="attempt_ended_rests"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["check_at"], condition=Q(state="started"), name="attempt_to_check")]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class ProviderEvent(models.Model):
    """One piece of news from the provider, kept so that the same news told twice changes nothing the second time."""

    event_id = models.CharField(max_length=64, unique=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    outcome = models.CharField(max_length=20)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.event_id} {self.outcome}"


class ReceiptBook(models.Model):
    """The last receipt number of one fiscal year; its row lock makes the numbers gapless. Not a list of receipts."""

    fiscal_year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.fiscal_year}: {self.last_number}"


class Receipt(models.Model):
    """That the money of one intent was received (領収書); numbered without gaps in its fiscal year, never deleted."""

    intent = models.OneToOneField(PaymentIntent, on_delete=models.PROTECT, related_name="receipt")
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    method = models.CharField(max_length=10, choices=Method)
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fiscal_year", "number"], name="receipt_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}-{self.number}"


class Refund(models.Model):
    """One sum that goes back to the payer (還付), asked of the provider by a job under its own ``reference``."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("手続中")
        DONE = "done", _("還付済み")
        FAILED = "failed", _("できませんでした")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=32, unique=True)
    amount = models.PositiveIntegerField(help_text="yen")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    problem = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()
    requested_by_id = models.BigIntegerField(null=True, help_text="user id; empty when the system asked")
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="when the provider refused it, the last time")
    retried_at = models.DateTimeField(null=True, help_text="when a person asked for it again, the last time")
    retried_by_id = models.BigIntegerField(null=True, help_text="user id")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="refund_done_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | Q(failed_at__isnull=False), name="refund_failed_has_a_moment"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=~Q(state="done"), name="refund_open"),
            models.Index(fields=["-retried_at"], condition=Q(retried_at__isnull=False), name="refund_retried"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount} {self.state}"
