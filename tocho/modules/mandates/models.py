import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Mandate(models.Model):
    """One power (代理権, 民法99条) of an agent to act for a principal in named procedures, or categories of
    them, during a period.

    The principal has an account, or is known by a code that was mailed or sent on paper. Names and addresses are
    personal. It must not be asked for its effect by its state alone: the day counts too (``rules.is_in_force``).
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("代理人の返事待ち")
        ASKED = "asked", _("本人の確認待ち")
        IN_FORCE = "in_force", _("有効")
        DECLINED = "declined", _("辞退")
        REVOKED = "revoked", _("解除")
        ENDED = "ended", _("期間満了")

    class PrincipalKind(models.TextChoices):
        PERSON = "person", _("個人")
        COMPANY = "company", _("事業者")

    class AgentKind(models.TextChoices):
        FAMILY = "family", _("家族")
        SCRIVENER = "scrivener", _("行政書士")
        STAFF = "staff", _("会社の担当者")
        OTHER = "other", _("その他")

    OPEN: ClassVar = (State.OFFERED, State.ASKED, State.IN_FORCE)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    principal = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    principal_kind = models.CharField(max_length=10, choices=PrincipalKind)
    principal_name = models.CharField(max_length=100)
    principal_email = models.EmailField(blank=True)
    principal_address = models.CharField(max_length=200, blank=True)  # where the paper with the code goes
    agent = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    agent_kind = models.CharField(max_length=10, choices=AgentKind)
    agent_name = models.CharField(max_length=100)
    agent_email = models.EmailField()
    registration_number = models.CharField(max_length=20, blank=True)  # 行政書士の登録番号
    procedures = models.JSONField(default=list)  # keys; none of these and of ``categories``: every procedure
    categories = models.JSONField(default=list, db_default=[])  # of procedures, also of those that come later
    may_pass_on = models.BooleanField(default=False)  # 復代理 (民法104条)
    passed_on_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=10, choices=State)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    over_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True)
    code_made_at = models.DateTimeField(null=True)
    code_on_paper = models.BooleanField(default=False)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_on__gte=F("starts_on")), name="mandate_period"),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(agent__isnull=False, answered_at__isnull=False),
                name="mandate_in_force_was_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(agent_kind="scrivener") | ~Q(registration_number=""), name="scrivener_is_registered"
            ),
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | Q(agent__isnull=True) | ~Q(principal=F("agent")),
                name="nobody_is_their_own_agent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "state"], name="mandate_agent"),
            models.Index(fields=["principal", "state"], name="mandate_principal"),
            models.Index(fields=["last_on"], condition=Q(state="in_force"), name="mandate_end"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class Evidence(models.Model):
    """One paper that shows a power (委任状, 戸籍), given by either side; both may read it."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="evidence")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.file_id}"
