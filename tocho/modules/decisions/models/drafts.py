"""What a draft begins with, and what is typed into one before it is made."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class DraftTemplate(models.Model):
    """A draft that an office writes again and again (起案の定型), kept by that office. Must not hold personal data.

    Ended, never deleted. What was drafted from it does not change with it.
    """

    unit = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    values = models.JSONField(default=dict)  # what the form of the draft begins with
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(ended_at__isnull=True), name="one_template_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TypedDraft(models.Model):
    """What somebody has typed into a draft and not sent yet (途中保存). Of one person; gone when the draft is made."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)  # new, or the decision that is drafted anew
    values = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "place"], name="one_typed_draft_a_place")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.place}"
