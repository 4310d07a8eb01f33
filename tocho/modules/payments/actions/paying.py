"""The payer's side: an intent is made, an attempt begins, an intent is cancelled."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.lib.errors import Refused

from ..models import Attempt, Method, PaymentIntent
from ..providers import provider
from ..providers.base import Order
from ..rules import FIRST_CHECK, REUSED_FOR
from .recording import lock_intent, record

CALLBACK_PATIENCE = timedelta(seconds=8)  # after the payer's return, before we ask the provider ourselves


class NotDue(Refused):
    """Nothing to pay (any more): paid already, or cancelled."""


def create_intent(
    *,
    subject: Subject,
    amount: int,
    description: str,
    payer_email: str,
    return_path: str,
    unit: str,
    at: datetime,
) -> PaymentIntent:
    """A sum that is due for one thing. Asked again for the same subject and description it returns the same intent.

    :param amount: yen, above zero. :param return_path: path on this site to lead the payer back to.
    :raises ValueError: an amount or a mail address that is none, another amount for the same thing, or a path of
        another site.
    """
    if amount <= 0 or not return_path.startswith("/") or return_path.startswith("//"):
        raise ValueError(f"{amount} yen, back to {return_path!r}")
    _check_address(payer_email)
    try:
        with transaction.atomic():
            intent = PaymentIntent.objects.create(
                token=secrets.token_urlsafe(16),
                subject_type=subject.type,
                subject_id=subject.id,
                amount=amount,
                description=description,
                payer_email=payer_email,
                return_path=return_path,
                unit=unit,
                language=(get_language() or "ja")[:2],
                created_at=at,
            )
            record(intent, "intended", actor=SYSTEM, at=at, amount=amount)
    except IntegrityError:
        intent = PaymentIntent.objects.exclude(state=PaymentIntent.State.CANCELLED).get(
            subject_type=subject.type, subject_id=subject.id, description=description
        )
        if intent.amount != amount:
            raise ValueError(f"{subject} already owes {intent.amount} yen for {description!r}") from None
    return intent


def _check_address(email: str) -> None:
    """Now, and not when the money has come in and the receipt cannot be sent."""
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise ValueError("not a mail address") from error


@transaction.atomic
def start_attempt(*, intent_id: int, method: str, at: datetime) -> str:
    """Begin to pay: the address of the provider's page, signed. Pressed twice it is the same attempt.

    :raises NotDue: it was paid or cancelled meanwhile.
    """
    intent = lock_intent(intent_id)
    if intent.state != PaymentIntent.State.DUE:
        raise NotDue(_("この支払いは、すでに終わっています。"))
    fresh = intent.attempts.filter(method=method, state=Attempt.State.STARTED, started_at__gt=at - REUSED_FOR)
    attempt = fresh.order_by("-id").first()
    if attempt is None:
        attempt = Attempt.objects.create(
            intent=intent,
            reference=secrets.token_urlsafe(16),
            method=Method(method),
            started_at=at,
            check_at=at + FIRST_CHECK,
        )
        record(intent, "started", actor=SYSTEM, at=at, amount=intent.amount, method=method)
    order = Order(
        reference=attempt.reference,
        amount=intent.amount,
        method=method,
        description=intent.description,
        return_url=settings.SITE_URL.rstrip("/") + reverse("payments:payment_result", args=[intent.token]),
        language=(get_language() or "ja")[:2],
    )
    return provider().checkout_url(order, at=at)


@transaction.atomic
def note_return(*, attempt_id: int, at: datetime) -> None:
    """The payer is back and no news has come: ask the provider shortly. Only the first return of an attempt counts."""
    waiting = Attempt.objects.filter(id=attempt_id, state=Attempt.State.STARTED, returned_at=None)
    if waiting.update(returned_at=at):
        ask = jobs.configure_task("payments.check_attempt", schedule_at=at + CALLBACK_PATIENCE)
        ask.defer(attempt_id=attempt_id)


@transaction.atomic
def cancel_intent(*, intent_id: int, actor: Actor, at: datetime) -> bool:
    """Nothing is due any more (取消し). False when it was not due: what was collected goes back by a refund instead.

    An attempt that is being paid at this moment may still succeed; its money is then given back by itself.
    """
    intent = lock_intent(intent_id)
    if intent.state != PaymentIntent.State.DUE:
        return False
    intent.state, intent.cancelled_at = PaymentIntent.State.CANCELLED, at
    intent.save(update_fields=["state", "cancelled_at"])
    record(intent, "cancelled", actor=actor, at=at, amount=intent.amount)
    return True


@transaction.atomic
def erase_payer(*, subject: Subject) -> None:
    """End of a subject's retention: the payer's address goes, sums and receipts stay (recorded by the caller)."""
    PaymentIntent.objects.filter(subject_type=subject.type, subject_id=subject.id).update(payer_email="")
