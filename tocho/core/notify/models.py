from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One message to one person: by mail, in the application, or both. Its text is personal and is emptied in time.

    It must not be edited after it was written; a correction is another message.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("送信待ち")
        SENT = "sent", _("送信済み")
        FAILED = "failed", _("送れませんでした")
        INTERNAL = "internal", _("画面のみ")

    key = models.CharField(max_length=300, unique=True)
    template = models.CharField(max_length=100)
    to_email = models.EmailField(blank=True)
    to_user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    put_away_at = models.DateTimeField(null=True)  # failed, and a person has decided not to send it again

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="internal", to_email="") | (~Q(state="internal") & ~Q(to_email="")),
                name="mail_has_an_address",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_has_a_moment"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["to_user", "-id"], name="message_inbox", condition=Q(to_user__isnull=False)),
            models.Index(
                fields=["created_at"], name="message_undelivered", condition=Q(state__in=["queued", "failed"])
            ),
            models.Index(fields=["-id"], name="message_failed", condition=Q(state="failed", put_away_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class UnprovedMail(models.Model):
    """That somebody had a mail sent to an address that nobody has proved to be theirs; counted, so that the system
    cannot be made to flood a stranger. Holds no address: ``address`` is its SHA-256. Goes after a day.
    """

    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address", "at"], name="unproved_mail_address")]

    def __str__(self) -> str:
        return f"{self.address[:8]} {self.at:%Y-%m-%d %H:%M}"
