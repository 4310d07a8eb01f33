"""Every write of the module, each in one transaction that locks the intent first."""

from .collecting import AmountMismatchError, UnknownPaymentError, check_attempt, take_event
from .paying import NotDue, cancel_intent, create_intent, erase_payer, note_return, start_attempt
from .refunding import RefundGone, RefundRefused, request_refund, retry_refund, send_refund

__all__ = [
    "AmountMismatchError",
    "NotDue",
    "RefundGone",
    "RefundRefused",
    "UnknownPaymentError",
    "cancel_intent",
    "check_attempt",
    "create_intent",
    "erase_payer",
    "note_return",
    "request_refund",
    "retry_refund",
    "send_refund",
    "start_attempt",
    "take_event",
]
