from typing import ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class Definition(models.Model):
    """One published version of a process: its BPMN file, byte for byte. Immutable (a trigger refuses changes): every
    instance keeps the version it began with. Must not be used to find out what a case may do next: compile it."""

    key = models.CharField(max_length=80)  # the id of <process>
    version = models.PositiveIntegerField()  # counts up within a key
    name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the file, hexadecimal
    xml = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="one_definition_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Instance(models.Model):
    """One case running through one definition. Its row is the lock of all that moves in it.

    ``context`` holds what the conditions of the definition read (names declared there), never personal data. It must
    not be used as the state of the case: that belongs to the module that owns the subject.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("進行中")
        DONE = "done", _("終了")
        CANCELLED = "cancelled", _("取消済み")

    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    context = models.JSONField(default=dict)
    calls = models.JSONField(null=True)  # {key: definition id} of the processes it calls, fixed at the start
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["definition", "-id"], name="process_instance_definition")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "definition"], name="one_instance_per_definition"
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], condition=Q(state="active"), name="one_active_instance"
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_at__isnull=True) | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="instance_ended_or_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.state}"


class Token(models.Model):
    """One stay of a case at one element of its process, from arrival to leaving; open stays are where the case stands.

    Rows are never deleted: they are the history that the diagram ticks. Must not be moved except by ``store``.
    """

    class Fate(models.TextChoices):
        HERE = "here", _("いまここ")
        PASSED = "passed", _("済")
        CANCELLED = "cancelled", _("中断")

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="tokens")
    element_id = models.CharField(max_length=80)
    via = models.CharField(max_length=80, blank=True)  # the sequence flow it came by; joins count by it
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)  # holds it inside
    item = models.PositiveSmallIntegerField(null=True)  # number (from 0) of an instance of a repeated activity
    data = models.JSONField(null=True)  # the values that live with it: of one instance, of a called process
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.HERE)
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fate="here", left_at__isnull=True) | (~Q(fate="here") & Q(left_at__isnull=False)),
                name="token_here_or_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.fate}"


class Task(models.Model):
    """One piece of human work in the one inbox: of a process (``token`` set) or opened by a module.

    ``address`` says whose it is (``post:12``, ``unit:34``); who that is, is asked of the organisation when it is read,
    never copied here. A row leaves the inbox when ``done_at`` is set, whatever its state then.
    """

    class State(models.TextChoices):
        READY = "ready", _("未着手")
        CLAIMED = "claimed", _("担当中")
        DONE = "done", _("済")
        CANCELLED = "cancelled", _("取消済み")

    OPEN: ClassVar = (State.READY, State.CLAIMED)

    kind = models.CharField(max_length=60)  # names the page that opens it: "procedures.examine"
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    folded_title = models.CharField(max_length=400)  # the search form (lib.text.fold) of the title
    address = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    due_on = models.DateField(null=True)
    sort_on = models.GeneratedField(  # the order of the inbox: tasks without a due date come last
        expression=Coalesce("due_on", Value("9999-12-31", output_field=models.DateField())),
        output_field=models.DateField(),
        db_persist=True,
    )
    ready_at = models.DateTimeField()
    claimed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    claimed_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    instance = models.ForeignKey(Instance, models.PROTECT, null=True, related_name="+", db_index=False)
    token = models.OneToOneField(Token, models.PROTECT, null=True, related_name="+")
    element_id = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["ready", "claimed"], done_at__isnull=True)
                | (Q(state__in=["done", "cancelled"]) & Q(done_at__isnull=False)),
                name="task_open_or_done",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="claimed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(token__isnull=True, instance__isnull=True, element_id="")
                | (Q(token__isnull=False, instance__isnull=False) & ~Q(element_id="")),
                name="task_of_process_or_of_module",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "address"],
                condition=Q(token__isnull=True, done_at__isnull=True),
                name="one_open_task_of_a_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["address", "sort_on", "id"],
                include=["kind", "claimed_by", "folded_title"],  # what the inbox filters by: no row is read in vain
                condition=Q(done_at__isnull=True),
                name="process_task_inbox",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="process_task_subject"),
            models.Index(fields=["due_on", "id"], condition=Q(done_at__isnull=True), name="process_task_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id} {self.state}"


class TaskNotice(models.Model):
    """That somebody was told of an open task because of its due date, once for each step (期限間近, 期限超過, 上司へ).

    ``address`` says who was told. It moves nothing: no task is ever done, and nothing approved, by being late.
    """

    class Step(models.TextChoices):
        SOON = "soon", _("期限間近")
        OVERDUE = "overdue", _("期限超過")
        ESCALATED = "escalated", _("上司への通知")

    task = models.ForeignKey(Task, models.CASCADE, related_name="notices")
    step = models.CharField(max_length=10, choices=Step)
    address = models.CharField(max_length=40)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "step"], name="one_notice_per_step"),
            models.CheckConstraint(condition=Q(step__in=["soon", "overdue", "escalated"]), name="notice_step_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["address"], condition=Q(step="escalated"), name="process_notice_escalated"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.step}"


class Timer(models.Model):
    """One clock that runs for a token at rest; deleted when it has fired or the token has left.

    ``queued_at`` is set when the poller has handed it to a job. Must not be used for the due date of a task: that is
    ``Task.due_on`` and moves nothing.
    """

    instance = models.ForeignKey(Instance, models.PROTECT, related_name="+", db_index=False)
    token = models.ForeignKey(Token, models.PROTECT, related_name="+", db_index=False)
    element_id = models.CharField(max_length=80)  # the timer event in the definition
    due_at = models.DateTimeField()
    left = models.SmallIntegerField(default=1, db_default=1)  # how often it still fires; -1 without end
    queued_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "element_id"], name="one_timer_per_event"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(queued_at__isnull=True), name="process_timer_due"),
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.due_at}"


class Incident(models.Model):
    """A background step or timer of a case that failed; open to staff once ``given_up_at`` is set (no more attempts).

    ``error`` is for engineers and may name internals: never shown to an applicant.
    """

    instance = models.ForeignKey(Instance, models.PROTECT, related_name="+", db_index=False)
    token = models.ForeignKey(Token, models.PROTECT, related_name="+", db_index=False)
    timer_id = models.BigIntegerField(null=True)  # no foreign key: timers are deleted when they have fired
    attempts = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=30, blank=True)  # code of the office whose case it is, as it was then
    error = models.TextField()
    failed_at = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True)
    retried_at = models.DateTimeField(null=True)  # when a person had it tried again, the last time
    retried_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["token", "timer_id"],
                condition=Q(resolved_at__isnull=True),
                nulls_distinct=False,
                name="one_open_incident_per_step",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "-id"],
                condition=Q(given_up_at__isnull=False, resolved_at__isnull=True),
                name="process_incident_stopped",
            ),
            models.Index(
                fields=["-retried_at"], condition=Q(retried_at__isnull=False), name="process_incident_retried"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token_id} {self.attempts}"
