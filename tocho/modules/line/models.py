import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Friend(models.Model):
    """One person who has added the official account (友だち), known by the id that LINE made for this account only.

    ``user`` is set when the person has linked an account here, which both sides confirmed. Must not be read as a proof
    of identity: a telephone may be in other hands.
    """

    line_id = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=2, default="ja")
    added_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user=None, linked_at=None) | Q(user__isnull=False, linked_at__isnull=False),
                name="linked_with_its_moment",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user"], name="friend_user")]

    def __str__(self) -> str:
        return f"friend {self.id}"


class Arrival(models.Model):
    """One event that LINE told us, once for each ``webhookEventId`` however often it is delivered.

    ``event`` holds what people typed: it is emptied ``rules.KEPT_DAYS`` days after it was handled.
    """

    event_id = models.CharField(max_length=64, unique=True)
    event = models.JSONField(default=dict)
    arrived_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.event_id


class Ticket(models.Model):
    """A word that ties a telephone to something here, once and for minutes: to an account (link) or an application."""

    class Kind(models.TextChoices):
        LINK = "link", _("アカウントの連携")
        FOLLOW = "follow", _("申請の知らせ")

    kind = models.CharField(max_length=8, choices=Kind)
    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    application_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="ticket_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(kind="link", user__isnull=False, application_id=None)
                | Q(kind="follow", application_id__isnull=False),
                name="ticket_ties_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Following(models.Model):
    """A friend who is told of one application, with or without an account."""

    friend = models.ForeignKey(Friend, on_delete=models.CASCADE, related_name="followings")
    application_id = models.BigIntegerField(db_index=True)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["friend", "application_id"], name="followed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.friend_id}: {self.application_id}"


class Push(models.Model):
    """One message to one friend that is no answer. ``retry_key`` makes LINE take it once, however often it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("送信待ち")
        SENT = "sent", _("送信済み")
        FAILED = "failed", _("送れなかった")

    friend = models.ForeignKey(Friend, on_delete=models.CASCADE, related_name="+")
    entry_id = models.BigIntegerField()  # the ledger entry it tells of
    retry_key = models.UUIDField(default=uuid.uuid4, unique=True)
    messages = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["friend", "entry_id"], name="each_act_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.friend_id}: {self.entry_id}"
