"""The door to consultations: what a procedure's page offers, and a person's own coming talks."""

from datetime import datetime

from django.urls import reverse

from .models import Consultation
from .permissions import token_of
from .queries import MyConsultation, themes_for_procedure
from .queries import coming_of as _coming_of

__all__ = ["MyConsultation", "coming_of", "themes_for_procedure"]


def coming_of(user_id: int, *, at: datetime) -> list[MyConsultation]:
    """A person's own talks that are still to come, soonest first, with the addresses of their pages."""
    return _coming_of(user_id, at=at, link_of=_link)


def _link(consultation: Consultation) -> str:
    return reverse("consultations:consultation_detail", args=[token_of(consultation)])
