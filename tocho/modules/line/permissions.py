from django.db.models import QuerySet

from .models import Friend


def friends_of(user_id: int) -> QuerySet[Friend]:
    """The telephones that a person has linked and that still take messages."""
    return Friend.objects.filter(user_id=user_id, blocked_at=None)
