"""The door to events: what search, my page and the copy of one's data ask."""

from datetime import datetime

from django.urls import reverse

from . import actions
from .models import Registration
from .permissions import token_of
from .queries.detail import HeldRegistration, MyEvent
from .queries.detail import coming_of as _coming_of
from .queries.detail import held_of as _held_of
from .queries.listing import SearchText, search_texts

__all__ = ["HeldRegistration", "MyEvent", "SearchText", "coming_of", "held_of", "search_texts", "untie"]


def coming_of(user_id: int, *, at: datetime) -> list[MyEvent]:
    """The events a person has registered for with their account, soonest first, with the addresses of their pages."""
    return _coming_of(user_id, at=at, link_of=_link)


def held_of(user_id: int) -> list[HeldRegistration]:
    """Everything kept of a person's registrations with their account, the newest first."""
    return _held_of(user_id, link_of=_link)


def untie(*, user_id: int, at: datetime) -> int:
    """The account is closed: past registrations are erased, those to come stay with their mailed links only; how many.
    Idempotent."""
    return actions.untie(user_id=user_id, at=at)


def _link(registration: Registration) -> str:
    return reverse("events:registration_detail", args=[token_of(registration)])
