from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Who speaks: the applicant's side (申請者) or the office (担当の部署)."""

    APPLICANT = "applicant", _("申請者")
    OFFICE = "office", _("担当")


class Thread(models.Model):
    """All that an applicant's side and an office write to each other about one subject (やりとり); one for each.

    It knows the subject by type and id only. Whoever may open the subject may read it; it must not be used to decide
    who that is. ``waiting_since`` and ``due_on`` stand while a question of the applicant has no answer.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unit = models.CharField(max_length=40)
    title = models.CharField(max_length=200)  # what the inbox shows; no personal data
    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    task = models.ForeignKey("process.Task", models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_thread_for_each_subject"),
            models.CheckConstraint(
                condition=Q(waiting_since=None, due_on=None) | Q(waiting_since__isnull=False, due_on__isnull=False),
                name="a_waiting_question_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}"


class Message(models.Model):
    """One message of a thread, as it was sent; personal, emptied at the end of the subject's retention.

    Never edited: what was said stays said. ``read_at`` is when the other side first had it on the screen.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    once = models.CharField(max_length=64)  # side, form and content (``form_key``): pressed twice, written once
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "once"], name="one_message_for_each_form"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="message_side_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["thread", "side"], name="message_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.side}"


class Attachment(models.Model):
    """One file that came with a message. Who may open it is decided by the thread's subject, not here."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.file_id}"


class Phrase(models.Model):
    """A standard phrase (定型文) of one unit, put into an answer with one press; it holds nothing about a person."""

    unit = models.CharField(max_length=40, db_index=True)
    title = models.CharField(max_length=60)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["title", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "title"], name="one_phrase_for_each_title"),
        ]

    def __str__(self) -> str:
        return self.title
