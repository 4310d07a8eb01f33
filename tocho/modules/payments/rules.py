"""Pure rules of paying: what news from the provider means, when to ask it, how a receipt is numbered."""

from datetime import datetime, timedelta
from typing import Literal

from .providers.base import Outcome

Effect = Literal["collect", "surplus", "fail", "nothing"]

CHECKOUT_LIFE = timedelta(minutes=30)  # the provider refuses an order that is older
FIRST_CHECK = timedelta(minutes=2)
REUSED_FOR = timedelta(minutes=10)


def effect_of(*, intent_state: str, attempt_state: str, outcome: Outcome) -> Effect:
    """What news about an attempt means, in whatever order and however often it comes.

    Money that arrived counts whatever was said before: a success after a failure collects. A success when nothing is
    due any more (paid by another attempt, cancelled) is a surplus, to be given back. Bad news after good is stale.
    """
    if attempt_state in ("success", "surplus"):
        return "nothing"
    if outcome == "succeeded":
        return "collect" if intent_state == "due" else "surplus"
    if outcome in ("failed", "expired") and attempt_state == "started":
        return "fail"
    return "nothing"


def fits(*, amount: int, currency: str, expected: int) -> bool:
    """Whether the money is the money that was asked for: the amount in yen to the unit, and yen."""
    return amount == expected and currency == "JPY"


def next_check(*, started_at: datetime, at: datetime) -> datetime | None:
    """When to ask the provider again about an attempt without news: rarer as it grows old; None after a day."""
    age = at - started_at
    if age >= timedelta(days=1):
        return None
    if age < timedelta(minutes=10):
        return at + timedelta(minutes=2)
    return at + (timedelta(minutes=10) if age < timedelta(hours=1) else timedelta(hours=1))


def is_abandoned(*, outcome: Outcome, started_at: datetime, at: datetime) -> bool:
    """Whether an attempt can no longer succeed: the provider never saw it, and would refuse its order by now."""
    return outcome == "unknown" and at - started_at > CHECKOUT_LIFE


def refundable(*, collected: int, refunds: list[int]) -> int:
    """Yen of an attempt that may still go back, after the refunds that were asked for and have not failed."""
    return max(0, collected - sum(refunds))
