"""A small organisation for tests of any part; everything exists since 2020-04-01 unless said otherwise."""

from datetime import date

from tocho.core.accounts.models import User, UserKind
from tocho.core.org.api import distrust
from tocho.core.org.models import Appointment, AppointmentKind, OrgUnit, Post, Rank, UnitKind, UnitVersion

SINCE = date(2020, 4, 1)


def make_unit(
    code: str, name: str, *, parent: OrgUnit | None = None, kind: str = "", since: date = SINCE, position: int = 0
) -> OrgUnit:
    """A unit; its kind follows from its parent's unless given."""
    below = {None: UnitKind.BUREAU, UnitKind.GOVERNMENT: UnitKind.BUREAU, UnitKind.BUREAU: UnitKind.DIVISION}
    kind = kind or below.get(parent.kind if parent else None, UnitKind.SECTION)
    unit = OrgUnit.objects.create(code=code, kind=kind)
    UnitVersion.objects.create(unit=unit, name=name, parent=parent, position=position, valid_from=since)
    distrust()
    return unit


def make_post(unit: OrgUnit, title: str, rank: int = Rank.STAFF, *, serves_as: str = "", since: date = SINCE) -> Post:
    """A post; chiefs' posts have one holder at a time."""
    sole = rank >= Rank.DEPUTY_SECTION_CHIEF
    post = Post.objects.create(unit=unit, title=title, rank=rank, sole=sole, serves_as=serves_as, valid_from=since)
    distrust()
    return post


def make_user(username: str, name: str = "", *, kind: str = UserKind.EMPLOYEE, email: str = "") -> User:
    user = User(username=username, display_name=name or username, kind=kind, email=email or f"{username}@example.jp")
    user.set_unusable_password()
    user.save()
    return user


def make_appointment(
    user: User, post: Post, *, kind: int = AppointmentKind.MAIN, since: date = SINCE, until: date | None = None
) -> Appointment:
    return Appointment.objects.create(user=user, post=post, kind=kind, sole=post.sole, starts_on=since, ends_on=until)


def make_officer(username: str, post: Post, name: str = "") -> User:
    """An employee who holds a post since ``SINCE``."""
    user = make_user(username, name)
    make_appointment(user, post)
    return user
