"""Who holds which post: always asked of the database, for an appointment may have ended yesterday."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from tocho.core.org.models import Absence, Appointment, OrgUnit
from tocho.core.org.queries.structure import PostView, snapshot


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a post at a moment, and whether they are away then."""

    user_id: int
    display_name: str
    post: PostView
    absent: bool
    kind: int


def office_day(at: datetime) -> date:
    """The day on which a moment falls in the government's offices (Asia/Tokyo)."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def posts_of(user_id: int, *, at: datetime) -> tuple[PostView, ...]:
    """Posts a person holds at a moment, main post first."""
    day = office_day(at)
    ids = Appointment.objects.on(day).filter(user_id=user_id).order_by("kind", "id").values_list("post_id", flat=True)
    held = list(ids)
    if not held:
        return ()
    posts = snapshot(day).posts
    return tuple(posts[post_id] for post_id in held if post_id in posts)


def addresses_of(user_id: int, *, at: datetime) -> tuple[str, ...]:
    """Task addresses a person answers for: their posts, their units, and all predecessors of both."""
    held = posts_of(user_id, at=at)
    if not held:
        return ()
    now = snapshot(office_day(at))
    addresses: dict[str, None] = {}
    for post in held:
        for post_id in (post.id, *now.post_line.get(post.id, ())):
            addresses[f"post:{post_id}"] = None
        for unit_id in (post.unit_id, *now.unit_line.get(post.unit_id, ())):
            addresses[f"unit:{unit_id}"] = None
    return tuple(addresses)


def holders(post_ids: Collection[int], *, at: datetime) -> dict[int, list[Holder]]:
    """Everybody in each of the posts at a moment, one query; those present first, then main before acting."""
    day = office_day(at)
    away = Absence.objects.at(at).filter(user_id=OuterRef("user_id"))
    rows = (
        Appointment.objects.on(day)
        .filter(post_id__in=set(post_ids))
        .annotate(absent=Exists(away))
        .order_by("absent", "kind", "id")
        .values_list("post_id", "user_id", "user__display_name", "absent", "kind")
    )
    posts = snapshot(day).posts
    found: dict[int, list[Holder]] = {}
    for post_id, user_id, name, absent, kind in rows:
        if post_id in posts:
            found.setdefault(post_id, []).append(Holder(user_id, name, posts[post_id], absent, kind))
    return found


def unit_id_of(code: str) -> int | None:
    """Id of a unit of any time."""
    return OrgUnit.objects.filter(code=code).values_list("id", flat=True).first()
