from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tocho.lib.dates import era_year, fiscal_year_start


class AuthorityTable(models.Model):
    """One version of the 事案決定規程 別表: a DMN decision table in force from a day on.

    Immutable once loaded (a trigger refuses changes of its XML); a change of the rule is a new row with a later
    ``effective_from``. Must not be edited to mend a running decision: that keeps the version it was routed by.
    """

    name = models.CharField(max_length=200)
    xml = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    effective_from = models.DateField()

    class Meta:
        ordering: ClassVar = ["-effective_from", "-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.effective_from}"


class NumberSeries(models.Model):
    """The last number given out for one document symbol (文書記号) in one fiscal year; locked to count without gaps."""

    symbol = models.CharField(max_length=20)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["symbol", "fiscal_year"], name="one_series_per_symbol_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.fiscal_year}: {self.last}"


class Decision(models.Model):
    """One matter (事案) put to its one decider: the draft, its route, and what was decided.

    After ``decided`` the content is frozen: ``content_digest`` covers it and a trigger refuses changes. What follows
    from it (a notice, a refund) belongs to the modules above. Re-opening a matter is a new row, never an edit.
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", _("起案中")
        CIRCULATING = "circulating", _("回付中")
        RETURNED = "returned", _("差戻し")
        PULLED_BACK = "pulled_back", _("引戻し")
        DECIDED = "decided", _("決定済")
        ISSUED = "issued", _("施行済")
        REJECTED = "rejected", _("否決")
        ABANDONED = "abandoned", _("廃案")

    class Medium(models.TextChoices):
        ELECTRONIC = "electronic", _("電子")
        PAPER = "paper", _("書面")

    FINAL: ClassVar = (State.DECIDED, State.ISSUED, State.REJECTED, State.ABANDONED)

    state = models.CharField(max_length=12, choices=State, default=State.DRAFTING)
    category = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # what the authority table is asked: amount, importance; never personal
    outcome = models.CharField(max_length=20)  # what is proposed: approve, reject …
    title = models.CharField(max_length=200)
    body = models.TextField()
    brief = models.JSONField(default=list)  # [[label, value]] that the deciders need to see; may be personal
    reasons = models.TextField(blank=True)  # 不利益処分等の理由 (行政手続法8条・14条)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unit = models.CharField(max_length=40)  # code of the drafting unit
    symbol = models.CharField(max_length=20)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    revision = models.PositiveSmallIntegerField(default=1)
    medium = models.CharField(max_length=10, choices=Medium, default=Medium.ELECTRONIC)
    authority = models.ForeignKey(AuthorityTable, on_delete=models.PROTECT, null=True, related_name="+")
    article = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    by_rule = models.CharField(max_length=300, blank=True)  # the rule that decided, where a rule decides (自動決定)
    drafter = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    drafter_post = models.ForeignKey("org.Post", on_delete=models.PROTECT, null=True, related_name="+")
    content_digest = models.CharField(max_length=64, blank=True)
    drafted_at = models.DateTimeField()
    circulated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["symbol", "fiscal_year", "number"], name="one_decision_per_number"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state__in=["drafting", "circulating", "returned", "pulled_back"]),
                name="one_open_decision_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["decided", "issued", "rejected"], decided_at__isnull=False)
                | (~Q(state__in=["decided", "issued", "rejected"]) & Q(decided_at__isnull=True)),
                name="decided_at_with_the_decision",
            ),
            models.CheckConstraint(
                condition=Q(drafter__isnull=False) | ~Q(by_rule=""), name="a_person_drafts_or_a_rule_decides"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="decision_subject"),
            models.Index(fields=["unit", "-id"], name="decision_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """The document number as it is written: 2主税徴第1042号 (fiscal year in the era's count)."""
        _era, year = era_year(fiscal_year_start(self.fiscal_year))
        return f"{year}{self.symbol}第{self.number}号"


class Step(models.Model):
    """One station of a decision's route in one revision: a post, what it is asked for, and what it answered.

    A step belongs to a post, not to a person: who may act is resolved through core.org when it is asked. Steps of an
    earlier revision stay as they were (approvals are bound to a revision) and must not be counted for a later one.
    """

    class Kind(models.TextChoices):
        LEGAL_CHECK = "legal_check", _("審査")
        LINE_REVIEW = "line_review", _("審議")
        CONSULT = "consult", _("協議")
        DECIDE = "decide", _("決定")

    class State(models.TextChoices):
        WAITING = "waiting", _("未着")
        ACTIVE = "active", _("未処理")
        APPROVED = "approved", _("承認")
        APPROVED_WITH_OPINION = "approved_with_opinion", _("意見付き承認")
        RETURNED = "returned", _("差戻し")
        REJECTED = "rejected", _("否決")
        SUPERSEDED = "superseded", _("効力なし")

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=24, choices=State, default=State.WAITING)
    post = models.ForeignKey("org.Post", on_delete=models.PROTECT, related_name="+")
    task_id = models.BigIntegerField(null=True)
    acted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    opinion = models.TextField(blank=True)
    activated_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "revision", "position"], name="one_step_per_position"),
            models.UniqueConstraint(
                fields=["decision", "revision"], condition=Q(kind="decide"), name="exactly_one_decider"
            ),
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="active"), name="one_active_step_per_decision"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "active", "superseded"], acted_by__isnull=True)
                | (
                    ~Q(state__in=["waiting", "active", "superseded"])
                    & Q(acted_by__isnull=False, acted_at__isnull=False)
                ),
                name="who_acted_stands_with_the_act",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["post", "-id"], name="step_post")]

    def __str__(self) -> str:
        return f"{self.decision_id}/{self.revision}.{self.position} {self.kind} {self.state}"


class Attachment(models.Model):
    """One file that belongs to a decision (別紙), in one revision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="attachments")
    revision = models.PositiveSmallIntegerField()
    file_id = models.BigIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name
