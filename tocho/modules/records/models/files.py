from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tocho.lib.dates import era_year, fiscal_year_start


class Retention(models.TextChoices):
    """How long documents of a class are kept (保存期間の種別, 東京都文書管理規則)."""

    UNDER_1 = "under_1", _("1年未満")
    Y1 = "y1", _("1年")
    Y3 = "y3", _("3年")
    Y5 = "y5", _("5年")
    Y10 = "y10", _("10年")
    Y30 = "y30", _("30年")
    LONG = "long", _("長期")


class Classification(models.Model):
    """One class of the document classification (文書分類表): what belongs to it, and how long it is kept.

    A new table adds rows and ends old ones (``valid_until``); files keep class and period.
    """

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    retention = models.CharField(max_length=8, choices=Retention)
    is_historical = models.BooleanField(default=False)  # goes to the archive (公文書館) in the end
    ground = models.CharField(max_length=200, blank=True)
    categories = models.JSONField(default=list)  # kinds of matters (事案の種類) that are filed here by themselves
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RecordFile(models.Model):
    """A file (簿冊) of one office, class and fiscal year: documents that are kept and disposed of together.

    ``ends_on`` is the last day of the period; None until the file is closed. What is left after disposal is the
    tombstone: number, title, class, days, and of each document number, day and digest.
    """

    class State(models.TextChoices):
        CURRENT = "current", _("現用")
        CLOSED = "closed", _("完結")
        RETAINED = "retained", _("保存中")
        DUE = "due", _("期間満了")
        EXTENDED = "extended", _("保存延長")
        DISPOSAL_REVIEW = "disposal_review", _("廃棄協議中")
        TRANSFER_CANDIDATE = "transfer_candidate", _("移管予定")
        TRANSFERRED = "transferred", _("公文書館へ移管")
        DISPOSED = "disposed", _("廃棄済")

    unit = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    classification = models.ForeignKey(Classification, on_delete=models.PROTECT, related_name="+")
    retention = models.CharField(max_length=8, choices=Retention)
    state = models.CharField(max_length=20, choices=State, default=State.CURRENT)
    is_automatic = models.BooleanField(default=False)  # opened by the first document of its class and year
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)  # destroyed or taken over by the archive
    package = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(max_length=100, blank=True)  # the archive's (受入番号)
    sample_note = models.CharField(max_length=200, blank=True)
    search_text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "fiscal_year", "number"], name="recordfile_number"),
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "classification"],
                condition=Q(is_automatic=True, state="current"),
                name="recordfile_one_automatic",
            ),
            models.CheckConstraint(
                name="recordfile_closed_has_a_period",
                condition=Q(state="current", closed_on__isnull=True, starts_on__isnull=True, ends_on__isnull=True)
                | (~Q(state="current") & Q(closed_on__isnull=False, starts_on__isnull=False, ends_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="recordfile_ended",
                condition=Q(state__in=["transferred", "disposed"], ended_on__isnull=False)
                | (~Q(state__in=["transferred", "disposed"]) & Q(ended_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="recordfile_handed_over_whole",
                condition=~Q(state="transferred") | (~Q(receipt="") & Q(package__isnull=False)),
            ),
            models.CheckConstraint(
                name="recordfile_period",
                condition=Q(closed_on__isnull=True)
                | Q(closed_on__gte=F("opened_on"), starts_on__gte=F("closed_on"), ends_on__gte=F("starts_on")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="recordfile_unit"),
            models.Index(fields=["unit", "state", "-id"], name="recordfile_unit_state"),
            models.Index(fields=["unit", "classification", "-id"], name="recordfile_unit_class"),
            models.Index(fields=["unit", "fiscal_year", "-id"], name="recordfile_unit_year"),
            models.Index(fields=["state", "ends_on"], name="recordfile_due"),
        ]

    @property
    def reference(self) -> str:
        """``2-15``: fiscal year in the era's count, number within the office."""
        _era, year = era_year(fiscal_year_start(self.fiscal_year))
        return f"{year}-{self.number}"

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Document(models.Model):
    """One document (公文書) in a file: what it is, where it stands in the system, a digest of what it said.

    ``subject_type`` and ``subject_id`` name the decision, notice or received document that it is; the content stays
    there or in ``stored``. ``unit`` is its file's (trigger). After disposal only number, day and digest are left
    (``gone_at``).
    """

    class Kind(models.TextChoices):
        DECISION = "decision", _("起案文書")
        NOTICE = "notice", _("通知")
        RECEIVED = "received", _("収受文書")
        OTHER = "other", _("その他の文書")

    file = models.ForeignKey(RecordFile, on_delete=models.PROTECT, related_name="documents")
    unit = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=300, blank=True)
    dated_on = models.DateField()
    stored = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    entered_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    search_text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], condition=Q(subject_id__isnull=False), name="document_filed_once"
            ),
            models.CheckConstraint(
                name="document_gone_says_nothing",
                condition=Q(gone_at__isnull=True) & ~Q(title="") | Q(gone_at__isnull=False, title="", search_text=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["file", "id"], name="document_file"),
            models.Index(fields=["unit", "-id"], name="document_unit"),
            models.Index(fields=["unit", "kind", "-id"], name="document_unit_kind"),
            models.Index(fields=["unit", "-dated_on", "-id"], name="document_unit_day"),
            models.Index(fields=["-dated_on", "-id"], name="document_day"),  # the archive's, of all offices
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class FileWords(models.Model):
    """The title and class of a file as tokens (``engines.search``). Derived; never searched without ``permissions``."""

    file = models.OneToOneField(RecordFile, on_delete=models.CASCADE, primary_key=True, related_name="+")
    tokens = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="filewords_tokens")]

    def __str__(self) -> str:
        return str(self.file_id)


class DocumentWords(models.Model):
    """The number and title of a document as tokens and, once a job has read it, the text of what it says (``read_at``).

    Derived; gone with the words of the document. Never searched without ``permissions``.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="+")
    tokens = SearchVectorField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="documentwords_tokens")]

    def __str__(self) -> str:
        return str(self.document_id)
