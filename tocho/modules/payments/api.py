"""The door to payments: let somebody pay a fee, know whether it came in, give it back."""

from datetime import datetime

from tocho.core.ledger.api import Actor, Subject

from . import actions, queries
from .actions import NotDue, RefundGone, RefundRefused
from .queries import (
    IntentView,
    ReceiptView,
    RefundView,
    failed_refund_count,
    failed_refunds,
    intents_of,
    receipts_about,
    refund_of,
    retried_refunds,
)

__all__ = [
    "IntentView",
    "NotDue",
    "ReceiptView",
    "RefundGone",
    "RefundRefused",
    "RefundView",
    "cancel",
    "create_intent",
    "erase",
    "failed_refund_count",
    "failed_refunds",
    "intents_of",
    "receipts_about",
    "refund",
    "refund_of",
    "retried_refunds",
    "retry_refund",
]


def create_intent(
    *,
    subject: Subject,
    amount: int,
    description: str,
    payer_email: str,
    return_path: str,
    unit: str,
    at: datetime,
) -> IntentView:
    """A sum that is due for one thing, and the page to pay it at. The same subject and description: the same intent.

    Recorded as ``payment.intended`` of the subject ``payment``. When the money is in, the signal ``payment_collected``
    is sent with the caller's ``subject``.

    :param amount: yen, above zero. :param return_path: path on this site to lead the payer back to.
    :raises ValueError: an amount that is none, another amount for the same thing, or a path of another site.
    """
    return queries.view_of(
        actions.create_intent(
            subject=subject,
            amount=amount,
            description=description,
            payer_email=payer_email,
            return_path=return_path,
            unit=unit,
            at=at,
        )
    )


def cancel(*, intent_id: int, actor: Actor, at: datetime) -> bool:
    """Nothing is due any more. False, and nothing done, when it was not due (paid, cancelled, refunded).

    Money that still comes in afterwards is given back by itself.
    """
    return actions.cancel_intent(intent_id=intent_id, actor=actor, at=at)


def erase(*, subject: Subject) -> None:
    """End of a subject's retention: the payer's address goes; sums, receipts and refunds stay. Idempotent."""
    actions.erase_payer(subject=subject)


def refund(*, intent_id: int, amount: int, reason: str, actor: Actor, at: datetime) -> int:
    """Give back ``amount`` yen of what was collected; a job has the provider do it, then ``payment_refunded`` is sent.

    :returns: the refund's id; the same amount and reason again is the same refund.
    :raises RefundRefused: nothing was collected, or so much is not left.
    """
    return actions.request_refund(intent_id=intent_id, amount=amount, reason=reason, actor=actor, at=at).id


def retry_refund(*, refund_id: int, actor: Actor, at: datetime) -> None:
    """Ask the provider once more for a refund that it refused, under the same reference: it is never paid twice.

    :raises RefundGone: it does not wait for a person any more. :raises RefundRefused: so much is not left to give back.
    """
    actions.retry_refund(refund_id=refund_id, actor=actor, at=at)
