import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Theme(models.Model):
    """One theme (相談のテーマ) that people can consult an office about; its facts are data (``ThemeFacts``)."""

    key = models.SlugField(max_length=60, unique=True)
    unit = models.CharField(max_length=40)
    audience = models.CharField(max_length=10, default="public")
    facts = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class Consultation(models.Model):
    """One booked talk between a person and an office, on the web, by chat or by telephone (タッチレス相談).

    Everything a person says is confidential: answers, words, record. It is read by the office of the theme only, and
    each look is recorded. Who asked never enters the ledger where the theme is confidential.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("予約済み")
        HELD = "held", _("終わりました")
        MISSED = "missed", _("おいでになりませんでした")
        CANCELLED = "cancelled", _("取り消しました")

    class Way(models.TextChoices):
        MEETING = "meeting", _("ビデオ通話")
        CHAT = "chat", _("チャット")
        PHONE = "phone", _("電話")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=40)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)  # or what the person wants to be called
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=8, default="ja")
    way = models.CharField(max_length=10, choices=Way)
    answers = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=60)  # of the meeting; nobody guesses it (128 bits)
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    officer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    record = models.TextField(blank=True)  # what was talked about (相談記録), by the office
    once = models.CharField(max_length=64, unique=True)  # of the form: pressed twice, booked once
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    changes = models.PositiveSmallIntegerField(default=0)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="consultation_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at=None) | (~Q(state="booked") & Q(ended_at__isnull=False)),
                name="ended_with_its_moment",
            ),
            models.CheckConstraint(condition=~Q(way="phone") | ~Q(phone="") | ~Q(erased_at=None), name="call_whom"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "starts_at", "id"], name="consultation_unit"),
            models.Index(fields=["starts_at"], name="consultation_booked", condition=Q(state="booked")),
            models.Index(fields=["user", "-id"], name="consultation_user"),
        ]

    def __str__(self) -> str:
        return f"consultation {self.id}"
