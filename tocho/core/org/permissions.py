"""Who may do what: absences, everybody with their own; appointments that stand in, personnel in its bureau."""

from datetime import date, datetime

from django.db.models import QuerySet

from tocho.core.accounts.models import User
from tocho.core.org.models import Absence, Duty
from tocho.core.org.queries.people import office_day, posts_of
from tocho.core.org.queries.structure import snapshot


def can_register_absence(user: User) -> bool:
    """Employees are away; residents need not tell us."""
    return user.is_employee


def absences_of(user: User) -> QuerySet[Absence]:
    """The absences that a person may see and cancel: the own ones."""
    return Absence.objects.filter(user=user)


def can_appoint(user: User, *, at: datetime) -> bool:
    """職務代理 and 事務取扱 are entered by who serves as personnel (人事) and by administrators."""
    return user.is_superuser or bool(_personnel_of(user, at=at))


def can_appoint_to(user: User, post_id: int, *, on: date, at: datetime) -> bool:
    """Personnel looks after the posts of its own bureau, as it is on the day from which somebody stands in; those
    above the bureaus (副知事) are for administrators."""
    if user.is_superuser:
        return True
    now = snapshot(on)
    post = now.posts.get(post_id)
    return post is not None and now.units[post.unit_id].bureau_code in _personnel_of(user, at=at)


def _personnel_of(user: User, *, at: datetime) -> set[str]:
    """The bureaus for which a person serves as personnel (人事)."""
    now = snapshot(office_day(at))
    own = [post for post in posts_of(user.id, at=at) if post.serves_as == Duty.PERSONNEL]
    return {now.units[post.unit_id].bureau_code for post in own} - {""}
