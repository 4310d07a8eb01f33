from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far the abolition of one seal has come."""

    SURVEYED = "surveyed", _("調査済")
    CLASSIFIED = "classified", _("区分済")
    PLANNED = "planned", _("改正予定")
    RULE_AMENDED = "rule_amended", _("規定改正済")
    ABOLISHED = "abolished", _("廃止済")
    RETAINED = "retained", _("存続")
    STATE_REQUEST = "state_request", _("国へ要望")
    REMOVED = "removed", _("対象外")  # entered by mistake, twice, or the affair is no more: not counted from then on


class Disposition(models.TextChoices):
    """What is to become of a seal: the classes of the first survey (第一次 押印実態調査)."""

    ABOLISH = "abolish", _("廃止予定")
    DIGITAL = "digital", _("デジタル代替")
    ADJUSTING = "adjusting", _("取扱調整中")
    BY_LAW = "by_law", _("法令等で規定")
    CERTIFICATE = "certificate", _("表彰状など")


class Direction(models.TextChoices):
    """Between whom the sealed paper goes."""

    INBOUND = "inbound", _("対外から")
    INTERNAL = "internal", _("庁内")
    OUTBOUND = "outbound", _("対外へ")


class Seal(models.TextChoices):
    """What is set on the paper."""

    PRIVATE = "private", _("認印")
    STAFF = "staff", _("職員印")
    REGISTERED = "registered", _("登録印")
    OFFICIAL = "official", _("公印")
    SIGNATURE = "signature", _("署名")


class Basis(models.TextChoices):
    """What the seal rests on; the weaker the basis, the sooner it can go."""

    LAW = "law", _("法令")
    ORDINANCE = "ordinance", _("条例")
    REGULATION = "regulation", _("規則")
    GUIDELINE = "guideline", _("要綱")
    HABIT = "habit", _("慣行")
    NONE = "none", _("なし")


class Purpose(models.TextChoices):
    """What the seal was to show."""

    IDENTITY = "identity", _("本人確認")
    INTENT = "intent", _("真意の確認")
    GENUINE = "genuine", _("真正性")


class Substitute(models.TextChoices):
    """What takes the place of the seal."""

    NOTHING = "nothing", _("廃止（代わりなし）")
    ONLINE = "online", _("電子申請")
    DECISION = "decision", _("電子決定")
    SIGNATURE = "signature", _("電子署名")
    CONTACT = "contact", _("連絡先の確認")


class Field(models.TextChoices):
    """The office in charge of a system of rules (制度所管), as the report groups the rules to amend."""

    PERSONNEL = "personnel", _("人事")
    FINANCE = "finance", _("財務")
    ACCOUNTING = "accounting", _("会計")
    OTHER = "other", _("その他")


class RuleKind(models.TextChoices):
    """Who can amend a rule: an ordinance needs the assembly (地方自治法14条), a law the nation."""

    LAW = "law", _("法令")
    ORDINANCE = "ordinance", _("条例")
    REGULATION = "regulation", _("規則")
    GUIDELINE = "guideline", _("要綱・要領")


class SealSurvey(models.Model):
    """One round of the survey (押印実態調査 第一次 …): the day it speaks of, and until when bureaus answer.

    Each round is a version of the denominator: its whole is counted from the records as of ``as_of``, never stored.
    """

    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=100)
    as_of = models.DateField()
    closes_on = models.DateField()
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sealsurvey_closes_later", condition=Q(closes_on__gte=models.F("as_of"))),
        ]

    def __str__(self) -> str:
        return self.title


class BureauReturn(models.Model):
    """What one bureau answers to one round, and who certified it. Certified, what it said of the seals is closed;
    opening it again needs a reason. The counts at that moment stay as the certifier saw them.
    """

    survey = models.ForeignKey(SealSurvey, on_delete=models.PROTECT, related_name="returns")
    bureau = models.CharField(max_length=40)
    certified_at = models.DateTimeField(null=True)
    certified_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    certifier = models.CharField(max_length=200, blank=True)  # the post, as it was called
    count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 over what was certified
    reminded_on = models.DateField(null=True)  # the last day on which it was asked for after its time
    task_id = models.BigIntegerField(null=True)  # what waits in the inbox until it is certified

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "bureau"], name="bureaureturn_once"),
            models.CheckConstraint(
                name="bureaureturn_certified_whole",
                condition=Q(certified_at__isnull=True, certifier="", digest="", count=0)
                | (Q(certified_at__isnull=False) & ~Q(certifier="") & ~Q(digest="")),
            ),
        ]


class SealRule(models.Model):
    """A rule (規定) that demands seals and has to be amended: an ordinance, a regulation, a guideline.

    ``amended_on`` is the day on which the amendment is in force; only then may its seals be dropped. It is what the
    newest ``RuleAmendment`` says (trigger).
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=RuleKind)
    field = models.CharField(max_length=12, choices=Field, default=Field.OTHER)
    unit = models.CharField(max_length=40)
    identified_on = models.DateField()
    planned_on = models.DateField(null=True)
    amended_on = models.DateField(null=True)
    amendment = models.CharField(max_length=200, blank=True)  # 令和2年東京都規則第○号
    sample_note = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sealrule_named", condition=~Q(code="") & ~Q(name="") & ~Q(unit="")),
            models.CheckConstraint(
                name="sealrule_amended_by_something",
                condition=Q(amended_on__isnull=True, amendment="") | (Q(amended_on__isnull=False) & ~Q(amendment="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["planned_on", "code"], name="sealrule_planned")]

    def __str__(self) -> str:
        return self.name


class RuleAmendment(models.Model):
    """What was recorded of the amendment of a rule: by which act, in force from when. The newest row holds.

    A day that was entered wrongly is corrected by another row with its reason; none is ever changed (trigger), so that
    what was counted before can be counted again.
    """

    rule = models.ForeignKey(SealRule, on_delete=models.PROTECT, related_name="amendments")
    amended_on = models.DateField()
    amendment = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)  # why it was corrected; "" in the first one
    recorded_at = models.DateTimeField()
    ledger_entry_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="ruleamendment_named", condition=~Q(amendment="")),
        ]
        indexes: ClassVar = [models.Index(fields=["rule", "-id"], name="ruleamendment_newest")]

    def __str__(self) -> str:
        return f"{self.amendment} {self.amended_on}"


