"""One HTTP POST to an address that a stranger gave: only over TLS, only to the open internet, never redirected.

The name is resolved once and the connection goes to the address that was checked, so that it cannot change in between.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from .rules import faults_of_address, is_public

TIMEOUT_SECONDS = 10
READ_AT_MOST = 4096


class NotSentError(Exception):
    """The address did not take the call; the message says why, in words for its owner."""


class _Pinned(http.client.HTTPSConnection):
    """Speaks TLS for ``host`` to one address."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POST JSON; the status of the answer.

    :raises NotSentError: no name, no connection, a private address, an address that is not https or none at all.
    """
    if fault := faults_of_address(url):
        raise NotSentError(fault)
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = _connect(parts.scheme, host, parts.port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "POST", path, body, {"Content-Type": "application/json", "User-Agent": "VirtualTocho", **headers}
        )
        answer = connection.getresponse()
        answer.read(READ_AT_MOST)
        return answer.status
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise NotSentError(f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        connection.close()


def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    trusted = host in settings.WEBHOOK_TRUSTED_HOSTS
    if scheme == "http" and trusted:
        return http.client.HTTPConnection(host, port or 80, timeout=TIMEOUT_SECONDS)
    if scheme != "https":
        raise NotSentError("only https")
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSentError(f"unknown host: {host}") from error
    addresses = [str(one[4][0]) for one in found]
    if not trusted and not all(map(is_public, addresses)):
        raise NotSentError("the address is not on the open internet")
    return _Pinned(host, port or 443, addresses[0])
