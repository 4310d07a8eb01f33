from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserKind(models.TextChoices):
    """In which capacity somebody signs in; what they may do comes from posts, never from this."""

    RESIDENT = "resident", _("個人")
    COMPANY = "company", _("事業者")
    EMPLOYEE = "employee", _("職員")
    SUPPLIER = "supplier", _("契約の相手方")
    CONTRACTOR = "contractor", _("受託者")


class User(AbstractUser):
    """One person who signs in: resident, company representative, employee, supplier, contractor.

    Must not be used to decide who may act for an office: that is asked of ``core.org`` (posts with effective dates).
    ``username`` is the employee number (職員番号) of an employee, and made up for everybody else, who sign in by
    e-mail.
    """

    first_name = None  # type: ignore[assignment]  # one name, in the order it is spoken
    last_name = None  # type: ignore[assignment]
    kind = models.CharField(_("区分"), max_length=12, choices=UserKind, default=UserKind.RESIDENT)
    display_name = models.CharField(_("氏名"), max_length=100, blank=True)
    display_name_kana = models.CharField(_("氏名（フリガナ）"), max_length=100, blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = [models.CheckConstraint(name="user_kind_known", condition=models.Q(kind__in=UserKind.values))]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_employee(self) -> bool:
        return self.kind == UserKind.EMPLOYEE


class SharedValue(models.Model):
    """One short-lived value of ``cache.SharedCache``: a counter of sign-in attempts, a token already used.

    The table is unlogged (a crash empties it). Must not hold anything whose loss would matter.
    """

    key = models.CharField(max_length=255, primary_key=True)
    value = models.BinaryField()
    expires_at = models.DateTimeField(null=True, db_index=True)
