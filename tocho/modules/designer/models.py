from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tocho.lib.ordered_json import OrderedJSONField


class Design(models.Model):
    """One draft (草案) of the next version of a procedure, from its beginning to its publication.

    ``source`` is what a ``ProcedureVersion`` holds: {"facts", "form", "process", "rules": {name: DMN}, "notices":
    {name: Typst}}; it may be faulty until it is published. It must not be used to run cases: those know versions only.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("作成中")
        IN_REVIEW = "in_review", _("確認待ち")
        APPROVED = "approved", _("承認済み")
        RETURNED = "returned", _("差戻し")
        PUBLISHED = "published", _("公開済み")
        DISCARDED = "discarded", _("取りやめ")

    EDITABLE: ClassVar = (State.DRAFT, State.RETURNED)
    OPEN: ClassVar = (State.DRAFT, State.RETURNED, State.IN_REVIEW, State.APPROVED)

    key = models.SlugField(max_length=60)  # of the procedure
    unit = models.CharField(max_length=40)  # code of the office that owns the draft
    title = models.CharField(max_length=200, blank=True)  # of the facts, for lists
    source = OrderedJSONField()
    revision = models.PositiveIntegerField(default=1)  # of the source; optimistic lock
    base_number = models.PositiveSmallIntegerField(null=True)  # the version that it began from
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    exceptions = models.JSONField(default=dict)  # {check of the guideline: reason why it does not hold here}
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    approved_revision = models.PositiveIntegerField(null=True)
    remark = models.TextField(blank=True)  # of the reviewer, or what kept it from being published
    publish_at = models.DateTimeField(null=True)  # when it is to be published; null: not planned
    published_at = models.DateTimeField(null=True)
    published_number = models.PositiveSmallIntegerField(null=True)  # the version that it became

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["draft", "returned", "in_review", "approved"]),
                name="one_open_design_per_procedure",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("requested_by")),
                name="nobody_approves_the_own_design",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "published"])
                | Q(reviewer__isnull=False, requested_by__isnull=False, approved_revision=F("revision")),
                name="approved_as_it_stands",
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(state__in=["approved", "published"]),
                name="only_what_is_approved_is_planned",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False, published_number__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True, published_number__isnull=True)),
                name="published_as_a_version",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-changed_at", "-id"], name="design_unit"),
            models.Index(fields=["publish_at"], name="design_due", condition=Q(state="approved")),
        ]

    def __str__(self) -> str:
        return f"{self.key} r{self.revision}"

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE


class Revision(models.Model):
    """One saved state of a design (改訂): who changed which part, and the source as it stood afterwards.

    Rows are only added; going back makes a new one. It must not be used as the source to publish.
    """

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    part = models.CharField(max_length=80)  # "facts", "form", "process", "rules/fee", "notices/permit", "" for all
    source = OrderedJSONField()
    editor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    back_to = models.PositiveIntegerField(null=True)  # the revision that was brought back

    class Meta:
        ordering: ClassVar = ["design_id", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["design", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"{self.design_id} r{self.number}"
