"""Appointments as they are shown: what a person holds, who else acts for a post, 職務代理 and 事務取扱 of the house."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.org.models import Appointment, AppointmentKind
from tocho.core.org.queries.structure import snapshot

STANDING_IN = (AppointmentKind.ACTING, AppointmentKind.PROXY)
SHOWN = 200


@dataclass(frozen=True)
class AppointmentView:
    """One appointment (発令) as it stands on a day; ``state`` in words with its ``tone``."""

    id: int
    user_id: int
    person: str
    post_id: int
    post: str
    kind: int
    kind_label: str
    basis: str
    starts_on: date
    last_on: date | None
    state: str
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether it may still be ended."""
        return self.tone in ("ok", "wait")


def own_appointments(user_id: int, *, on: date) -> tuple[AppointmentView, ...]:
    """What a person holds on a day or will hold, main post first. One query."""
    rows = Appointment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), user_id=user_id)
    return _views(rows.order_by("kind", "starts_on", "id"), on=on)


def appointments_to(post_ids: Collection[int], *, besides: int, on: date) -> tuple[AppointmentView, ...]:
    """職務代理 and 事務取扱 of other people in these posts, in effect or to come. One query."""
    rows = Appointment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), post_id__in=post_ids)
    return _views(rows.filter(kind__in=STANDING_IN).exclude(user_id=besides).order_by("starts_on", "id"), on=on)


def standing_in(*, on: date) -> tuple[AppointmentView, ...]:
    """All 職務代理 and 事務取扱, the newest first. One query."""
    return _views(Appointment.objects.filter(kind__in=STANDING_IN).order_by("-starts_on", "-id"), on=on)


def _views(rows, *, on: date) -> tuple[AppointmentView, ...]:  # type: ignore[no-untyped-def]
    return tuple(_view(row, on=on) for row in rows.select_related("user", "post")[:SHOWN])


def _view(row: Appointment, *, on: date) -> AppointmentView:
    if row.ends_on is not None and row.ends_on <= on:
        state, tone = _("終了"), "neutral"
    elif row.starts_on > on:
        state, tone = _("予定"), "wait"
    else:
        state, tone = _("有効"), "ok"
    known = snapshot(max(on, row.starts_on)).posts.get(row.post_id)
    return AppointmentView(
        id=row.id,
        user_id=row.user_id,
        person=row.user.display_name,
        post_id=row.post_id,
        post=known.label if known else str(row.post),
        kind=row.kind,
        kind_label=row.get_kind_display(),
        basis=row.basis,
        starts_on=row.starts_on,
        last_on=date.fromordinal(row.ends_on.toordinal() - 1) if row.ends_on else None,
        state=state,
        tone=tone,
    )
