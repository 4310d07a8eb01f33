from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Item(models.Model):
    """One document (提出書類) that a party owes to a subject: asked, given, accepted, or returned and given again.

    ``party`` says whose it is (applicant, agent, ``cosigner:7``, municipality); the module above decides who that is.
    It must not be used to find out whether a document is required: that follows from the subject's answers.
    """

    class State(models.TextChoices):
        MISSING = "missing", _("未提出")
        GIVEN = "given", _("提出済み")
        FLAGGED = "flagged", _("返却の予定")  # judged, not yet told to the party
        ACCEPTED = "accepted", _("確認済み")
        RETURNED = "returned", _("出し直し")

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.MISSING)
    round = models.PositiveSmallIntegerField(default=1)  # counts up with each return
    turn = models.PositiveIntegerField(default=0)  # counts up with each change: what somebody saw, and acts on
    reason = models.TextField(blank=True)  # why it is returned, in words for the party
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "key", "party"], name="one_item_of_a_party"),
            models.CheckConstraint(
                condition=~Q(state__in=["flagged", "returned"]) | ~Q(reason=""), name="returned_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.key} {self.state}"


class Sheet(models.Model):
    """One file that was given for an item, in one round. Earlier rounds stay, to be compared; a file that was taken
    away or replaced before anybody judged it keeps its row (``removed_at``), not its content."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="sheets")
    round = models.PositiveSmallIntegerField()
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["file"], name="a_file_is_given_once")]
        indexes: ClassVar = [
            models.Index(fields=["item", "round"], name="sheet_round", condition=Q(removed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.item_id} r{self.round}"
