from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tocho.lib.dates import era_year, fiscal_year_start

from .files import Document


class Exemption(models.TextChoices):
    """Why something is not disclosed (非開示情報, 東京都情報公開条例7条各号).

    Numbers 2 to 6 were compared with what decisions and the 情報公開審査会 cite; 1 and 7 only with the guide of a city
    whose ordinance has the same articles (小平市「情報公開条例の手引」). Later amendments must be looked up before use.
    """

    BY_LAW = "1", _("1号　法令秘情報")
    PERSONAL = "2", _("2号　個人に関する情報")
    BUSINESS = "3", _("3号　事業活動情報")
    SAFETY = "4", _("4号　犯罪の予防・捜査等情報")
    DELIBERATION = "5", _("5号　審議・検討・協議情報")
    OPERATION = "6", _("6号　行政運営情報")
    PROMISED = "7", _("7号　任意提供情報")


class DisclosureRequest(models.Model):
    """A request for disclosure (開示請求, 東京都情報公開条例6条) that an office answers: what is asked for, until when.

    ``open → decided → closed``, or ``withdrawn`` before it is decided. Beside what follows from its documents it may be
    refused without saying whether there are any (存否応答拒否, 10条) or rejected (却下: what it names is sold, or to be
    read elsewhere, 2条2項・18条2項). Numbered without gaps in each office and fiscal
    year. Who asked stands in the received document only, never here.
    """

    class State(models.TextChoices):
        OPEN = "open", _("対応中")
        DECIDED = "decided", _("決定済")
        CLOSED = "closed", _("完結")
        WITHDRAWN = "withdrawn", _("取下げ")

    class Outcome(models.TextChoices):
        FULL = "full", _("全部開示")
        PARTIAL = "partial", _("一部開示")
        NONE = "none", _("非開示")
        ABSENT = "absent", _("不存在")
        REFUSED = "refused", _("存否応答拒否")
        REJECTED = "rejected", _("却下")

    unit = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    requested_on = models.DateField()
    due_on = models.DateField()
    correction_days = models.PositiveSmallIntegerField(default=0)  # that it took to put the request right (補正)
    extension_reason = models.CharField(max_length=300, blank=True)
    received = models.ForeignKey("records.ReceivedDocument", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    decided_on = models.DateField(null=True)
    decision = models.CharField(max_length=100, blank=True)  # number of the matter that decided it
    once = models.CharField(max_length=60, unique=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "fiscal_year", "number"], name="disclosure_number"),
            models.CheckConstraint(name="disclosure_named", condition=~Q(title="")),
            models.CheckConstraint(name="disclosure_due_later", condition=Q(due_on__gt=F("requested_on"))),
            models.CheckConstraint(
                name="disclosure_decided",
                condition=Q(state__in=["open", "withdrawn"], outcome="", decided_on__isnull=True)
                | (Q(state__in=["decided", "closed"], decided_on__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="disclosure_unit"),
            models.Index(fields=["state", "due_on"], name="disclosure_due"),
        ]

    @property
    def reference(self) -> str:
        """``2-3``: fiscal year in the era's count, number within the office."""
        _era, year = era_year(fiscal_year_start(self.fiscal_year))
        return f"{year}-{self.number}"

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class DisclosureSearch(models.Model):
    """One search that was made to answer a request: with what, by whom, how many it found. Never changed (trigger): it
    shows that what is said not to exist was looked for."""

    request = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="searches")
    asked = models.JSONField()  # what was typed, by name of the filter; may be personal
    found = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["request", "-id"], name="disclosuresearch_request")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.asked}"


class DisclosureItem(models.Model):
    """One document that a request is about, what becomes of it, and the ground where it is not disclosed."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("未定")
        DISCLOSE = "disclose", _("開示")
        PARTIAL = "partial", _("一部開示")
        WITHHOLD = "withhold", _("非開示")
        APART = "apart", _("対象外")

    request = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="items")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.OPEN)
    exemption = models.CharField(max_length=2, choices=Exemption, blank=True)
    note = models.CharField(max_length=300, blank=True)  # which part, or why it is not meant
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)  # opened from the list, the last time

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "document"], name="disclosureitem_once"),
            models.CheckConstraint(
                name="disclosureitem_withheld_on_a_ground",
                condition=Q(verdict__in=["partial", "withhold"]) & ~Q(exemption="")
                | ~Q(verdict__in=["partial", "withhold"]) & Q(exemption=""),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["document"], name="disclosureitem_document")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.document_id}"
