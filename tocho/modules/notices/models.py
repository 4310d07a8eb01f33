from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tocho.engines.documents.api import DISPOSITION, ORGANISATION

NO_SEAL = "none"  # 公印省略
UNSEALED = ("composed", "approved")
IN_FORCE = ("sealed", "released", "reached", "undelivered")
CLOSED = ("superseded", "revoked")
AWAY = ("sealed", "undelivered")  # waits for the post
AWAITS_SEAL = Q(state__in=UNSEALED, seal_ground="", seal_returned="") & ~Q(profile=NO_SEAL)  # before 公印審査


class Delivery(models.TextChoices):
    """How somebody wishes to get notices (デジタル手続法7条1項ただし書)."""

    ELECTRONIC = "electronic", _("電子（このサイトとメール）")
    POST = "post", _("郵送")


class StandingWish(models.Model):
    """How the owner of an account wishes to get notices until they say otherwise. It is offered at each application;
    what counts for a notice is what was said there."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.CharField(max_length=10, choices=Delivery)
    said_at = models.DateTimeField()

    class Meta:
        db_table = "notice_standing_wish"


class Ground(models.TextChoices):
    """Why a notice may carry the seal (公印は審査を経て使う): what stands in ``Notice.seal_ground``."""

    REVIEW = "review", _("公印審査")
    STANDING = "standing", _("包括承認")
    LIST = "list", _("名簿の公印審査")
    FORMER = "former", _("公印審査の記録を始める前")


def _hash_range(column: str) -> Func:
    """A text as a range of one number, so that a GiST index without extensions compares it."""
    number = Func(F(column), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
    return Func(number, number, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class NoticeTemplate(models.Model):
    """One Typst source that some notice was made from, by its digest. Immutable: a change is another row."""

    sha256 = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "notice_template"
        constraints = [models.UniqueConstraint(fields=["sha256"], name="notice_template_sha256")]


class SealAuthorisation(models.Model):
    """包括承認 of the seal: in a period, notices of one kind and template may be sealed without 公印審査 of each.

    Given by who keeps the seal of a bureau, who has seen the form (事前押印, 電子公印の包括承認). A template that was
    changed is another form, and waits for 公印審査 until that is authorised too. Taken back it keeps its row; what was
    sealed under it is ``Notice.authorisation``.
    """

    bureau = models.CharField(max_length=40)  # code of the bureau whose seal it is
    kind = models.CharField(max_length=80)  # ``Notice.kind``: procedure and outcome
    template = models.ForeignKey(NoticeTemplate, models.PROTECT, related_name="+")
    profile = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day
    basis = models.CharField(max_length=100)  # number of the document by which it was given
    reason = models.CharField(max_length=500)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # null: loaded
    given_at = models.DateTimeField()
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "notice_seal_authorisation"
        indexes = [models.Index(fields=["bureau", "-id"], name="seal_authorisation_bureau")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="seal_authorisation_period"),
            models.CheckConstraint(
                condition=Q(profile__in=(DISPOSITION, ORGANISATION)), name="seal_authorisation_seal"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_because="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_because=""),
                name="seal_authorisation_revoked",
            ),
            ExclusionConstraint(
                name="seal_authorisation_once",
                expressions=[
                    (_hash_range("bureau"), "&&"),
                    (_hash_range("kind"), "&&"),
                    (_hash_range("profile"), "&&"),
                    (
                        Func(
                            "template",
                            "template",
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        Func("starts_on", "ends_on", Value("[]"), function="daterange", output_field=DateRangeField()),
                        "&&",
                    ),
                ],
                condition=Q(revoked_at=None),
            ),
        ]


class Notice(models.Model):
    """One notice to one recipient: what the government told somebody, when, and whether it still stands.

    ``title``, ``issuer`` and ``issued_on`` are public to whoever has the code; ``data`` is personal and leaves this row
    only inside the document. Do not read a case's outcome from here: the decision is the decision, this tells of it.
    """

    class State(models.TextChoices):
        COMPOSED = "composed", _("作成済み")
        APPROVED = "approved", _("決定済み（署名待ち）")
        SEALED = "sealed", _("署名済み（送付待ち）")
        RELEASED = "released", _("送付済み")
        REACHED = "reached", _("到達")
        UNDELIVERED = "undelivered", _("不達")
        SUPERSEDED = "superseded", _("訂正により差替え")
        REVOKED = "revoked", _("取消し")

    class Profile(models.TextChoices):
        DISPOSITION = DISPOSITION, _("職責証明書")
        ORGANISATION = ORGANISATION, _("組織の証明書")
        NONE = NO_SEAL, _("公印省略")

    class Undelivered(models.TextChoices):
        MAIL = "mail", _("メールが届かなかった")
        UNOPENED = "unopened", _("開かれないまま期限を過ぎた")
        RETURNED = "returned", _("郵便が戻ってきた")
        OFFICE = "office", _("職員が不達とした")

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    decision_id = models.BigIntegerField(null=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    state = models.CharField(max_length=12, choices=State, default=State.COMPOSED)
    profile = models.CharField(max_length=12, choices=Profile)
    unit = models.CharField(max_length=40)

    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # a correction, or words that were put right after 公印審査 returned it
    seal_ground = models.CharField(max_length=8, choices=Ground, blank=True)  # empty: waits for 公印審査
    seal_reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    authorisation = models.ForeignKey(SealAuthorisation, models.PROTECT, null=True, related_name="+")
    seal_task = models.ForeignKey("process.Task", models.SET_NULL, null=True, related_name="+")  # what waits for it
    seal_returned = models.TextField(blank=True)  # why 公印審査 returned it; the office has it now
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=100, blank=True)
    issuer = models.CharField(max_length=100)
    issued_on = models.DateField()
    template = models.ForeignKey(NoticeTemplate, models.PROTECT, related_name="+")
    data = models.JSONField()

    recipient_email = models.EmailField(blank=True)
    recipient_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    token = models.CharField(max_length=43)  # capability of the recipient: who has it, may read
    code = models.CharField(max_length=14)  # verification code, printed on the document

    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    pdf_sha256 = models.BinaryField(null=True)
    signature_level = models.CharField(max_length=5, blank=True)  # PAdES: B-B, B-T or B-LTA
    timestamp_hash = models.CharField(max_length=10, blank=True)  # of the newest archive timestamp
    timestamped_at = models.DateTimeField(null=True)
    undelivered_because = models.CharField(max_length=10, choices=Undelivered, blank=True)
    served_on = models.DateField(null=True)  # 公示送達: the day it was put up
    provable_until = models.DateTimeField(null=True)  # until then anyone can check the signature without us
    renew_at = models.DateTimeField(null=True)  # from then on a new timestamp is due; empty: never
    problem = models.TextField(blank=True)  # why it could not be made, for the office that must mend it
    composed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        indexes = [
            models.Index("renew_at", "id", condition=Q(renew_at__isnull=False), name="notice_renew_at"),
            models.Index("unit", "id", name="notice_unit"),
            models.Index("released_at", condition=Q(state="released"), name="notice_unopened"),
            models.Index("unit", "id", condition=~Q(problem=""), name="notice_troubled"),
            models.Index("unit", "id", condition=AWAITS_SEAL, name="notice_awaits_seal"),
            models.Index(
                fields=["authorisation", "-id"], condition=Q(authorisation__isnull=False), name="notice_authorised"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "decision_id", "supersedes"],
                nulls_distinct=False,
                name="notice_once",
            ),
            models.UniqueConstraint(fields=["token"], name="notice_token"),
            models.UniqueConstraint(fields=["code"], name="notice_code"),
            models.UniqueConstraint(fields=["pdf_sha256"], name="notice_pdf"),
            models.CheckConstraint(
                condition=Q(state__in=UNSEALED)
                | Q(profile=NO_SEAL)
                | Q(pdf_sha256__isnull=False, signed_at__isnull=False),
                name="notice_sealed_before_it_leaves",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_at__isnull=False) | (~Q(state__in=CLOSED) & Q(closed_at=None)),
                name="notice_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(seal_reviewed_by=None) | Q(drafted_by=None) | ~Q(seal_reviewed_by=F("drafted_by")),
                name="notice_four_eyes",
            ),
            models.CheckConstraint(  # no seal without 公印審査, of this one or of all of its kind
                condition=Q(state__in=UNSEALED) | Q(profile=NO_SEAL) | ~Q(seal_ground=""), name="notice_seal_ground"
            ),
            models.CheckConstraint(
                condition=Q(seal_ground__in=("", Ground.FORMER))
                | Q(seal_ground__in=(Ground.REVIEW, Ground.LIST), seal_reviewed_by__isnull=False)
                | Q(seal_ground=Ground.STANDING, authorisation__isnull=False, drafted_by=None),
                name="notice_seal_ground_holds",
            ),
            models.CheckConstraint(
                condition=~Q(state="reached") | Q(reached_at__isnull=False), name="notice_reached_at"
            ),
        ]

    @property
    def is_sealed(self) -> bool:
        return self.profile != NO_SEAL

    @property
    def awaits_seal(self) -> bool:
        """Whether it waits for 公印審査."""
        return self.is_sealed and self.state in UNSEALED and not self.seal_ground and not self.seal_returned

    @property
    def needs_a_decision(self) -> bool:
        """Whether it tells of a disposition (処分), which only a decision takes back."""
        return self.profile == DISPOSITION and self.decision_id is not None

    @property
    def file_name(self) -> str:
        return f"{self.title}_{self.code}.pdf"


class NoticeCopy(models.Model):
    """A former file of a notice, by its digest: what was downloaded before a timestamp was added is genuine, too.

    The bytes are the beginning of the present file, so only the digest is kept. Rows are never changed.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="copies")
    sha256 = models.BinaryField()
    level = models.CharField(max_length=5)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "notice_copy"
        constraints = [models.UniqueConstraint(fields=["sha256"], name="notice_copy_sha256")]


