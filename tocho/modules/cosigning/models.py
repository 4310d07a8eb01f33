import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """One person who is asked to sign a subject under their own identity (連署), and the part they fill in themselves.

    ``name``, ``email``, ``answers`` and ``reason`` are personal. It must not be used to decide whether the subject may
    go on: that follows from the rule of the module above.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("署名待ち")
        SIGNED = "signed", _("署名済み")
        DECLINED = "declined", _("署名しない")
        WITHDRAWN = "withdrawn", _("依頼の取消し")

    class Level(models.TextChoices):
        ACCOUNT = "account", _("ログインした本人")
        LINK = "link", _("メールのリンクと確認番号")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    role = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()  # the order in which they were asked; who signs first where it matters
    name = models.CharField(max_length=100)
    email = models.EmailField()
    level = models.CharField(max_length=10, choices=Level)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    reason = models.TextField(blank=True)  # why not
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # the mail went out; later than the invitation where others sign first
    code_digest = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("subject_type"),
                F("subject_id"),
                F("role"),
                Lower("email"),
                condition=~Q(state="withdrawn"),
                name="asked_once_in_a_role",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="invitation_subject"),
            models.Index(fields=["told_at"], condition=Q(state="invited"), name="invitation_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.role} {self.state}"


class Signature(models.Model):
    """One signature: by whom, how they were known, and over exactly which content (``digest``).

    Void as soon as the content is another one; the row stays, so that it can be said who had signed what.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="signatures")
    content = models.CharField(max_length=64)  # SHA-256 (hex) of what the applicant gives
    digest = models.CharField(max_length=64)  # SHA-256 (hex) of that and the signer's own part
    name = models.CharField(max_length=100)  # as the signer wrote it
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=60)  # how the signer was known: "account:password,totp" or "link:code"
    signed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(voided_at__isnull=True), name="one_signature_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.digest[:8]}"
