"""The door to events: what search and my page ask."""

from datetime import datetime

from django.urls import reverse

from .models import Registration
from .permissions import token_of
from .queries.detail import MyEvent
from .queries.detail import coming_of as _coming_of
from .queries.listing import SearchText, search_texts

__all__ = ["MyEvent", "SearchText", "coming_of", "search_texts"]


def coming_of(user_id: int, *, at: datetime) -> list[MyEvent]:
    """The events a person has registered for with their account, soonest first, with the addresses of their pages."""
    return _coming_of(user_id, at=at, link_of=_link)


def _link(registration: Registration) -> str:
    return reverse("events:registration_detail", args=[token_of(registration)])