class SealRequirement(models.Model):
    """One affair (事務) in which a paper is sealed, as the survey found it; the same paper is counted once.

    Must not be changed but by the module's actions. The past is asked of ``RequirementVersion``.
    """

    unit = models.CharField(max_length=40)
    affair = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    direction = models.CharField(max_length=10, choices=Direction)
    seal = models.CharField(max_length=10, choices=Seal)
    basis = models.CharField(max_length=12, choices=Basis)
    basis_text = models.CharField(max_length=300, blank=True)
    volume = models.PositiveIntegerField(null=True)  # papers a year; null = unknown
    purpose = models.CharField(max_length=10, choices=Purpose, blank=True)
    substitute = models.CharField(max_length=10, choices=Substitute, blank=True)
    disposition = models.CharField(max_length=12, choices=Disposition, blank=True)
    rule = models.ForeignKey(SealRule, on_delete=models.PROTECT, null=True, related_name="requirements")
    planned_on = models.DateField(null=True)
    retained_reason = models.TextField(blank=True)
    review_on = models.DateField(null=True)
    is_main = models.BooleanField(default=False)  # belongs to one of the 主要169手続
    state = models.CharField(max_length=16, choices=State, default=State.SURVEYED)
    sample_note = models.CharField(max_length=200, blank=True)
    search_text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "affair", "document", "seal"],
                condition=~Q(state="removed"),
                name="sealreq_counted_once",
            ),
            models.CheckConstraint(name="sealreq_named", condition=~Q(unit="") & ~Q(affair="") & ~Q(document="")),
            models.CheckConstraint(name="sealreq_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="sealreq_classified",
                condition=Q(state__in=["surveyed", "removed"]) | Q(disposition__in=Disposition.values),
            ),
            models.CheckConstraint(
                name="sealreq_basis_cited",
                condition=Q(basis__in=["habit", "none"]) | ~Q(basis_text=""),
            ),
            models.CheckConstraint(
                name="sealreq_planned_by_rule",
                condition=~Q(state__in=["planned", "rule_amended"]) | Q(rule__isnull=False, planned_on__isnull=False),
            ),
            models.CheckConstraint(
                name="sealreq_retained_for_a_while",
                condition=~Q(state="retained") | (~Q(retained_reason="") & Q(review_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="sealreq_asked_of_the_nation", condition=~Q(state="state_request") | Q(basis="law")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "id"], name="sealreq_unit"),
            models.Index(fields=["state", "id"], name="sealreq_state"),
            models.Index(fields=["disposition", "id"], name="sealreq_disposition"),
        ]

    @property
    def number(self) -> str:
        """``S-00012``: how people and files name it."""
        return f"S-{self.pk:05d}"

    def __str__(self) -> str:
        return f"{self.number} {self.affair}"


class RequirementVersion(models.Model):
    """What a requirement said from a day on: one row for each act that changed it, never changed (trigger).

    Counts "as of" a day take each requirement's last row whose ``effective_on`` is not after that day.
    """

    requirement = models.ForeignKey(SealRequirement, on_delete=models.PROTECT, related_name="versions")
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    disposition = models.CharField(max_length=12, blank=True)
    basis = models.CharField(max_length=12)
    unit = models.CharField(max_length=40)
    volume = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)  # column → [before, after]
    ledger_entry_id = models.BigIntegerField()  # the act; one act may change several

    class Meta:
        indexes: ClassVar = [models.Index(fields=["requirement", "-effective_on", "-id"], name="sealversion_as_of")]
