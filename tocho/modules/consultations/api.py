"""The door to consultations: what a procedure's page offers, and a person's own coming talks."""

from datetime import datetime

from django.urls import reverse

from .actions import untie
from .models import Consultation
from .permissions import token_of
from .queries import HeldConsultation, MyConsultation, themes_for_procedure
from .queries import coming_of as _coming_of
from .queries import held_of as _held_of

__all__ = ["HeldConsultation", "MyConsultation", "coming_of", "held_of", "themes_for_procedure", "untie"]


def coming_of(user_id: int, *, at: datetime) -> list[MyConsultation]:
    """A person's own talks that are still to come, soonest first, with the addresses of their pages."""
    return _coming_of(user_id, at=at, link_of=_link)


def held_of(user_id: int) -> list[HeldConsultation]:
    """All that is held about a person's own consultations, those with the staff's counsellors too; nobody else's."""
    return _held_of(user_id, link_of=_link)


def _link(consultation: Consultation) -> str:
    return reverse("consultations:consultation_detail", args=[token_of(consultation)])
