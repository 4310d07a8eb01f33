"""A decision, its stations and revisions, and what is derived from them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .authority import AuthorityTable
from .numbers import written_number

_WITH_ANSWER = ["decided", "issued", "completed", "issuance_cancelled", "rejected"]
_RARE = ["drafting", "circulating", "on_hold", "returned", "pulled_back", "issuance_cancelled", "rejected", "abandoned"]


class Decision(models.Model):
    """One matter (事案) put to its one decider: the draft, its route, and what was decided.

    After ``decided`` the content is frozen: ``content_digest`` covers it and a trigger refuses changes. What follows
    from it (a notice, a refund) belongs to the modules above. Re-opening a matter is a new row, never an edit.
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", _("起案中")
        CIRCULATING = "circulating", _("回付中")
        ON_HOLD = "on_hold", _("保留")
        RETURNED = "returned", _("差戻し")
        PULLED_BACK = "pulled_back", _("引戻し")
        DECIDED = "decided", _("決定済")
        ISSUED = "issued", _("施行済")
        COMPLETED = "completed", _("完結")
        ISSUANCE_CANCELLED = "issuance_cancelled", _("施行取消")
        REJECTED = "rejected", _("否決")
        ABANDONED = "abandoned", _("廃案")

    class Medium(models.TextChoices):
        ELECTRONIC = "electronic", _("電子")
        PAPER = "paper", _("書面")

    class Power(models.TextChoices):
        OWN = "own", _("権限者による決定")
        STANDING = "standing", _("専決")
        DELEGATED = "delegated", _("委任による決定")

    class Relation(models.TextChoices):
        CANCEL = "cancel", _("取消し")
        CHANGE = "change", _("変更")
        CANCEL_ISSUANCE = "cancel_issuance", _("施行の取消し")

    class PaperReason(models.TextChoices):
        OUTSIDE_FORM = "outside_form", _("外部の定める様式・原本が紙に限られる")
        LARGE_DRAWING = "large_drawing", _("大判の図面など、画面で確かめられない")
        SYSTEM_DOWN = "system_down", _("システムが使えず、急ぐ")
        DISASTER = "disaster", _("災害等の緊急の対応")
        LAW = "law", _("法令が書面による決定を求める")

    FINAL: ClassVar = (
        State.DECIDED,
        State.ISSUED,
        State.COMPLETED,
        State.ISSUANCE_CANCELLED,
        State.REJECTED,
        State.ABANDONED,
    )
    STANDING: ClassVar = (State.DECIDED, State.ISSUED, State.COMPLETED)

    state = models.CharField(max_length=20, choices=State, default=State.DRAFTING)
    category = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # what the authority table is asked: amount, importance; never personal
    outcome = models.CharField(max_length=20)  # what is proposed: approve, reject …
    title = models.CharField(max_length=200)
    body = models.TextField()
    brief = models.JSONField(default=list)  # [[label, value]] that the deciders need to see; may be personal
    reasons = models.TextField(blank=True)  # 不利益処分等の理由 (行政手続法8条・14条)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unit = models.CharField(max_length=40)  # code of the drafting unit
    symbol = models.CharField(max_length=20)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    revision = models.PositiveSmallIntegerField(default=1)  # counts contents (改訂)
    circuit = models.PositiveSmallIntegerField(default=1)  # counts circulations (回)
    branch = models.PositiveSmallIntegerField(default=0)  # the last 枝番 given out below the number
    medium = models.CharField(max_length=10, choices=Medium, default=Medium.ELECTRONIC)
    paper_reason = models.CharField(max_length=20, choices=PaperReason, blank=True, default="")
    relates_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    relation = models.CharField(max_length=20, choices=Relation, blank=True, default="")
    power = models.CharField(max_length=12, choices=Power, default=Power.STANDING)
    delegation = models.ForeignKey("Delegation", on_delete=models.PROTECT, null=True, related_name="+")
    collapses = models.BooleanField(default=False)  # one act of a person in two posts counts for both, by the rule
    asked_back = models.BooleanField(default=False)  # the drafter asks for it back (引戻しの依頼)
    note = models.TextField(blank=True, default="")  # why it is held, asked back or was given up; may be personal
    due_on = models.DateField(null=True)  # decided by this day, the drafter asks
    authority = models.ForeignKey(AuthorityTable, on_delete=models.PROTECT, null=True, related_name="+")
    article = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    by_rule = models.CharField(max_length=300, blank=True)  # the rule that decided, where a rule decides (自動決定)
    drafter = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafter_post = models.ForeignKey("org.Post", on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    content_digest = models.CharField(max_length=64, blank=True)
    drafted_at = models.DateTimeField()
    circulated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)  # the end of its retention: words gone, number and digest stay

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["symbol", "fiscal_year", "number"], name="one_decision_per_number"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state__in=["drafting", "circulating", "on_hold", "returned", "pulled_back"]),
                name="one_open_decision_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_WITH_ANSWER, decided_at__isnull=False)
                | (~Q(state__in=_WITH_ANSWER) & Q(decided_at__isnull=True)),
                name="decided_at_with_the_decision",
            ),
            models.CheckConstraint(
                condition=Q(drafter__isnull=False) | ~Q(by_rule=""), name="a_person_drafts_or_a_rule_decides"
            ),
            models.CheckConstraint(
                condition=Q(medium="electronic", paper_reason="") | (Q(medium="paper") & ~Q(paper_reason="")),
                name="paper_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(relates_to__isnull=True, relation="") | (Q(relates_to__isnull=False) & ~Q(relation="")),
                name="a_relation_says_to_what",
            ),
            models.UniqueConstraint(
                fields=["relates_to"],
                condition=Q(relation="cancel", state__in=["decided", "issued", "completed"]),
                name="cancelled_once",
            ),
            models.CheckConstraint(
                condition=~Q(power="delegated") | Q(delegation__isnull=False), name="delegated_by_a_delegation"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="decision_subject"),
            # With the title, so that a search by the inside of a title reads the index alone.
            models.Index(fields=["unit", "-id"], include=["title"], name="decision_unit"),
            # What lists are narrowed to; what is common is found on the way down the own unit, what is rare by these.
            models.Index(fields=["state", "-id"], condition=Q(state__in=_RARE), name="decision_state"),
            models.Index(fields=["category", "-id"], name="decision_category"),
            models.Index(fields=["drafter", "-id"], name="decision_drafter"),
            # Of one name there may be hundreds: what each drafted or decided within reach, not all of both.
            models.Index(fields=["drafter", "unit", "-id"], name="decision_drafted_in"),
            models.Index(
                fields=["decided_by", "unit", "-id"], condition=Q(decided_by__isnull=False), name="decision_decided_in"
            ),
            models.Index(fields=["number"], name="decision_number"),
            # Lists of a span of days stand in the order of those days.
            models.Index(fields=["-drafted_at", "-id"], name="decision_drafted"),
            models.Index(fields=["-decided_at", "-id"], condition=Q(decided_at__isnull=False), name="decision_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """The document number as it is written (``written_number``)."""
        return written_number(self.symbol, self.fiscal_year, self.number)

    @property
    def cancels_id(self) -> int | None:
        """The earlier decision that this one cancels (取消し); None where it cancels none."""
        return self.relates_to_id if self.relation == self.Relation.CANCEL else None

    @property
    def amount(self) -> int:
        """In yen; 0 where it costs nothing."""
        return int(self.facts.get("amount") or 0)


_UNANSWERED = ["waiting", "active", "superseded", "spared", "deferred_to_post_review", "pulled_up"]


class Step(models.Model):
    """One station of a decision's route in one circulation (回): a post, what it is asked for, and what it answered.

    A step belongs to a post, not to a person: who may act is resolved through core.org when it is asked. What is
    answered never changes again (trigger), is bound to its ``revision``, and counts only in its ``circuit``. Those of
    one ``stage`` are open at the same time; ``needed`` of them must answer (0: all). ``stands_for`` is the station
    whose answer this one makes good: 後閲 of one that was passed over or deputised, the second answer of one that
    objected.
    """

    class Kind(models.TextChoices):
        LEGAL_CHECK = "legal_check", _("審査")
        LINE_REVIEW = "line_review", _("審議")
        CONSULT = "consult", _("協議")
        DECIDE = "decide", _("決定")
        INFORM = "inform", _("供覧")
        POST_REVIEW = "post_review", _("後閲")

    class State(models.TextChoices):
        WAITING = "waiting", _("未着")
        ACTIVE = "active", _("未処理")
        APPROVED = "approved", _("承認")
        APPROVED_WITH_OPINION = "approved_with_opinion", _("意見付き承認")
        OBJECTED = "objected", _("異議")
        RETURNED = "returned", _("差戻し")
        REJECTED = "rejected", _("否決")
        ACTED_BY_DEPUTY = "acted_by_deputy", _("代決済")
        DEFERRED_TO_POST_REVIEW = "deferred_to_post_review", _("後閲待ち")
        PULLED_UP = "pulled_up", _("引上げ済")
        POST_REVIEWED = "post_reviewed", _("後閲済")
        READ = "read", _("閲覧済")
        SPARED = "spared", _("不要")
        SUPERSEDED = "superseded", _("効力なし")

    class Capacity(models.TextChoices):
        HOLDER = "holder", _("本務")
        CONCURRENT = "concurrent", _("兼務")
        ACTING_POST = "acting_post", _("事務取扱")
        DUTY_PROXY = "duty_proxy", _("職務代理")
        DEPUTY = "deputy", _("代決")
        COLLAPSED = "collapsed", _("同一人")
        PAPER = "paper", _("書面")

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="steps")
    circuit = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()  # 0 for what holds nothing up: 供覧, 後閲
    needed = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=24, choices=State, default=State.WAITING)
    post = models.ForeignKey("org.Post", on_delete=models.PROTECT, related_name="+")
    deputies = ArrayField(models.BigIntegerField(), default=list)  # posts that may decide for it, in order (代決)
    stands_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    task_id = models.BigIntegerField(null=True)
    deputy_task_id = models.BigIntegerField(null=True)  # the task that offers it to a deputy while the decider is away
    # The post above, where nobody of the own post can look at it (後閲); who may act is asked of that one too.
    raised_to = models.ForeignKey("org.Post", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField(null=True)
    acted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    acted_post = models.ForeignKey("org.Post", on_delete=models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity, blank=True, default="")
    evidence = models.JSONField(default=dict)  # what the capacity rests on: appointment, absence, urgency
    opinion = models.TextField(blank=True)
    activated_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["stage", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "circuit"],
                condition=Q(kind="decide") & ~Q(state__in=["superseded", "returned"]),
                name="exactly_one_decider",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_UNANSWERED, acted_by__isnull=True)
                | (~Q(state__in=_UNANSWERED) & Q(acted_by__isnull=False, acted_at__isnull=False)),
                name="who_acted_stands_with_the_act",
            ),
            models.CheckConstraint(
                condition=Q(kind="decide") | ~Q(state__in=["acted_by_deputy", "rejected"]),
                name="only_a_decision_is_deputised",
            ),
            models.CheckConstraint(
                condition=Q(state="acted_by_deputy", capacity="deputy")
                | (~Q(state="acted_by_deputy") & ~Q(capacity="deputy")),
                name="a_deputy_acts_as_deputy",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["deferred_to_post_review", "pulled_up"])
                | Q(kind__in=["line_review", "consult"]),
                name="only_review_and_consultation_are_passed_over",
            ),
            models.CheckConstraint(condition=~Q(state="objected") | Q(kind="consult"), name="the_consulted_object"),
            models.CheckConstraint(
                condition=Q(kind="post_review", stands_for__isnull=False) | ~Q(kind="post_review"),
                name="a_post_review_stands_for_a_station",
            ),
            models.CheckConstraint(
                condition=Q(raised_to__isnull=True) | Q(kind="post_review"), name="only_a_post_review_is_raised"
            ),
            models.CheckConstraint(
                condition=(~Q(state="post_reviewed") | Q(kind="post_review")) & (~Q(state="read") | Q(kind="inform")),
                name="reviewed_after_and_read_by_whom",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post", "-id"], name="step_post"),
            models.Index(fields=["post", "-decision"], name="step_route"),
            models.Index(fields=["post", "due_on", "id"], condition=Q(state="active"), name="step_open"),
            models.Index(
                fields=["post", "id"], condition=Q(kind="post_review", state="active"), name="step_post_review"
            ),
            models.Index(
                fields=["raised_to", "due_on", "id"], condition=Q(raised_to__isnull=False), name="step_raised"
            ),
            GinIndex(fields=["deputies"], condition=Q(kind="decide", state="active"), name="step_deputies"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}/{self.circuit}.{self.stage} {self.kind} {self.state}"


class Attachment(models.Model):
    """One file that belongs to a decision (別紙), in one revision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="attachments")
    revision = models.PositiveSmallIntegerField()
    file_id = models.BigIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """What one revision (改訂) of a decision said, as it was put to those who answered it. Immutable (trigger).

    Must not be read for what was decided: that stands in the decision itself, whose last revision this repeats.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    reasons = models.TextField(blank=True)
    outcome = models.CharField(max_length=20)
    brief = models.JSONField(default=list)
    content_digest = models.CharField(max_length=64)
    is_major = models.BooleanField(default=True)  # 重要な変更: everybody is asked again
    why = models.TextField(blank=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "number"], name="one_content_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} r{self.number}"


class Batch(models.Model):
    """Several stations answered by one confirmation (まとめて処理): what the person saw and pressed for.

    ``stations`` are ``[step id, revision seen]``; ``left_out`` says by step id why one was not answered. Each matter is
    an act, a transaction and a ledger entry of its own; this row only tells, when a process died, how far it came. Must
    not be read for what was decided.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    once = models.CharField(max_length=64)
    stations = models.JSONField(default=list)
    left_out = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "once"], name="one_batch_a_confirmation")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], condition=Q(finished_at__isnull=True), name="batch_unfinished")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at}"


class Wording(models.Model):
    """The words of a decision's newest revision as tokens (``engines.search``), for the search over what one may see.

    Derived: written anew with each revision, gone with the words at the end of retention. Must not be searched without
    ``permissions``.
    """

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, primary_key=True, related_name="+")
    tokens = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="wording_tokens")]

    def __str__(self) -> str:
        return str(self.decision_id)
