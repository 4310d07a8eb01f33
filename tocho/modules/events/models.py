import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One briefing, lecture or course (催し) of an office, held on the web, on site or both.

    Its seats are a slot of modules/bookings, made when it is published. Counts that were corrected by hand stand in
    ``online_count`` and ``onsite_count``; what happened by itself (links opened) is counted on the registrations.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        PUBLISHED = "published", _("公開済み")
        HELD = "held", _("終了")
        CANCELLED = "cancelled", _("中止")

    class Way(models.TextChoices):
        ONLINE = "online", _("オンライン")
        HYBRID = "hybrid", _("会場とオンライン")
        ONSITE = "onsite", _("会場")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("どなたでも")
        COMPANIES = "companies", _("企業・団体向け")
        STAFF = "staff", _("職員向け")

    class RecordingFor(models.TextChoices):
        PUBLIC = "public", _("だれでも見られる")
        REGISTERED = "registered", _("申し込んだ人だけが見られる")

    key = models.SlugField(max_length=60, unique=True, null=True)  # of the sample city only
    unit = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    title_easy = models.CharField(max_length=200, blank=True)  # やさしい日本語
    summary = models.CharField(max_length=300)
    summary_en = models.CharField(max_length=500, blank=True)
    summary_easy = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    body_easy = models.TextField(blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    way = models.CharField(max_length=10, choices=Way, default=Way.ONLINE)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField(null=True)  # people; None = as many as come
    has_waiting_list = models.BooleanField(default=True)
    question = models.CharField(max_length=200, blank=True)
    question_en = models.CharField(max_length=300, blank=True)
    question_easy = models.CharField(max_length=300, blank=True)
    live_url = models.CharField(max_length=500, blank=True)
    recording_url = models.CharField(max_length=500, blank=True)
    recording_for = models.CharField(max_length=10, choices=RecordingFor, default=RecordingFor.PUBLIC)
    recording_until = models.DateField(null=True)  # the last day on which it can be seen
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)  # of optimistic locking, and SEQUENCE of its iCalendar entry
    slot = models.ForeignKey("bookings.Slot", on_delete=models.PROTECT, null=True, related_name="+")
    online_count = models.PositiveIntegerField(null=True)  # as an officer corrected it; None = as counted
    onsite_count = models.PositiveIntegerField(default=0)
    recording_views = models.PositiveIntegerField(default=0)
    reminded = models.PositiveSmallIntegerField(default=0)  # how many of the reminders went out
    asked_at = models.DateTimeField(null=True)  # those who came were asked what they say of it
    cancel_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # when it was noted as held, or cancelled

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="event_has_room"),
            models.CheckConstraint(condition=Q(way="online") | ~Q(place=""), name="event_has_its_place"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, ended_at=None)
                | Q(state="published", published_at__isnull=False, slot__isnull=False, ended_at=None)
                | Q(state="held", published_at__isnull=False, slot__isnull=False, ended_at__isnull=False)
                | Q(state="cancelled", ended_at__isnull=False),
                name="event_state_with_its_moments",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["starts_at", "id"], name="event_public", condition=~Q(state="draft")),
            models.Index(fields=["unit", "-starts_at", "-id"], name="event_unit"),
            models.Index(fields=["ends_at"], name="event_to_ask", condition=Q(asked_at=None) & ~Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"event {self.id}"


class Registration(models.Model):
    """One person's place at an event (参加申込み), for one or several people; seen and cancelled by a mailed link.

    ``state`` follows the reservation in modules/bookings in the same transaction. Names, addresses and answers are
    erased after ``rules.KEPT_DAYS``; that somebody registered and attended stays.
    """

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("申込み済み")
        WAITING = "waiting", _("キャンセル待ち")
        CANCELLED = "cancelled", _("取消し")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    people = models.PositiveSmallIntegerField(default=1)
    answer = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="ja")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    once = models.CharField(max_length=64, unique=True)  # of the form: pressed twice, registered once
    registered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    attended_at = models.DateTimeField(null=True)  # the live link was opened
    watched_at = models.DateTimeField(null=True)  # the recording was opened first
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "email", "name"],
                condition=~Q(state="cancelled") & ~Q(email=""),
                name="registered_once_for_an_event",
            ),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=10), name="register_one_to_ten"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
                name="registration_cancelled_with_its_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "id"], name="registration_event"),
            models.Index(fields=["user", "-id"], name="registration_user", condition=Q(user__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"registration {self.id}"


class Material(models.Model):
    """One file handed out at an event (資料), to everybody or to those who registered."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="materials")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    is_public = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "file"], condition=Q(removed_at=None), name="one_material_for_each_file"
            ),
        ]

    def __str__(self) -> str:
        return f"material {self.id}"
