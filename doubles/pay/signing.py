"""The provider's half of the contract, written apart from the platform's: HMAC-SHA256, see README.md."""

import hmac
import time
from urllib.parse import quote, urlencode

BELIEVED_SECONDS = 300
ORDER_LIFE_SECONDS = 30 * 60


def digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, "sha256").hexdigest()


def order_is_genuine(secret: str, fields: dict[str, str]) -> bool:
    """Whether the query of a checkout was signed by the shop: its sorted, percent-encoded fields."""
    given = fields.get("signature", "")
    rest = sorted((name, value) for name, value in fields.items() if name != "signature")
    return hmac.compare_digest(digest(secret, urlencode(rest, quote_via=quote).encode()).encode(), given.encode())


def header_for(secret: str, line: str, body: bytes, *, at: float | None = None) -> str:
    """``Pay-Signature`` for a call; ``line`` is ``METHOD /path``."""
    moment = str(int(time.time() if at is None else at))
    return f"t={moment},v1={digest(secret, f'{moment}.{line}.'.encode() + body)}"


def call_is_genuine(secret: str, header: str, line: str, body: bytes) -> bool:
    """Whether a call of the API was signed by the shop within the last five minutes."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment = parts.get("t", "")
    expected = digest(secret, f"{moment}.{line}.".encode() + body)
    if not hmac.compare_digest(expected.encode(), parts.get("v1", "").encode()):
        return False
    return abs(time.time() - int(moment)) <= BELIEVED_SECONDS
