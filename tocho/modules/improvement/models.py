from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Rating(models.IntegerChoices):
    """The five levels of a review, best first."""

    VERY_GOOD = 5, _("とてもよい")
    GOOD = 4, _("よい")
    FAIR = 3, _("ふつう")
    POOR = 2, _("よくない")
    VERY_POOR = 1, _("とてもよくない")


class Trial(models.Model):
    """A trial release (試行): a design shown to invited reviewers before it is published, in a sandbox.

    ``design_id`` and ``revision`` are the designer's; what a reviewer sees is bound to that revision.
    """

    design_id = models.BigIntegerField()
    revision = models.PositiveIntegerField()
    procedure = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["design_id"], condition=Q(closed_at=None), name="one_open_trial_for_each_design"
            ),
        ]

    def __str__(self) -> str:
        return f"trial {self.id}"


class Invitation(models.Model):
    """One reviewer who is asked to try a design; the mailed link is the only way in (its digest is kept)."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    digest = models.BinaryField(max_length=32, unique=True)
    invited_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["trial", "email"], name="invited_once")]

    def __str__(self) -> str:
        return f"invitation {self.id}"


class Review(models.Model):
    """What one applicant, or one invited reviewer, said of a procedure: five levels and words.

    ``words`` are free text and may name people: they are public only after an officer has published them, and the row
    says nothing of who wrote it but the subject it was written on.
    """

    class State(models.TextChoices):
        NEW = "new", _("未読")
        PUBLISHED = "published", _("公開")
        WITHHELD = "withheld", _("公開しない")

    procedure = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, null=True, related_name="reviews")
    rating = models.PositiveSmallIntegerField(choices=Rating)
    words = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    written_at = models.DateTimeField()
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_review_for_each_subject"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="rating_has_five_levels"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["procedure", "-id"], name="review_procedure"),
            models.Index(fields=["unit", "procedure"], name="review_unit_new", condition=Q(state="new")),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}: {self.rating}"


class Stumble(models.Model):
    """How often people erred at one question on one day; never who, never what they typed."""

    procedure = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    question = models.CharField(max_length=120)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure", "version", "step", "question", "day"], name="one_count_for_each_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.question}: {self.count}"


class Item(models.Model):
    """One improvement (改善項目), opened from reviews or by the office; what became of it is told to the public."""

    class State(models.TextChoices):
        OPEN = "open", _("検討中")
        PLANNED = "planned", _("予定")
        DONE = "done", _("改善済み")
        DECLINED = "declined", _("見送り")

    procedure = models.CharField(max_length=60)
    procedure_title = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    told = models.TextField(blank=True)  # to the public: what was changed, or why it was not
    version = models.PositiveIntegerField(null=True)  # the version in which it is done
    reviews = models.ManyToManyField(Review, related_name="items")
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "planned"], settled_at=None)
                | (Q(state__in=["done", "declined"], settled_at__isnull=False) & ~Q(told="")),
                name="what_is_settled_is_told",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_at__gte=F("opened_at")), name="settled_after_opened"
            ),
            models.UniqueConstraint(
                fields=["procedure", "title"], condition=Q(state="open"), name="one_open_item_of_a_title"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["procedure", "-id"], name="item_procedure")]

    def __str__(self) -> str:
        return self.title
