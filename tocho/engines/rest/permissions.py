from django.db.models import QuerySet

from .models import Delivery, Hook, Token


def tokens_of(user_id: int) -> QuerySet[Token]:
    """A person's own tokens; nobody else's."""
    return Token.objects.filter(user_id=user_id)


def hooks_of(user_id: int) -> QuerySet[Hook]:
    """A person's own hooks; nobody else's."""
    return Hook.objects.filter(user_id=user_id)


def deliveries_of(user_id: int) -> QuerySet[Delivery]:
    """What was sent to a person's own hooks."""
    return Delivery.objects.filter(hook__user_id=user_id)
