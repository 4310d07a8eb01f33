from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject

from .models import Reservation, Slot

AHEAD_DAYS = 60
WEEKDAYS = "月火水木金土日"


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
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        clock = f"{start:%H:%M}–{end:%H:%M}"
        if (get_language() or "ja").startswith("ja"):
            return f"{start.month}月{start.day}日（{WEEKDAYS[start.weekday()]}）{clock}　{self.resource}"
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


def slots(
    kind: str, *, at: datetime, with_full: bool = False, held_by: Subject | None = None, days: int = AHEAD_DAYS
) -> tuple[SlotView, ...]:
    """The slots of a kind that begin in the next days: those with room, all when a waiting line exists.

    The slot that ``held_by`` holds stays among them, full or begun.
    """
    wanted = Q(starts_at__gt=at, starts_at__lt=at + timedelta(days=days))
    if not with_full:
        wanted &= Q(taken__lt=F("capacity"))
    if held_by is not None:
        live = Reservation.objects.filter(subject_type=held_by.type, subject_id=held_by.id)
        wanted |= Q(id__in=live.exclude(state=Reservation.State.CANCELLED).values("slot_id"))
    rows = Slot.objects.filter(wanted, resource__kind=kind)
    rows = rows.select_related("resource").order_by("starts_at", "resource__name")
    if with_full:
        rows = rows.annotate(line=Count("reservations", filter=Q(reservations__state="waiting")))
    return tuple(_view(row) for row in rows[:300])


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
        waiting=getattr(row, "line", 0),
        online=row.online,
    )


def reservation_of(subject: Subject) -> ReservationView | None:
    """The live reservation of a subject."""
    row = (
        Reservation.objects.filter(subject_type=subject.type, subject_id=subject.id)
        .exclude(state=Reservation.State.CANCELLED)
        .select_related("slot__resource")
        .first()
    )
    if row is None:
        return None
    ahead = 0
    if row.state == Reservation.State.WAITING:
        ahead = Reservation.objects.filter(slot=row.slot, state=Reservation.State.WAITING, id__lte=row.id).count()
    return ReservationView(row.id, row.state, row.get_state_display(), row.quantity, ahead, _view(row.slot))
