from pathlib import Path
from typing import BinaryIO, Protocol


class Store(Protocol):
    """Keeps contents by digest. ``put`` of a content that is there already changes nothing."""

    def put(self, digest: str, content: bytes) -> None: ...

    def take(self, digest: str, path: Path) -> None:
        """As ``put``, from a file that may be larger than memory; the file stays."""
        ...

    def open(self, digest: str) -> BinaryIO: ...

    def delete(self, digest: str) -> None: ...


class Scanner(Protocol):
    """Looks at a content before it is stored. ``find`` returns the name of what it found, "" when clean.

    :raises OSError: it cannot be reached; nothing is stored unseen.
    """

    def find(self, content: bytes) -> str: ...
