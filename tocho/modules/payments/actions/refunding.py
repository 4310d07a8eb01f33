"""Money goes back (還付): asked for in the transaction of the act, done by a job, noted when it is done."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.lib.errors import Refused

from ..models import Attempt, PaymentIntent, Refund
from ..providers import provider
from ..providers.base import ProviderRefusedError
from ..rules import refundable
from ..signals import payment_refunded
from .recording import lock_intent, record, tell_payer

SURPLUS = "surplus"


class RefundRefused(Refused):
    """More than there is to give back, or nothing was collected."""


class RefundGone(Refused):
    """The refund does not wait for a person any more."""


@transaction.atomic
def request_refund(*, intent_id: int, amount: int, reason: str, actor: Actor, at: datetime) -> Refund:
    """Ask for ``amount`` yen of a collected intent to go back. The same amount and reason again is the same refund.

    :raises RefundRefused: nothing was collected, or so much is not left.
    """
    intent = lock_intent(intent_id)
    attempt = intent.attempts.filter(state=Attempt.State.SUCCESS).first()
    if attempt is None:
        raise RefundRefused(_("まだ納付されていないため、還付できません。"))
    alive = list(attempt.refunds.exclude(state=Refund.State.FAILED))
    for refund in alive:
        if (refund.amount, refund.reason) == (amount, reason):
            return refund
    left = refundable(collected=intent.amount, refunds=[refund.amount for refund in alive])
    if not 0 < amount <= left:
        raise RefundRefused(_("還付できるのは%(left)d円までです。") % {"left": left})
    intent.state = PaymentIntent.State.REFUND_REQUESTED
    intent.save(update_fields=["state"])
    return _request(intent, attempt, amount=amount, reason=reason, actor=actor, at=at)


def give_back_surplus(intent: PaymentIntent, attempt: Attempt, *, at: datetime) -> Refund:
    """Ask for money to go back that came although nothing was due; the caller holds the intent's lock."""
    refund = _request(intent, attempt, amount=intent.amount, reason=SURPLUS, actor=SYSTEM, at=at)
    tell_payer(intent, "payment_surplus", key=str(attempt.id), at=at, amount=intent.amount)
    return refund


def _request(
    intent: PaymentIntent, attempt: Attempt, *, amount: int, reason: str, actor: Actor, at: datetime
) -> Refund:
    refund = Refund.objects.create(
        attempt=attempt,
        reference=secrets.token_urlsafe(16),
        amount=amount,
        reason=reason,
        requested_at=at,
        requested_by_id=actor.user_id,
    )
    record(intent, "refund_requested", actor=actor, at=at, amount=amount, **_of(refund))
    _send_later(refund)
    return refund


def _send_later(refund: Refund) -> None:
    jobs.configure_task("payments.send_refund", lock=f"refund:{refund.id}").defer(refund_id=refund.id)


@transaction.atomic
def retry_refund(*, refund_id: int, actor: Actor, at: datetime) -> Refund:
    """Ask once more for a refund that the provider refused, under the same reference: it cannot be paid twice.

    Recorded as ``payment.refund_retried``. :raises RefundGone: it is under way or done already.
    :raises RefundRefused: the same was asked for anew meanwhile, or so much is not left to give back.
    """
    intent = lock_intent(Refund.objects.values_list("attempt__intent_id", flat=True).get(id=refund_id))
    refund = Refund.objects.select_related("attempt").get(id=refund_id)
    if refund.state != Refund.State.FAILED:
        raise RefundGone(_("この還付は、すでに済んだか、やり直しているところです。"))
    others = list(refund.attempt.refunds.exclude(state=Refund.State.FAILED))
    if any((other.amount, other.reason) == (refund.amount, refund.reason) for other in others):
        raise RefundRefused(_("同じ還付が、ほかに行われています。二重になるため、やり直せません。"))
    left = refundable(collected=intent.amount, refunds=[other.amount for other in others])
    if refund.amount > left:
        raise RefundRefused(_("還付できるのは%(left)d円までです。") % {"left": left})
    refund.state, refund.problem, refund.failed_at = Refund.State.REQUESTED, "", None
    refund.retried_at, refund.retried_by_id = at, actor.user_id
    refund.save(update_fields=["state", "problem", "failed_at", "retried_at", "retried_by_id"])
    if refund.reason != SURPLUS:
        intent.state = PaymentIntent.State.REFUND_REQUESTED
        intent.save(update_fields=["state"])
    record(intent, "refund_retried", actor=actor, at=at, amount=refund.amount, **_of(refund))
    _send_later(refund)
    return refund


def _of(refund: Refund) -> dict[str, str | bool]:
    return {"method": refund.attempt.method, "surplus": refund.reason == SURPLUS}


def send_refund(*, refund_id: int, at: datetime) -> Refund:
    """Have the provider give the money back, and note that it did. Done already: nothing happens.

    The provider is asked outside any transaction, always under the same reference, so a repetition pays once.

    :raises ProviderUnavailableError: not known whether it was done: ask again.
    """
    refund = Refund.objects.select_related("attempt").get(id=refund_id)
    if refund.state != Refund.State.REQUESTED:
        return refund
    reference = refund.attempt.reference
    try:
        provider().refund(reference, refund_reference=refund.reference, amount=refund.amount, at=at)
    except ProviderRefusedError as error:
        return _note(refund_id, problem=str(error)[:200] or "refused", at=at)
    return _note(refund_id, problem="", at=at)


@transaction.atomic
def _note(refund_id: int, *, problem: str, at: datetime) -> Refund:
    """What came of a refund: done, or refused by the provider so that a person must find another way."""
    intent = lock_intent(Refund.objects.values_list("attempt__intent_id", flat=True).get(id=refund_id))
    refund = Refund.objects.select_related("attempt").get(id=refund_id)
    if refund.state != Refund.State.REQUESTED:
        return refund
    refund.state = Refund.State.FAILED if problem else Refund.State.DONE
    refund.problem, refund.done_at, refund.failed_at = problem, None if problem else at, at if problem else None
    refund.save(update_fields=["state", "problem", "done_at", "failed_at"])
    kind = "refund_failed" if problem else "refunded"
    record(intent, kind, actor=SYSTEM, at=at, amount=refund.amount, **_of(refund))
    if refund.reason != SURPLUS:
        _settle(intent, refund, at=at)
    return refund


def _settle(intent: PaymentIntent, refund: Refund, *, at: datetime) -> None:
    refunds = list(refund.attempt.refunds.all())
    given = sum(one.amount for one in refunds if one.state == Refund.State.DONE)
    if any(one.state == Refund.State.REQUESTED for one in refunds):
        intent.state = PaymentIntent.State.REFUND_REQUESTED
    else:
        is_full = given == intent.amount
        intent.state = PaymentIntent.State.REFUNDED if is_full else PaymentIntent.State.COLLECTED
    intent.save(update_fields=["state"])
    if refund.state != Refund.State.DONE:
        return
    payment_refunded.send(
        PaymentIntent,
        intent_id=intent.id,
        subject=Subject(intent.subject_type, intent.subject_id),
        amount=refund.amount,
        method=refund.attempt.method,
        is_full=given == intent.amount,
        at=at,
    )
    tell_payer(intent, "payment_refunded", key=str(refund.id), at=at, amount=refund.amount)
