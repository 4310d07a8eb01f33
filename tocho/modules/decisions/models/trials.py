"""A proposed authority table tried on the decisions of the year before: its course and what it found."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .authority import AuthorityChange, AuthorityTable
from .decisions import Decision


class AuthorityTrial(models.Model):
    """One trial (試行) of a 改正案 over the decisions drafted in ``[since, until)``, made by a job piece by piece.

    ``base`` is the table that was in force on the proposal's day when the trial was asked for: where another has come
    between, the result is out of date. ``tally``: by rank ``before`` and ``after`` ("0": no line covers it), by what
    changes (``kinds``), by unit (all, changed), and of what is not decided yet, of any age (``pending``: ``moving``
    and ``in_hand``, each all and ``_changed``). Never a promise of routes: posts and delegations are of the day.
    """

    change = models.ForeignKey(AuthorityChange, on_delete=models.PROTECT, related_name="trials")
    base = models.ForeignKey(AuthorityTable, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    total = models.PositiveIntegerField(null=True)  # known when the job begins
    done_count = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)  # the job goes on after this decision
    tally = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change"], condition=Q(done_at__isnull=True), name="one_trial_at_a_time")
        ]

    def __str__(self) -> str:
        return f"trial {self.id} of change {self.change_id}"


class RouteShift(models.Model):
    """One way in which a trial sends matters of a category otherwise: the answers of the tables before and after.

    ``after_rank`` 0 and an empty ``after``: no line of the proposed table covers the matter.
    """

    trial = models.ForeignKey(AuthorityTrial, on_delete=models.CASCADE, related_name="shifts")
    category = models.CharField(max_length=40)
    before = models.JSONField()
    after = models.JSONField()
    before_rank = models.PositiveSmallIntegerField()
    after_rank = models.PositiveSmallIntegerField()
    kinds = ArrayField(models.CharField(max_length=20))
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-count", "id"]

    def __str__(self) -> str:
        return f"{self.category} {self.before_rank} → {self.after_rank}"


class ShiftedDecision(models.Model):
    """A decision that would have gone another way, and which."""

    trial = models.ForeignKey(AuthorityTrial, on_delete=models.CASCADE, related_name="+", db_index=False)
    shift = models.ForeignKey(RouteShift, on_delete=models.CASCADE, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["trial", "decision"], name="decision_once_in_a_trial")]
        indexes: ClassVar = [models.Index(fields=["shift", "-decision"], name="decisions_of_a_shift")]

    def __str__(self) -> str:
        return f"{self.decision_id}"
