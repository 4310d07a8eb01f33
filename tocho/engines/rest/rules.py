"""Pure decisions: secrets, signatures, which tries come when, which addresses may be called."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson

PREFIX = "vt_"
TOKEN_BYTES = 32
LONGEST_DAYS = 366
ANSWERED_DAYS = 2
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# After the first try: a minute, five, half an hour, two hours, six, a day, two days. Then a person has to look.
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 360, 1440, 2880))


def new_secret() -> str:
    """The secret of a token, shown once: ``vt_`` and 43 letters (256 bits)."""
    return PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def secret_digest(secret: str) -> bytes:
    """SHA-256 of a token's secret, by which it is found."""
    return hashlib.sha256(secret.encode()).digest()


def new_hook_secret() -> str:
    """The secret that signs a hook's calls, as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def request_digest(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests with one idempotency key the same request."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).digest()


def signed_headers(*, secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a call, signed as Standard Webhooks 1.0 says: HMAC-SHA256 over ``id.timestamp.body``."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": "v1," + base64.b64encode(digest).decode(),
    }


def canonical(event: Mapping[str, object]) -> bytes:
    """The body of a call."""
    return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; None when it was the last."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def faults_of_address(url: str) -> str:
    """What makes an address impossible to call, in a word for logs; "" when nothing does.

    Ports are 1 to 65535, labels of a name 1 to 63 octets as IDNA writes them, a name 253 at most (RFC 1035 2.3.4).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:  # UnicodeError is one
        return str(error) or "not an address"
    if not name or len(name) > 253 or port == 0 or not url.isprintable() or " " in url:
        return "not an address"
    return ""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: calls into our own network are refused.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64) is as public as that.
    """
    found = ipaddress.ip_address(address)
    carried = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if found.version == 6 and found in NAT64:
        carried = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    plain = carried or found
    return plain.is_global and not plain.is_multicast and not found.is_multicast
