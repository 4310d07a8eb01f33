"""Who may do what with absences: everybody with their own."""

from django.db.models import QuerySet

from tocho.core.accounts.models import User
from tocho.core.org.models import Absence


def can_register_absence(user: User) -> bool:
    """Employees are away; residents need not tell us."""
    return user.is_employee


def absences_of(user: User) -> QuerySet[Absence]:
    """The absences that a person may see and cancel: the own ones."""
    return Absence.objects.filter(user=user)
