"""What the provider says: money came in, an attempt came to nothing, or it is too early to tell."""

import logging
from datetime import datetime

from django.db import connection, transaction

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Subject

from ..models import Attempt, PaymentIntent, ProviderEvent, Receipt
from ..providers import provider
from ..providers.base import Event
from ..rules import effect_of, fits, is_abandoned, next_check
from ..signals import payment_collected, payment_failed
from .recording import lock_intent, record, tell_payer
from .refunding import give_back_surplus

logger = logging.getLogger(__name__)


class UnknownPaymentError(Exception):
    """The provider speaks of an attempt that we never started."""


class AmountMismatchError(Exception):
    """The provider says that another sum came in than was asked for; a person must look."""


def take_event(event: Event, *, at: datetime) -> str:
    """Act on news from the provider, once, in whatever order it comes (``rules.effect_of``).

    A success collects the fee, issues the receipt and tells the modules above, all in one transaction; when one of them
    fails, nothing was collected and the provider tells us again.

    :returns: what it meant: collect, surplus, fail or nothing.
    :raises UnknownPaymentError: no such attempt.
    :raises AmountMismatchError: another sum; the attempt is set aside as *error* before this rises.
    """
    effect = _take(event, at=at)
    if effect == "mismatch":
        logger.error("%s: %s %s came in, not what was asked for", event.reference, event.amount, event.currency)
        raise AmountMismatchError(event.reference)
    return effect


@transaction.atomic
def _take(event: Event, *, at: datetime) -> str:
    found = Attempt.objects.filter(reference=event.reference).values_list("id", "intent_id").first()
    if found is None:
        raise UnknownPaymentError(event.reference)
    intent = lock_intent(found[1])
    attempt = Attempt.objects.get(id=found[0])
    if event.id:
        if ProviderEvent.objects.filter(event_id=event.id).exists():
            return "nothing"
        ProviderEvent.objects.create(event_id=event.id, attempt=attempt, outcome=event.outcome, received_at=at)
    effect = effect_of(intent_state=intent.state, attempt_state=attempt.state, outcome=event.outcome)
    is_money = effect in ("collect", "surplus")
    if is_money and not fits(amount=event.amount, currency=event.currency, expected=intent.amount):
        _fail(intent, attempt, state=Attempt.State.ERROR, reason="amount_mismatch", at=at)
        return "mismatch"
    if effect == "collect":
        _collect(intent, attempt, at=at)
    elif effect == "surplus":
        _end(attempt, Attempt.State.SURPLUS, at=at)
        give_back_surplus(intent, attempt, at=at)
    elif effect == "fail":
        expired = event.outcome == "expired"
        state = Attempt.State.EXPIRED if expired else Attempt.State.FAILED
        _fail(intent, attempt, state=state, reason=event.reason or ("expired" if expired else ""), at=at)
    return effect


def _end(attempt: Attempt, state: str, *, at: datetime, reason: str = "") -> None:
    attempt.state, attempt.reason, attempt.ended_at, attempt.check_at = state, reason, at, None
    attempt.save(update_fields=["state", "reason", "ended_at", "check_at"])


def _collect(intent: PaymentIntent, attempt: Attempt, *, at: datetime) -> None:
    _end(attempt, Attempt.State.SUCCESS, at=at)
    intent.state, intent.collected_at = PaymentIntent.State.COLLECTED, at
    intent.save(update_fields=["state", "collected_at"])
    record(intent, "collected", actor=SYSTEM, at=at, amount=intent.amount, method=attempt.method)
    payment_collected.send(
        PaymentIntent,
        intent_id=intent.id,
        subject=Subject(intent.subject_type, intent.subject_id),
        amount=intent.amount,
        method=attempt.method,
        at=at,
    )
    _issue_receipt(intent, attempt, at=at)


def _issue_receipt(intent: PaymentIntent, attempt: Attempt, *, at: datetime) -> None:
    """Number and keep the receipt, last of all: the lock on the year's book makes all other collections wait."""
    fiscal_year = calendar.fiscal_year(calendar.office_day(at))
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO payments_receiptbook AS book (fiscal_year, last_number) VALUES (%s, 1)
                   ON CONFLICT (fiscal_year) DO UPDATE SET last_number = book.last_number + 1 RETURNING last_number""",
            [fiscal_year],
        )
        (number,) = cursor.fetchone()
    receipt = Receipt.objects.create(
        intent=intent, fiscal_year=fiscal_year, number=number, method=attempt.method, issued_at=at
    )
    number_text = f"{receipt.fiscal_year}-{receipt.number:06}"
    tell_payer(intent, "payment_collected", key=str(intent.id), at=at, amount=intent.amount, number=number_text)


def _fail(intent: PaymentIntent, attempt: Attempt, *, state: str, reason: str, at: datetime) -> None:
    _end(attempt, state, at=at, reason=reason)
    record(intent, "failed", actor=SYSTEM, at=at, amount=intent.amount, method=attempt.method, reason=reason)
    payment_failed.send(
        PaymentIntent,
        intent_id=intent.id,
        subject=Subject(intent.subject_type, intent.subject_id),
        amount=intent.amount,
        method=attempt.method,
        reason=reason,
        at=at,
    )


def check_attempt(*, attempt_id: int, at: datetime) -> str:
    """Ask the provider how an attempt went and act on the answer; set the next question when it cannot tell yet.

    Not in one transaction: the provider is asked between two. Two workers at once do no harm.

    :raises ProviderUnavailableError: ask again later (the next question is already set).
    """
    attempt = Attempt.objects.get(id=attempt_id)
    if attempt.state != Attempt.State.STARTED:
        return "nothing"
    later = next_check(started_at=attempt.started_at, at=at)
    Attempt.objects.filter(id=attempt_id, state=Attempt.State.STARTED).update(check_at=later)
    event = provider().status(attempt.reference, at=at)
    if is_abandoned(outcome=event.outcome, started_at=attempt.started_at, at=at) or (
        later is None and event.outcome in ("open", "unknown")
    ):
        event = Event("", attempt.reference, "expired", 0, "JPY", "expired")
    return take_event(event, at=at)
