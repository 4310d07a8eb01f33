from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.lib.dates import format_day
from tocho.lib.kept import kept

from .models import Reservation, Slot

AHEAD_DAYS = 60


@dataclass(frozen=True)
class SlotView:
    """One slot as it is offered; times are aware, ``free`` counts places, ``waiting`` the people in line."""

    id: int
    resource_key: str
    resource: str
    place: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    people: int
    free: int
    waiting: int
    online: bool

    @property
    def label(self) -> str:
        """When and what, as in a list of choices: 11月28日（土）13:00–16:00　会議室A; in English Sat 28 November …"""
        zone = timezone.get_default_timezone()  # of the place, whoever reads it
        start, end = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        clock = f"{start:%H:%M}–{end:%H:%M}"
        if (get_language() or "ja").startswith("ja"):
            return f"{format_day(start.date())}{clock}　{self.resource}"
        return f"{date_format(start, 'D j F')} {clock}, {self.resource}"

    @property
    def note(self) -> str:
        """Place and room left, in a phrase."""
        if self.free:
            room = _("空き %(free)d") % {"free": self.free} if self.capacity > 1 else _("空いています")
        else:
            room = _("満席・キャンセル待ち %(waiting)d人") % {"waiting": self.waiting}
        return "　".join(part for part in (self.place, _("%(n)d人まで") % {"n": self.people}, room) if part)


@dataclass(frozen=True)
class ReservationView:
    """A subject's live reservation; ``position`` in the waiting line from 1, 0 when confirmed."""

    id: int
    state: str
    state_label: str
    quantity: int
    position: int
    slot: SlotView


# Written out: the pages of a form ask for up to a hundred slots three times; the ORM takes ten times the CPU. The line
# is counted only where a slot is full.
_SLOTS = """
    SELECT slot.id, resource.key, resource.name, resource.place, slot.starts_at, slot.ends_at, slot.capacity,
           slot.people, slot.capacity - slot.taken, CASE WHEN slot.taken >= slot.capacity THEN (
               SELECT count(*) FROM bookings_reservation queue WHERE queue.slot_id = slot.id AND queue.state = 'waiting'
           ) ELSE 0 END, slot.online
      FROM bookings_slot slot JOIN bookings_resource resource ON resource.id = slot.resource_id
     WHERE resource.kind = %(kind)s AND (%(resource_key)s = '' OR resource.key = %(resource_key)s) AND (
               slot.starts_at > %(after)s AND slot.starts_at < %(until)s
                   AND (%(with_full)s OR slot.taken < slot.capacity)
               OR slot.id IN (SELECT slot_id FROM bookings_reservation
                               WHERE subject_type = %(type)s AND subject_id = %(subject_id)s AND state <> 'cancelled')
           )
     ORDER BY slot.starts_at, resource.name LIMIT 300"""


def slots(
    kind: str, *, at: datetime, resource_key: str = "", with_full: bool = False, held_by: Subject | None = None
) -> tuple[SlotView, ...]:
    """The slots of a kind (of one resource) that begin within ``AHEAD_DAYS``: those with room, all when a waiting line
    exists.

    The slot that ``held_by`` holds stays among them, full or begun.
    """
    values: dict[str, str | int | datetime] = {
        "kind": kind,
        "resource_key": resource_key,
        "after": at,
        "until": at + timedelta(days=AHEAD_DAYS),
        "with_full": with_full,
        "type": held_by.type if held_by else "",
        "subject_id": held_by.id if held_by else 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, values)
        return tuple(SlotView(*row) for row in cursor.fetchall())


@kept
def live_reservation(subject_type: str, subject_id: int) -> QuerySet[Reservation]:
    """The reservation that a subject holds, confirmed or in line, with its slot and resource."""
    live = Reservation.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return live.exclude(state=Reservation.State.CANCELLED).select_related("slot__resource")


def _view(row: Slot) -> SlotView:
    return SlotView(
        id=row.id,
        resource_key=row.resource.key,
        resource=row.resource.name,
        place=row.resource.place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        people=row.people,
        free=row.capacity - row.taken,
        waiting=0,
        online=row.online,
    )


def slots_by_id(slot_ids: Collection[int]) -> dict[int, SlotView]:
    """Several slots by their ids, with how many wait for each that is full; one query."""
    in_line = Count("reservations", filter=Q(reservations__state=Reservation.State.WAITING))
    rows = Slot.objects.filter(id__in=slot_ids).select_related("resource").annotate(in_line=in_line)
    return {row.id: replace(_view(row), waiting=row.in_line) for row in rows}


def reservations_about(subject_type: str, subject_ids: Collection[int], *, at: datetime) -> dict[int, ReservationView]:
    """The live reservations of several subjects that have not ended, by subject, the next first; one query.

    ``position`` stays 0: the place in a line is told on the subject's own page.
    """
    rows = Reservation.objects.filter(
        subject_type=subject_type, subject_id__in=subject_ids, slot__ends_at__gt=at
    ).exclude(state=Reservation.State.CANCELLED)
    return {
        row.subject_id: ReservationView(row.id, row.state, row.get_state_display(), row.quantity, 0, _view(row.slot))
        for row in rows.select_related("slot__resource").order_by("slot__starts_at")
    }


def reservation_of(subject: Subject) -> ReservationView | None:
    """The live reservation of a subject."""
    row = live_reservation.first(subject.type, subject.id)
    if row is None:
        return None
    ahead = 0
    if row.state == Reservation.State.WAITING:
        ahead = Reservation.objects.filter(slot=row.slot, state=Reservation.State.WAITING, id__lte=row.id).count()
    return ReservationView(row.id, row.state, row.get_state_display(), row.quantity, ahead, _view(row.slot))
