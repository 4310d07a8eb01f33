from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .files import RecordFile


class Hold(models.Model):
    """Why a file must not be destroyed for now (保存の停止): somebody asked for it, or a court or audit needs it.

    Several stand beside each other, of different offices; a file goes on when all are released. ``unit`` is the office
    that asked for it, and that (or who keeps the file) releases it.
    """

    class Ground(models.TextChoices):
        DISCLOSURE = "disclosure", _("開示請求")
        LITIGATION = "litigation", _("訴訟・審査請求")
        AUDIT = "audit", _("監査・検査")

    file = models.ForeignKey(RecordFile, on_delete=models.PROTECT, related_name="holds")
    ground = models.CharField(max_length=12, choices=Ground)
    unit = models.CharField(max_length=40, blank=True)
    request = models.ForeignKey("records.DisclosureRequest", on_delete=models.PROTECT, null=True, related_name="holds")
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hold_released_with_a_reason",
                condition=Q(released_at__isnull=True, release_reason="")
                | (Q(released_at__isnull=False) & ~Q(release_reason="")),
            ),
            models.UniqueConstraint(
                fields=["file", "request"], condition=Q(released_at=None), name="hold_once_for_a_request"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["file"], condition=Q(released_at=None), name="hold_standing"),
        ]


class DisposalList(models.Model):
    """What one office wants to destroy, hand to the archive or keep longer, and the second person who agreed.

    Nothing is destroyed by one person: who proposed must not agree (constraint).
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", _("作成中")
        PROPOSED = "proposed", _("協議中")
        AGREED = "agreed", _("同意済")
        DONE = "done", _("実施済")
        WITHDRAWN = "withdrawn", _("取りやめ")

    unit = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFTING)
    made_at = models.DateTimeField()
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    task_id = models.BigIntegerField(null=True)  # what waits in the inbox of who is to agree

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="disposal_by_two_people",
                condition=Q(agreed_by__isnull=True) | (Q(proposed_by__isnull=False) & ~Q(agreed_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="disposal_agreed",
                condition=~Q(state__in=["agreed", "done"]) | Q(agreed_by__isnull=False, proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="disposal_proposed_by_somebody", condition=~Q(state="proposed") | Q(proposed_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DisposalItem(models.Model):
    """One file on a list: what is to become of it, and whether that has happened."""

    class Outcome(models.TextChoices):
        DISPOSE = "dispose", _("廃棄する")
        TRANSFER = "transfer", _("公文書館へ移管する")
        EXTEND = "extend", _("保存を延長する")

    list = models.ForeignKey(DisposalList, on_delete=models.PROTECT, related_name="items")
    file = models.ForeignKey(RecordFile, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    extend_until = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    is_open = models.BooleanField(default=True)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)  # why it was passed over

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file"], condition=Q(is_open=True), name="disposal_one_open_list"),
            models.CheckConstraint(
                name="disposal_extended_until_when",
                condition=~Q(outcome="extend") | (Q(extend_until__isnull=False) & ~Q(reason="")),
            ),
        ]