class Posting(models.Model):
    """One letter by post with one notice in it: when, how, and whether it came back."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("普通郵便")
        SIMPLE = "simple", _("簡易書留")
        RECORDED = "recorded", _("特定記録")
        CERTIFIED = "certified", _("配達証明")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="postings")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=20, blank=True)  # お問い合わせ番号
    posted_on = models.DateField()
    returned_on = models.DateField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # why it came back: あて所に尋ねあたりません, 保管期間経過 …

    class Meta:
        db_table = "notice_posting"
        constraints = [
            models.CheckConstraint(
                condition=Q(returned_on=None) | Q(returned_on__gte=models.F("posted_on")), name="posting_returned_after"
            ),
            models.UniqueConstraint(fields=["notice"], condition=Q(returned_on=None), name="posting_one_on_its_way"),
        ]


class NoticeBatch(models.Model):
    """One text sent to everybody on a list (一括通知), each as a notice of its own. Do not count notices from here.

    ``body`` is what the staff wrote, with ``{column}`` for each one's value; ``facts`` are the columns of the table.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("確認中")
        REVIEW = "review", _("公印審査待ち")
        RUNNING = "running", _("作成中")
        PAUSED = "paused", _("一時停止")
        DONE = "done", _("終わりました")
        CANCELLED = "cancelled", _("中止")

    once = models.CharField(max_length=60)
    unit = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField()
    facts = models.JSONField(default=list)  # names of the columns that stand in the table
    columns = models.JSONField(default=list)  # names of the columns of the list
    office = models.CharField(max_length=100)
    profile = models.CharField(max_length=12, choices=Notice.Profile)
    decision_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    total = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # 公印審査
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice_batch"
        indexes = [models.Index("unit", "id", name="notice_batch_unit")]
        constraints = [
            models.UniqueConstraint(fields=["once"], name="notice_batch_once"),
            models.CheckConstraint(
                condition=~Q(profile=DISPOSITION) | Q(decision_id__isnull=False), name="notice_batch_decided"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "review", "cancelled"))
                | Q(profile=NO_SEAL)
                | Q(sealed_by__isnull=False),
                name="notice_batch_seal_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(sealed_by=None) | ~Q(sealed_by=models.F("made_by")), name="notice_batch_four_eyes"
            ),
        ]


class BatchRow(models.Model):
    """One line of the list: one recipient, and the notice made for it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("これから")
        MADE = "made", _("作成済み")
        FAILED = "failed", _("作成できない")
        MENDED = "mended", _("直した（公印審査待ち）")
        CANCELLED = "cancelled", _("中止")

    batch = models.ForeignKey(NoticeBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # line of the file, the heading is 1
    values = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    notice = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="+")
    problem = models.TextField(blank=True)
    mended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "notice_batch_row"
        indexes = [models.Index("batch", "state", "number", name="notice_batch_row_state")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="notice_batch_row_once"),
            models.CheckConstraint(condition=~Q(state="mended") | Q(mended_by__isnull=False), name="batch_row_mended"),
            models.CheckConstraint(condition=~Q(state="made") | Q(notice__isnull=False), name="batch_row_made"),
        ]

    @property
    def name(self) -> str:
        return str(self.values.get("宛名", ""))
