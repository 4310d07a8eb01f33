"""A provider with a payment page of its own ("link type"): the browser carries a signed order there, and the provider
calls back. Its whole contract is on one screen (doubles/pay/README.md).

Signatures are HMAC-SHA256 (RFC 2104) with the shared secret, in hex. An order signs its sorted, percent-encoded query.
A call signs ``timestamp.METHOD /path.body`` in the header ``Pay-Signature: t=…,v1=…`` and is believed for five minutes.
"""

import hmac
import http.client
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .base import CallbackForgedError, Event, Order, Outcome, ProviderRefusedError, ProviderUnavailableError

BELIEVED_SECONDS = 300
TIMEOUT_SECONDS = 10
CALLBACK_PATH = "/pay/callback/"


class HostedPage:
    def checkout_url(self, order: Order, *, at: datetime) -> str:
        fields = {
            "amount": str(order.amount),
            "at": str(int(at.timestamp())),
            "currency": "JPY",
            "description": order.description,
            "language": order.language,
            "method": order.method,
            "reference": order.reference,
            "return_url": order.return_url,
            "shop": settings.PAY_SHOP,
        }
        query = urlencode(sorted(fields.items()), quote_via=quote)
        return f"{settings.PAY_URL}/checkout?{query}&signature={_digest(query.encode())}"

    def read_callback(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Event:
        _check(headers.get("Pay-Signature", ""), f"POST {CALLBACK_PATH}", body, at=at)
        try:
            return _event(json.loads(body))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise CallbackForgedError("not in the provider's form") from error

    def status(self, reference: str, *, at: datetime) -> Event:
        code, answer = _call("GET", f"/api/orders/{reference}", at=at)
        if code == 404:
            return Event("", reference, "unknown", 0, "JPY")
        if code != 200:
            raise ProviderUnavailableError(f"status answered {code}")
        try:
            return _event(answer)
        except (KeyError, TypeError, ValueError) as error:
            raise ProviderUnavailableError("status not in the provider's form") from error

    def refund(self, reference: str, *, refund_reference: str, amount: int, at: datetime) -> None:
        asked = {"refund_reference": refund_reference, "amount": amount}
        code, answer = _call("POST", f"/api/orders/{reference}/refunds", asked, at=at)
        if code in (404, 409, 422):
            raise ProviderRefusedError(str(answer.get("problem", code)))
        if code != 200:
            raise ProviderUnavailableError(f"refund answered {code}")


def _event(values: Any) -> Event:
    outcome: Outcome = values["outcome"]
    if outcome not in get_args(Outcome) or type(values["amount"]) is not int:
        raise ValueError(outcome)
    texts = [str(values[name])[:64] for name in ("id", "reference", "currency")]
    reason = str(values.get("reason") or "")[:40]
    if not all(text.isprintable() for text in (*texts, reason)):  # no NUL, no half characters: they fit no row
        raise ValueError(texts)
    return Event(texts[0], texts[1], outcome, values["amount"], texts[2], reason)


def _call(method: str, path: str, values: object = None, *, at: datetime) -> tuple[int, dict[str, Any]]:
    """One signed call of the provider's API. Only jobs may call: it may take ten seconds."""
    body = b"" if values is None else json.dumps(values).encode()
    moment = str(int(at.timestamp()))
    sign = f"t={moment},v1={_digest(_signed(moment, f'{method} {path}', body))}"
    where = urlsplit(settings.PAY_URL)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    link = kind(where.netloc, timeout=TIMEOUT_SECONDS)
    try:
        headers = {"Pay-Signature": sign, "Content-Type": "application/json"}
        link.request(method, where.path + path, body, headers)
        response = link.getresponse()
        answer = json.loads(response.read(65536) or b"{}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ProviderUnavailableError(str(error)) from error
    finally:
        link.close()
    return response.status, answer if isinstance(answer, dict) else {}


def _check(header: str, line: str, body: bytes, *, at: datetime) -> None:
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not hmac.compare_digest(_digest(_signed(moment, line, body)).encode(), given.encode()):
        raise CallbackForgedError("signature")
    if abs(at.timestamp() - int(moment)) > BELIEVED_SECONDS:
        raise CallbackForgedError("too old")


def _signed(moment: str, line: str, body: bytes) -> bytes:
    return f"{moment}.{line}.".encode() + body


def _digest(message: bytes) -> str:
    if not settings.PAY_SECRET:
        raise ImproperlyConfigured("PAY_SECRET is empty: without it anyone could say that a fee was paid.")
    return hmac.new(settings.PAY_SECRET.encode(), message, "sha256").hexdigest()
