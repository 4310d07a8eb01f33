from datetime import datetime

from django.db.models import QuerySet

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org

from .models import Inquiry, Opinion


def opinions_asked_of(user_id: int, *, at: datetime) -> QuerySet[Opinion]:
    """The questions put to a person's sections, answered ones too; those taken back are out of sight."""
    units = org.unit_codes_of(user_id, at=at)
    return Opinion.objects.filter(unit__in=units, withdrawn_at=None).select_related("inquiry")


def inquiries_of_units(user_id: int, *, at: datetime) -> QuerySet[Inquiry]:
    """The questions that a person's sections have put to others."""
    return Inquiry.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))


def answering_as(user_id: int, unit: str, *, at: datetime) -> Actor:
    """The officer under the post of the asked section; the main post where a successor answers."""
    posts = org.posts_of(user_id, at=at)
    here = [post for post in posts if post.unit_code == unit] or list(posts)
    return Actor(user_id=user_id, post_id=here[0].id if here else None)
