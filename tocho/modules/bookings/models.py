from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Resource(models.Model):
    """Something that can be booked: a room of a facility (都立施設), a course (講座)."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)  # which form field offers it, e.g. facility_slots
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """One bookable stretch of time of a resource, with its capacity and how much of it is taken.

    ``taken`` counts confirmed reservations only; the check constraint is what finally keeps anyone from overbooking.
    """

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()  # reservations a slot can hold: 1 for a room, seats for a course
    people = models.PositiveIntegerField()  # people that fit in; a rule table may compare with the number asked for
    taken = models.PositiveIntegerField(default=0)
    online = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["starts_at", "resource_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "starts_at"], name="one_slot_per_start"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="never_overbooked"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.starts_at}"


class Reservation(models.Model):
    """One subject's hold on a slot: confirmed, waiting in line, or cancelled. A subject has one live reservation."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("予約済み")
        WAITING = "waiting", _("キャンセル待ち")
        CANCELLED = "cancelled", _("取消し")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="reservations")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    quantity = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State)
    reserved_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=~Q(state="cancelled"),
                name="one_live_reservation_per_subject",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reserve_at_least_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["slot", "id"], name="waiting_line", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.state}"
