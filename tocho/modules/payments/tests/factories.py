"""Intents, attempts, signed callbacks."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from tocho.core.ledger.api import Subject
from tocho.modules.payments import actions
from tocho.modules.payments.models import Attempt, PaymentIntent
from tocho.modules.payments.providers.base import Event
from tocho.modules.payments.providers.hosted import _digest, _signed

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
numbers = itertools.count(1)


def make_intent(**values: Any) -> PaymentIntent:
    number = next(numbers)
    return actions.create_intent(
        **{
            "subject": Subject("thing", number),
            "amount": 400,
            "description": f"納税証明書 {number}",
            "payer_email": "hanako@example.jp",
            "return_path": "/applications/x/",
            "unit": "R02-0700",
            "at": AT,
            **values,
        }
    )


def start(intent: PaymentIntent, *, method: str = "card", at: datetime = AT) -> Attempt:
    actions.start_attempt(intent_id=intent.id, method=method, at=at)
    return intent.attempts.latest("id")


def event(attempt: Attempt, outcome: str = "succeeded", **values: Any) -> Event:
    known = {"id": f"evt_{next(numbers)}", "reference": attempt.reference, "outcome": outcome, "amount": 400}
    return Event(**{"currency": "JPY", **known, **values})


def collected(**values: Any) -> PaymentIntent:
    intent = make_intent(**values)
    attempt = start(intent)
    actions.take_event(event(attempt, amount=intent.amount), at=AT)
    intent.refresh_from_db()
    return intent


def signed_callback(values: dict[str, Any], *, at: datetime, path: str = "/pay/callback/") -> tuple[bytes, str]:
    body = json.dumps(values).encode()
    moment = str(int(at.timestamp()))
    return body, f"t={moment},v1={_digest(_signed(moment, f'POST {path}', body))}"
