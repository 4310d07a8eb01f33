"""The door to the channel on LINE: since when an account is linked."""

from datetime import datetime

from .models import Friend

__all__ = ["linked_since"]


def linked_since(user_id: int) -> list[datetime]:
    """Since when telephones are linked to a person's account, the newest first."""
    rows = Friend.objects.filter(user_id=user_id, linked_at__isnull=False).order_by("-id")
    return [row.linked_at for row in rows if row.linked_at]
