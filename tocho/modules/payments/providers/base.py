"""What the module asks of a payment provider, whoever it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Outcome = Literal["succeeded", "failed", "expired", "open", "unknown"]


class ProviderUnavailableError(Exception):
    """The provider did not answer, or not what it promised: nobody knows, ask again later."""


class ProviderRefusedError(Exception):
    """The provider has understood and will not do it; asking again is useless."""


class CallbackForgedError(Exception):
    """The callback is not signed by the provider, or too old to be believed."""


@dataclass(frozen=True)
class Event:
    """What a provider says of an attempt. ``amount`` in whole units of ``currency``; ``open`` and ``unknown`` are only
    answers to a question (``status``): still being paid, and never heard of.
    """

    id: str
    reference: str
    outcome: Outcome
    amount: int
    currency: str
    reason: str = ""


@dataclass(frozen=True)
class Order:
    """What the payer is sent to pay."""

    reference: str
    amount: int
    method: str
    description: str
    return_url: str
    language: str


class Provider(Protocol):
    def checkout_url(self, order: Order, *, at: datetime) -> str:
        """Where to send the payer's browser; signed, and made without asking the provider."""

    def read_callback(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Event:
        """:raises CallbackForgedError: not signed by the provider, too old, or not in its form."""

    def status(self, reference: str, *, at: datetime) -> Event:
        """:raises ProviderUnavailableError:"""

    def refund(self, reference: str, *, refund_reference: str, amount: int, at: datetime) -> None:
        """Give money back; asked twice under one ``refund_reference`` it is given once.

        :raises ProviderUnavailableError: not known whether it was done: ask again.
        :raises ProviderRefusedError: it will not be done.
        """
