from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tocho.engines.documents.api import DISPOSITION, ORGANISATION

NO_SEAL = "none"  # 公印省略
UNSEALED = ("composed", "approved")
IN_FORCE = ("sealed", "released", "reached", "undelivered")
CLOSED = ("superseded", "revoked")


class NoticeTemplate(models.Model):
    """One Typst source that some notice was made from, by its digest. Immutable: a change is another row."""

    sha256 = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "notice_template"
        constraints = [models.UniqueConstraint(fields=["sha256"], name="notice_template_sha256")]


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

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    decision_id = models.BigIntegerField(null=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    state = models.CharField(max_length=12, choices=State, default=State.COMPOSED)
    profile = models.CharField(max_length=12, choices=Profile)
    unit = models.CharField(max_length=40)

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
                condition=~Q(state="reached") | Q(reached_at__isnull=False), name="notice_reached_at"
            ),
        ]

    @property
    def is_sealed(self) -> bool:
        return self.profile != NO_SEAL

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
