import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


class FolderStore:
    """Contents in a local folder, two levels deep; written beside, synced, renamed: a crash leaves no half file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest

    def put(self, digest: str, content: bytes) -> None:
        self._write(digest, lambda file: file.write(content))

    def take(self, digest: str, path: Path) -> None:
        with path.open("rb") as source:
            self._write(digest, lambda file: shutil.copyfileobj(source, file, 1 << 20))

    def _write(self, digest: str, write: Callable[[BinaryIO], object]) -> None:
        path = self._path(digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def open(self, digest: str) -> BinaryIO:
        return self._path(digest).open("rb")

    def delete(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)
