from io import BytesIO
from typing import Any

TIMEOUT_SECONDS = 20


class ClamAV:
    """ClamAV's daemon, spoken to by INSTREAM over a socket or TCP."""

    def __init__(self, address: str) -> None:
        self.address = address

    def _daemon(self) -> Any:
        import clamd

        if self.address.startswith("/"):
            return clamd.ClamdUnixSocket(self.address, timeout=TIMEOUT_SECONDS)
        host, _colon, port = self.address.partition(":")
        return clamd.ClamdNetworkSocket(host, int(port or 3310), timeout=TIMEOUT_SECONDS)

    def find(self, content: bytes) -> str:
        """The name of the malware found, "" when clean. :raises OSError: the daemon is out of reach or refuses."""
        import clamd

        try:
            verdict, name = self._daemon().instream(BytesIO(content))["stream"]
        except clamd.ClamdError as error:
            raise OSError(str(error)) from error
        if verdict == "ERROR":
            raise OSError(name)
        return str(name) if verdict == "FOUND" else ""
