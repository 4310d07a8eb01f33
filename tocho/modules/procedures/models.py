import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tocho.lib.ordered_json import OrderedJSONField


class Procedure(models.Model):
    """One procedure (手続) that the government offers; what it asks and does stands in its versions."""

    key = models.SlugField(max_length=60, unique=True)
    current = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )  # the version that new applications begin with; null before the first publication
    popularity = models.PositiveIntegerField(default=0)  # order on the front page

    class Meta:
        ordering: ClassVar = ["-popularity", "key"]

    def __str__(self) -> str:
        return self.key


class ProcedureVersion(models.Model):
    """One published version (版) of a procedure: facts, form, rules, process, notices, all as data.

    Immutable (a trigger refuses changes): a running application keeps the version it began with, a new version never
    touches it. Must not be edited in place; load a new one.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    source = (
        OrderedJSONField()
    )  # {"facts": …, "form": …, "rules": {name: dmn}, "process": bpmn, "notices": {name: typst}}
    digest = models.CharField(max_length=64)
    unit = models.CharField(max_length=40)  # code of the office that examines
    process_definition_id = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["procedure_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_version_per_number"),
            models.UniqueConstraint(fields=["procedure", "digest"], name="one_version_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"


class VersionReadings(models.Model):
    """How the texts of a version are read (ふりがな): made by a job after its publication, for SudachiPy's dictionary
    is never opened while a page is answered. Derived: it may be thrown away and made again, nothing may rest on it.
    """

    version = models.OneToOneField(ProcedureVersion, on_delete=models.CASCADE, related_name="readings")
    words = models.JSONField()  # {text: [[surface, reading in hiragana, "" where there is no kanji], …]}

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"readings of version {self.version_id}"


RUNNING_STATES = [
    "signing", "fee_due", "examining", "correction", "waiting_list", "forwarding", "reporting", "decision_pending",
    "decided",
]  # fmt: skip


class ActingAs(models.TextChoices):
    """For whom the applicant acts: themselves, the company of the account, or another as agent (代理人)."""

    SELF = "self", _("本人として")
    COMPANY = "company", _("会社として")
    AGENT = "agent", _("代理人として")


class Application(models.Model):
    """One application (申請・届出) from the first saved answer to its end; after 到達 it is the case (案件).

    ``answers``, ``applicant_*`` are personal. It must not be used to decide who may act: that is asked of the process
    and the organisation. Arrival (到達) is the moment it is recorded here (デジタル手続法6条3項).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        SIGNING = "signing", _("署名待ち")
        FEE_DUE = "fee_due", _("納付待ち")
        EXAMINING = "examining", _("審査中")
        CORRECTION = "correction", _("補正中")
        WAITING_LIST = "waiting_list", _("キャンセル待ち")
        FORWARDING = "forwarding", _("区市町村で確認中")
        REPORTING = "reporting", _("報告待ち")
        DECISION_PENDING = "decision_pending", _("決定手続中")
        DECIDED = "decided", _("通知の準備中")  # the applicant learns the outcome from the notice, not before
        CLOSED = "closed", _("完結")
        WITHDRAWN = "withdrawn", _("取下げ")
        LAPSED = "lapsed", _("署名がそろわず失効")
        EXPIRED = "expired", _("失効")

    OPEN: ClassVar = (
        State.SIGNING,
        State.FEE_DUE,
        State.EXAMINING,
        State.CORRECTION,
        State.WAITING_LIST,
        State.FORWARDING,
        State.REPORTING,
        State.DECISION_PENDING,
    )
    RUNNING: ClassVar = (*OPEN, State.DECIDED)

    class Channel(models.TextChoices):
        ONLINE = "online", _("オンライン")
        COUNTER = "counter", _("窓口")
        PAPER = "paper", _("郵送・紙")
        PHONE = "phone", _("電話")

    class NoticeBy(models.TextChoices):
        ELECTRONIC = "electronic", _("電子（このサイトとメール）")
        POST = "post", _("郵送")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    receipt_number = models.CharField(max_length=24, unique=True, null=True)  # 受付番号
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    acting_as = models.CharField(max_length=10, choices=ActingAs, default=ActingAs.SELF)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE, db_default=Channel.ONLINE)
    filed_by = models.ForeignKey(  # the officer who filed it for a person at the counter
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    language = models.CharField(max_length=8, default="ja")
    notice_by = models.CharField(  # how the notice is to come (デジタル手続法7条1項ただし書); "": not asked, or a draft
        max_length=10, choices=NoticeBy, default="", db_default="", blank=True
    )
    applicant_name = models.CharField(max_length=200, blank=True)
    applicant_email = models.EmailField(blank=True)
    answers = models.JSONField(default=dict)
    computed = models.JSONField(default=dict)
    checks = models.JSONField(default=list)  # [{"title", "ok", "detail", "citation"}] of the automatic examination
    fee = models.PositiveIntegerField(default=0)  # yen
    outcome = models.CharField(max_length=20, blank=True)
    round = models.PositiveSmallIntegerField(default=1, db_default=1)  # 何回目の審査か
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # of a draft, and until when those who sign after it have time
    submitted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)  # end of the 標準処理期間 (行政手続法6条), moved while the clock stands
    stopped_on = models.DateField(null=True)  # the clock stands since
    stopped_days = models.PositiveSmallIntegerField(default=0)  # business days the clock stood, all told
    closed_at = models.DateTimeField(null=True)
    last_step = models.CharField(max_length=60, blank=True)  # of the form, that was saved last; stays at the expiry
    kept_until = models.DateField(null=True)  # end of the retention (保存期間), known when the case ends
    told_end_at = models.DateTimeField(null=True)  # the applicant was told that draft or case will be erased
    erased_at = models.DateTimeField(null=True)  # what the applicant gave is gone; the row stays for the counts
    erasure = models.PositiveSmallIntegerField(default=0, db_default=0)  # ``rules.ERASURE`` by which it was emptied

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "expired"], submitted_at__isnull=True)
                | (
                    ~Q(state__in=["draft", "expired"])
                    & Q(submitted_at__isnull=False, receipt_number__isnull=False, due_on__isnull=False)
                ),
                name="submitted_with_number_and_due_date",
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=False) | ~Q(state__in=["correction", "reporting"]),
                name="clock_stands_in_correction",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(applicant_name="", applicant_email="", answers={}),
                name="erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(channel="online", filed_by__isnull=True)
                | Q(channel__in=["counter", "paper", "phone"], filed_by__isnull=False),
                name="filed_online_or_by_an_officer",
            ),
        ]
        indexes: ClassVar = [
            # The list of an office: newest first, and by the beginning of the applicant's name.
            models.Index(fields=["unit", "-id"], name="application_unit"),
            models.Index(
                fields=["unit", "applicant_name"],
                opclasses=["text_ops", "varchar_pattern_ops"],
                name="application_name",
            ),
            models.Index(fields=["user", "-id"], name="application_user"),
            models.Index(
                fields=["unit", "due_on", "id"], name="application_due", condition=Q(state__in=RUNNING_STATES)
            ),
            models.Index(fields=["version", "-id"], name="application_version"),
            models.Index(fields=["version", "-id"], name="application_round", condition=Q(round__gt=1)),
            models.Index(fields=["expires_at"], name="application_expiry", condition=Q(state__in=["draft", "signing"])),
            models.Index(
                fields=["kept_until", "id"],
                name="application_kept_until",
                condition=Q(kept_until__isnull=False, erased_at__isnull=True),
            ),
            models.Index(fields=["erasure", "id"], name="application_erasure", condition=Q(erased_at__isnull=False)),
            models.Index(
                fields=["id"],
                name="application_unplanned",
                condition=Q(closed_at__isnull=False, kept_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_number or f"draft {self.public_id}"


class RetentionHold(models.Model):
    """One reason to keep a closed case longer than its retention (開示請求・訴訟・監査), until it is lifted."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=200)  # without personal data
    placed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(lifted_at__isnull=True), name="one_hold_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.reason}"


class Transit(models.Model):
    """The way of an application through its municipality (区市町村経由): received there, looked at, forwarded (進達).

    Its days are counted apart from the standard processing period (行政手続法6条 the part in brackets). ``unit`` is the
    municipality's; who answers there is asked of the organisation.
    """

    class Opinion(models.TextChoices):
        SUPPORTS = "supports", _("支障なし")
        CONDITIONS = "conditions", _("条件を付けることを求める")
        CONCERNS = "concerns", _("支障がある")

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="transit")
    unit = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    due_on = models.DateField()
    opinion = models.CharField(max_length=12, choices=Opinion, blank=True)
    words = models.TextField(blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    forwarded_at = models.DateTimeField(null=True)
    forwarded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(forwarded_at__isnull=True) | ~Q(opinion=""), name="forwarded_with_an_opinion"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="transit_unit")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.unit}"


class Representation(models.Model):
    """Who applies as agent (代理人), and by which mandate; ``user`` of the application is the principal, if they have
    an account. It must not be used to decide what the agent may do today: that is asked of ``mandates``."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="representation")
    mandate = models.ForeignKey("mandates.Mandate", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    agent_label = models.CharField(max_length=200)  # 行政書士 鈴木 一郎（登録番号 …）, as it was at the start
    principal_name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.application_id} {self.mandate_id}"


class Correction(models.Model):
    """One request to put an application right (補正の求め, 行政手続法7条) with its deadline, and the answer to it.

    With a ``part`` it asks for what a later round needs (実績報告): that form's answers are ``answers``, personal.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="corrections")
    message = models.TextField()
    fields = models.JSONField(default=list)  # keys of the form fields asked for; empty: the applicant may mend any
    documents = models.JSONField(default=list)  # "key@party" of the documents sent back; then only these and ``fields``
    deadline_on = models.DateField()
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )  # None: the process
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    answers_before = models.JSONField(default=dict)
    part = models.CharField(max_length=60, default="", db_default="", blank=True)
    answers = models.JSONField(default=dict, db_default={})

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True, expired_at__isnull=True),
                name="one_open_correction",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.deadline_on}"


class VersionMove(models.Model):
    """One wish to move the running cases of a procedure to the flow of its present version (動いている案件の移行).

    Worked off by a job, case by case in the order of their ids: ``last_id`` is the last one looked at, so that a killed
    worker goes on behind it. Form, rules and notices of a case stay those of its own version.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    definition_id = models.BigIntegerField()  # of the process, where they go
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    last_id = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # [[receipt number, reason]], the first 200
    refused_count = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(done_at__isnull=True), name="one_move_of_a_procedure_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} → {self.definition_id}"
