from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tocho.lib.dates import era_year, fiscal_year_start


class ReceivedDocument(models.Model):
    """A document that arrived at an office (収受): ``received → registered → assigned → handled``.

    ``sender`` may be personal. Numbered without gaps in each office and fiscal year (収受番号).
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("到達")
        REGISTERED = "registered", _("収受済")
        ASSIGNED = "assigned", _("配布済")
        HANDLED = "handled", _("処理済")

    class Channel(models.TextChoices):
        POST = "post", _("郵送")
        COUNTER = "counter", _("窓口")
        MAIL = "mail", _("電子メール")
        ONLINE = "online", _("オンライン")

    unit = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=200)
    sender = models.CharField(max_length=200)
    channel = models.CharField(max_length=8, choices=Channel)
    arrived_on = models.DateField()
    stored = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    assigned_unit = models.CharField(max_length=40, blank=True)
    handling = models.TextField(blank=True)  # what was done about it
    once = models.CharField(max_length=60, unique=True)
    changed_at = models.DateTimeField()
    task_id = models.BigIntegerField(null=True)  # what waits in the inbox of the office that handles it
    gone_at = models.DateTimeField(null=True)  # destroyed with its file: number and days are left

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "number"], condition=Q(number__isnull=False), name="received_number"
            ),
            models.CheckConstraint(
                name="received_numbered",
                condition=Q(state="received", number__isnull=True)
                | (~Q(state="received") & Q(number__isnull=False, fiscal_year__isnull=False)),
            ),
            models.CheckConstraint(
                name="received_assigned", condition=~Q(state__in=["assigned", "handled"]) | ~Q(assigned_unit="")
            ),
            models.CheckConstraint(
                name="received_handled",
                condition=~Q(state="handled") | ~Q(handling="") | Q(gone_at__isnull=False),
            ),
            models.CheckConstraint(
                name="received_gone_says_nothing",
                condition=Q(gone_at__isnull=True) & ~Q(title="")
                | Q(gone_at__isnull=False, state="handled", title="", sender="", handling=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="received_unit"),
            models.Index(fields=["assigned_unit", "-id"], name="received_assigned_unit"),
            models.Index(fields=["unit", "state", "-id"], name="received_unit_state"),
            models.Index(fields=["assigned_unit", "state", "-id"], name="received_assigned_state"),
            models.Index(fields=["arrived_on"], name="received_arrived"),  # what is rare within some days
        ]

    @property
    def reference(self) -> str:
        """``2-120``; "" before it is registered."""
        if self.fiscal_year is None:
            return ""
        _era, year = era_year(fiscal_year_start(self.fiscal_year))
        return f"{year}-{self.number}"

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ReceivedLink(models.Model):
    """That a matter of a module above (事案, 案件) came of a received document. A wrong one is taken off
    (``ended_at``), never deleted."""

    received = models.ForeignKey(ReceivedDocument, on_delete=models.PROTECT, related_name="links")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["received", "subject_type", "subject_id"],
                condition=Q(ended_at=None),
                name="receivedlink_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], condition=Q(ended_at=None), name="receivedlink_subject")
        ]

    def __str__(self) -> str:
        return f"{self.received_id} {self.subject_type}:{self.subject_id}"


class ReceivedReader(models.Model):
    """A person to whom a received document is shown (供覧), and when they read it. Holds nothing up."""

    received = models.ForeignKey(ReceivedDocument, on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=200)  # as it was called when they were asked
    address = models.CharField(max_length=60)  # where the task stands
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    task_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["received", "user"], name="receivedreader_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="receivedreader_user")]

    def __str__(self) -> str:
        return f"{self.received_id} {self.user_id}"


class ReceivedWords(models.Model):
    """Number, title and sender of what arrived as tokens. Derived; never searched without ``permissions``."""

    received = models.OneToOneField(ReceivedDocument, on_delete=models.CASCADE, primary_key=True, related_name="+")
    tokens = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="receivedwords_tokens")]

    def __str__(self) -> str:
        return str(self.received_id)
