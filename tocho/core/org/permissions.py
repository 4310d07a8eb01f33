"""Who may do what with absences: everybody with their own."""

from datetime import datetime

from django.db.models import QuerySet

from tocho.core.accounts.models import User
from tocho.core.org.models import Absence
from tocho.core.org.queries.people import posts_of


def can_register_absence(user: User) -> bool:
    """Employees are away; residents need not tell us."""
    return user.is_employee


def absences_of(user: User) -> QuerySet[Absence]:
    """The absences that a person may see and cancel: the own ones."""
    return Absence.objects.filter(user=user)


def can_appoint(user: User, *, at: datetime) -> bool:
    """職務代理 and 事務取扱 are entered by who serves as personnel (人事) and by administrators."""
    return user.is_superuser or any(post.serves_as == "personnel" for post in posts_of(user.id, at=at))
