"""The Messaging API of LINE; one provider."""

from .base import MessagingRefusedError, MessagingUnavailableError, Sender
from .messaging import MessagingApi

__all__ = ["MessagingRefusedError", "MessagingUnavailableError", "Sender", "sender"]


def sender() -> Sender:
    """Who sends for us."""
    return MessagingApi()
