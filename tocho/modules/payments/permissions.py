"""Who may see a payment: whoever was given its token. The token is 128 bits of chance and stands in no list."""

from django.db.models import QuerySet

from .models import PaymentIntent


def intents_for_bearer(token: str) -> QuerySet[PaymentIntent]:
    """The intent that the bearer of a token may pay and see the receipt of; at most one."""
    return PaymentIntent.objects.filter(token=token)
