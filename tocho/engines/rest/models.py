from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """One key by which a program acts as a person, within scopes, until a day.

    Only the SHA-256 of the secret is kept (the secret has 256 bits, so it needs no salt). What the program may reach is
    what its person may reach at that moment, never more; the row must not be read as a permission of its own.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8)  # the last characters, so that its owner knows it again
    scopes = ArrayField(models.CharField(max_length=40))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="token_ends_after_it_begins"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="token_user")]

    def __str__(self) -> str:
        return self.name


class Answered(models.Model):
    """What was answered to a request with an ``Idempotency-Key``, written in the transaction of the act itself.

    Must not be kept longer than ``rules.ANSWERED_DAYS``: the answer may hold personal data.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    answered_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class Hook(models.Model):
    """One address that is told of events (webhook): what its owner may see happens, and it gets a signed call.

    ``secret`` signs the calls (Standard Webhooks, ``whsec_…``); it is shown to its owner and to nobody else.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=60)
    kinds = ArrayField(models.CharField(max_length=60))
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True)  # "owner" or "failing"
    put_away_at = models.DateTimeField(null=True)  # failing, and who runs the platform has seen it

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="hook_user"),
            models.Index(fields=["id"], name="hook_open", condition=Q(ended_at=None)),
            models.Index(fields=["-id"], name="hook_failing", condition=Q(ended_because="failing", put_away_at=None)),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one hook: called until it answers 2xx or the last try has failed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("送信待ち")
        DELIVERED = "delivered", _("届いた")
        FAILED = "failed", _("届かなかった")

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    entry_id = models.BigIntegerField(null=True)  # the ledger entry it tells of; null for a trial
    event = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True)  # status or fault of the last try
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hook", "entry_id"], name="each_event_once_per_hook"),
        ]
        indexes: ClassVar = [models.Index(fields=["hook", "-id"], name="delivery_hook")]

    def __str__(self) -> str:
        return f"{self.hook_id}: {self.entry_id}"
