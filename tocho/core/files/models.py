from typing import ClassVar

from django.db import models
from django.db.models import Q


class StoredFile(models.Model):
    """One file as somebody gave it: a name, and the content it names by its SHA-256 digest.

    Several rows may share one content, which is kept once. Who may open a file is decided by what it belongs to
    (a case, a decision, a notice), never here; the row must not be used as a permission.
    """

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    forgotten_at = models.DateTimeField(null=True)  # its content was erased at the end of its retention
    erased_at = models.DateTimeField(null=True)  # the store was asked to; a job asks again until it was

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty")]
        indexes: ClassVar = [
            models.Index(
                fields=["digest"], condition=Q(forgotten_at__isnull=False, erased_at=None), name="file_to_erase"
            ),
        ]

    def __str__(self) -> str:
        return self.name
