from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What an asked section says in one word; anything but 異議なし is explained in words."""

    NONE = "none", _("異議なし")
    REMARK = "remark", _("意見あり")
    OBJECTION = "objection", _("支障あり")
    UNCONCERNED = "unconcerned", _("所管外")


class Inquiry(models.Model):
    """One question (意見照会) that a section puts to others about one subject, known by type and id only.

    ``brief`` is all that those asked see of the subject: label and value pairs chosen by whoever asks, and the files
    beside it. It is personal where the subject is, and must not be used as the subject's record.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unit = models.CharField(max_length=40)  # the section that asks
    title = models.CharField(max_length=200)  # what the inbox shows; no personal data
    question = models.TextField()
    brief = models.JSONField(default=list)  # [[label, value], …]
    due_on = models.DateField()
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # none: the flow asked
    asked_at = models.DateTimeField()
    once = models.CharField(max_length=64)  # form and content (``form_key``): pressed twice, asked once

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "once"], name="one_inquiry_for_each_form"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="inquiry_of_unit")]

    def __str__(self) -> str:
        return self.title


class Opinion(models.Model):
    """What one asked section (回答する課) says to one question; empty until it has answered.

    Never edited afterwards. A withdrawn one was taken back by those who asked before it was answered.
    """

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="opinions")
    unit = models.CharField(max_length=40)
    task = models.ForeignKey("process.Task", models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    text = models.TextField(blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inquiry", "unit"], name="one_opinion_for_each_unit"),
            models.CheckConstraint(
                condition=Q(verdict="", answered_at=None, answered_by=None)
                | (~Q(verdict="") & Q(answered_at__isnull=False, answered_by__isnull=False, withdrawn_at=None)),
                name="opinion_answered_or_not",
            ),
            models.CheckConstraint(condition=Q(verdict__in=["", *Verdict.values]), name="opinion_verdict_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="opinion_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry_id} {self.unit}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None


class InquiryFile(models.Model):
    """One file that those asked may open; it belongs to the subject and is not theirs to pass on."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.inquiry_id} {self.file_id}"


class OpinionFile(models.Model):
    """One file that came with an answer."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.file_id}"
