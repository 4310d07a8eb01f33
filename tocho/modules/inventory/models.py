from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far a procedure has come on its way to the phone."""

    SURVEYED = "surveyed", _("調査済")
    ANALYSED = "analysed", _("分析済")
    PLANNED = "planned", _("計画済")
    BUILDING = "building", _("構築中")
    TRIAL = "trial", _("試行中")
    LIVE = "live", _("公開中")
    IMPROVING = "improving", _("改善中")
    RETIRED = "retired", _("終了")
    ABOLISHED = "abolished", _("手続廃止")
    STATE_REQUEST = "state_request", _("国へ要望")


class Authority(models.TextChoices):
    """Who can change the procedure."""

    OWN = "own", _("都の権限")
    NATIONAL = "national", _("国への働きかけ")
    MUNICIPAL = "municipal", _("区市町村経由")
    ABOLISHED = "abolished", _("廃止")


class ProcedureEntry(models.Model):
    """One procedure of the government as the inventory (手続棚卸) knows it, whether it is on this platform or not.

    What is filtered and counted has a column of its own; the other columns of the survey stand in ``survey`` by the
    keys of ``codebook.toml`` (empty ones are left out). Must not be changed but by the module's actions: the past is
    asked of ``EntryVersion``, and online rates count live entries only.
    """

    code = models.CharField(max_length=40, unique=True)  # 手続ID
    name = models.CharField(max_length=300)
    law = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=4, blank=True)
    online_status = models.CharField(max_length=2, blank=True)
    volume = models.BigIntegerField(null=True)  # 総手続件数 a year; null = unknown
    volume_online = models.BigIntegerField(null=True)
    volume_offline = models.BigIntegerField(null=True)
    survey = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, default=State.SURVEYED)
    authority = models.CharField(max_length=12, choices=Authority, default=Authority.OWN)
    is_main = models.BooleanField(default=False)  # one of the 主要169手続
    unit = models.CharField(max_length=40)  # code of the owning office
    method = models.CharField(max_length=12, blank=True)
    starts = models.IntegerField(null=True)  # quarter, see definitions.quarter
    completes = models.IntegerField(null=True)
    bpr_before = models.TextField(blank=True)
    bpr_after = models.TextField(blank=True)
    procedure_key = models.CharField(max_length=60, blank=True)
    version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )  # what made it live
    system_name = models.CharField(max_length=200, blank=True)
    system_url = models.CharField(max_length=300, blank=True)
    certifier = models.CharField(max_length=200, blank=True)  # the post that has seen the other system work
    sample_note = models.CharField(max_length=200, blank=True)
    search_text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="entry_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="entry_authority_known", condition=Q(authority__in=Authority.values)),
            models.CheckConstraint(
                name="entry_live_has_ground",
                condition=~Q(state__in=["live", "improving"])
                | Q(version__isnull=False)
                | (~Q(system_name="") & ~Q(system_url="") & ~Q(certifier="")),
            ),
            models.CheckConstraint(
                name="entry_scheduled",
                condition=~Q(state__in=["planned", "building", "trial"])
                | Q(starts__isnull=False, completes__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_quarters_in_order",
                condition=Q(starts__isnull=True) | Q(completes__isnull=True) | Q(completes__gte=F("starts")),
            ),
            models.CheckConstraint(
                name="entry_volume_parts",
                condition=Q(volume__isnull=True) | Q(volume_online__isnull=True) | Q(volume_online__lte=F("volume")),
            ),
            models.CheckConstraint(name="entry_has_a_name", condition=~Q(code="") & ~Q(name="") & ~Q(unit="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "code"], name="entry_unit"),
            models.Index(Coalesce("volume", -1).desc(), "code", name="entry_volume"),
            models.Index(Coalesce("completes", 99999), "code", name="entry_completes"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


OWN_FIELDS = (
    "code", "name", "law", "kind", "online_status", "volume", "volume_online", "volume_offline", "state", "authority",
    "is_main", "unit", "method", "starts", "completes", "bpr_before", "bpr_after", "procedure_key", "system_name",
    "system_url", "certifier", "sample_note",
)  # fmt: skip


class EntryVersion(models.Model):
    """What an entry said from a day on: one row for each act that changed it, never changed (trigger).

    Counts "as of" a day take each entry's last row with ``effective_on`` not after that day; of two of one day the
    later recorded. ``changes`` holds what the act changed: column → [before, after]. Must not hold personal data.
    """

    entry = models.ForeignKey(ProcedureEntry, on_delete=models.PROTECT, related_name="versions")
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    authority = models.CharField(max_length=12)
    is_main = models.BooleanField()
    unit = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, blank=True)
    volume = models.BigIntegerField(null=True)
    starts = models.IntegerField(null=True)
    completes = models.IntegerField(null=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    ledger_entry_id = models.BigIntegerField(null=True)  # the act on this entry: its actor and moment
    run = models.ForeignKey(
        "inventory.ImportRun", on_delete=models.PROTECT, null=True, related_name="+"
    )  # or the import, which is one act on many entries

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="entryversion_by_one_act",
                condition=Q(ledger_entry_id__isnull=False, run__isnull=True)
                | Q(ledger_entry_id__isnull=True, run__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["entry", "-effective_on", "-id"], name="entryversion_as_of")]


class ImportRun(models.Model):
    """One file on its way into the inventory: uploaded, read and compared, confirmed by a person, taken over whole.

    Must not be taken over in part: writing is one transaction, and it is refused when the inventory has moved on since
    the comparison that the person confirmed (``seen_version``).
    """

    class State(models.TextChoices):
        READING = "reading", _("確認中")
        CHECKED = "checked", _("確認済")
        REFUSED = "refused", _("誤りあり")
        APPLYING = "applying", _("取込中")
        APPLIED = "applied", _("取込済")
        DISCARDED = "discarded", _("取りやめ")

    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField()  # the day the file speaks of (基準日)
    default_unit = models.CharField(max_length=40)  # owner of new rows that name none
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    encoding = models.CharField(max_length=20, blank=True)
    problem = models.TextField(blank=True)  # why the whole file could not be read
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)  # reading and writing together
    seen_version = models.BigIntegerField(default=0)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=40, unique=True)  # a form sent twice is one import

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applied_without_errors",
                condition=~Q(state__in=["checked", "applying", "applied"]) | Q(error_count=0, problem=""),
            ),
        ]


class ImportLine(models.Model):
    """What one import found: an error in a cell, or an entry that will be new or changed. Unchanged rows have none."""

    class Outcome(models.TextChoices):
        ERROR = "error", _("誤り")
        NEW = "new", _("新しい手続")
        CHANGED = "changed", _("変わる手続")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    outcome = models.CharField(max_length=8, choices=Outcome)
    row = models.PositiveIntegerField()  # as the spreadsheet counts: the first row is 1
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=300, blank=True)
    column = models.CharField(max_length=60, blank=True)  # title of the column, as the file has it
    value = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)  # column → [before, after]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["run", "outcome", "id"], name="importline_run")]


class Export(models.Model):
    """A long list on its way into a file: asked for by a person, written by a job, fetched by that person until it
    expires. Must not be shown to anybody else: a filter tells what somebody is looking for.
    """

    class Form(models.TextChoices):
        CSV = "csv", "CSV (UTF-8)"
        CP932 = "cp932", "CSV (Shift_JIS)"
        XLSX = "xlsx", "Excel"

    filters = models.JSONField()  # of the list, by name
    form = models.CharField(max_length=8, choices=Form)
    row_count = models.PositiveIntegerField()
    done_count = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="export_ready_with_its_file",
                condition=Q(ready_at=None, file=None, expires_at=None)
                | Q(ready_at__isnull=False, file__isnull=False, expires_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="export_expiry", condition=Q(file__isnull=False, expired_at=None)),
        ]

    def __str__(self) -> str:
        return f"export {self.id}"


class BulkChange(models.Model):
    """The same change of many entries, confirmed by a person with their number and made by a job, entry by entry.

    ``entry_ids`` are those that the person saw counted: whatever the change does to the filter, no other entry is
    touched. Each entry that changes has its own record; ``refused`` are (code, reason), at most a hundred.
    """

    entry_ids = models.JSONField()
    values = models.JSONField()
    reason = models.TextField()
    total = models.PositiveIntegerField()
    done_count = models.PositiveIntegerField(default=0)  # the job goes on here
    changed_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    post_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="bulk_within_its_total", condition=Q(done_count__lte=F("total"))),
        ]

    def __str__(self) -> str:
        return f"bulk change {self.id}"
