"""Who decides what: the authority table, its proposed changes, delegated powers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce


class AuthorityTable(models.Model):
    """One version of the 事案決定規程 別表: a DMN decision table in force from a day on.

    Immutable once loaded (a trigger refuses changes of its XML); a change of the rule is a new row with a later
    ``effective_from``. Who decides must have the power on that day: what still circulates then follows the new table,
    unless it says 「なお従前の例による」 (``keeps_pending``). Must not be edited to mend a running decision.
    """

    name = models.CharField(max_length=200)
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    effective_from = models.DateField()
    keeps_pending = models.BooleanField(default=False)  # 経過措置: what circulates on that day keeps its route

    class Meta:
        ordering: ClassVar = ["-effective_from", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest", "effective_from"], name="one_authority_table_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.effective_from}"


class AuthorityChange(models.Model):
    """A proposed next version of the 事案決定規程 別表 (改正案), put in force by somebody else than who drafted it.

    Immutable: what was simulated is what is put in force (trigger); another file is another proposal.
    """

    name = models.CharField(max_length=200)
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    base = models.ForeignKey(
        AuthorityTable, on_delete=models.PROTECT, null=True, related_name="+"
    )  # made from this one
    effective_from = models.DateField()
    keeps_pending = models.BooleanField(default=False)  # as in AuthorityTable
    why = models.CharField(max_length=300)
    drafted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    enacted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    table = models.OneToOneField(AuthorityTable, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(enacted_by__isnull=True) | ~models.Q(enacted_by=models.F("drafted_by")),
                name="authority_changed_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(enacted_by__isnull=True, table__isnull=True)
                | models.Q(enacted_by__isnull=False, table__isnull=False, withdrawn_at__isnull=True),
                name="authority_change_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.effective_from}"

    @property
    def is_open(self) -> bool:
        return self.table_id is None and self.withdrawn_at is None


class AuthoritySheet(models.Model):
    """A working copy (改正の下書き) of the authority table: one person's, as typed, faulty or not, until it is sent.

    ``base`` is the version that it was made from; ``corrects`` the proposal that it is to take the place of. Sent, it
    is an ``AuthorityChange``. It must not be asked for a route. Merged with a later version, that one is its base from
    the revision ``since`` on, before which nothing is brought back; ``conflicts`` are what both had changed, in words,
    until the editor has looked at them.
    """

    base = models.ForeignKey(AuthorityTable, on_delete=models.PROTECT, related_name="+")
    corrects = models.ForeignKey(AuthorityChange, on_delete=models.PROTECT, null=True, related_name="+")
    xml = models.TextField()
    revision = models.PositiveIntegerField(default=1)  # of the xml; optimistic lock
    since = models.PositiveIntegerField(default=1)
    conflicts = models.JSONField(default=list)
    editor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    change = models.ForeignKey(AuthorityChange, on_delete=models.PROTECT, null=True, related_name="+")
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-changed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("editor"),
                F("base"),
                Coalesce(F("corrects"), Value(0)),
                condition=Q(change__isnull=True, discarded_at__isnull=True),
                name="one_open_sheet_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=True) | Q(discarded_at__isnull=True), name="authority_sheet_ends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"sheet {self.id} r{self.revision}"

    @property
    def is_open(self) -> bool:
        return self.change_id is None and self.discarded_at is None


class SheetRevision(models.Model):
    """What a working copy was after one press: for undo, and so that nothing typed is lost. Rows are only added."""

    sheet = models.ForeignKey(AuthoritySheet, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    xml = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["sheet_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "number"], name="one_sheet_revision_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} r{self.number}"


class Delegation(models.Model):
    """委任: a power of one post is given to another, which decides in its own name (地方自治法153条).

    For the categories named, all when none is, during ``[starts_on, ends_on)``. Not 専決 (that is the authority table),
    not 代決 (a moment's absence), not 職務代理 or 事務取扱 (appointments, ``core.org``). What was decided under it
    stays decided when it ends. No chains: who holds a power by delegation gives it to nobody.
    """

    from_post = models.ForeignKey("org.Post", on_delete=models.PROTECT, related_name="+")
    to_post = models.ForeignKey("org.Post", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=40), default=list)
    basis = models.CharField(max_length=200)  # the rule and its article
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    registered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(from_post=F("to_post")), name="delegated_to_another_post"),
            models.CheckConstraint(condition=~Q(basis=""), name="delegation_has_its_basis"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="delegation_period"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["from_post", "starts_on"], name="delegation_from")]

    def __str__(self) -> str:
        return self.basis
