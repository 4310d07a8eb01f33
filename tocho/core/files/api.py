"""The door to files: store by content, open, hand out. Who may open one is decided by what it belongs to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404

from tocho.core.ledger.api import Actor

from . import actions, providers
from .actions import FileRefused
from .models import StoredFile

__all__ = [
    "MAX_BYTES",
    "FileRefused",
    "FileView",
    "download_response",
    "forget",
    "given_by",
    "keep_contents",
    "keep_made",
    "keeper",
    "open_file",
    "store",
    "view",
    "views",
]

MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class FileView:
    """One stored file; ``size`` in bytes, ``digest_hex`` the SHA-256 of its content."""

    id: int
    name: str
    size: int
    content_type: str
    digest_hex: str


def store(
    stream: BinaryIO,
    *,
    name: str,
    max_bytes: int = MAX_BYTES,
    allowed: frozenset[str] | None = None,
    by: Actor,
    at: datetime,
) -> FileView:
    """Check a file by its content and keep it; see ``actions.store_file``. :raises FileRefused:"""
    return _view(actions.store_file(stream, name=name, max_bytes=max_bytes, allowed=allowed, by=by, at=at))


def keep_made(path: Path, *, name: str, content_type: str, by: Actor, at: datetime) -> FileView:
    """Keep a file that this system made itself, however large; in the transaction that names it."""
    return _view(actions.keep_made(path, name=name, content_type=content_type, by=by, at=at))


def keep_contents(
    contents: Sequence[tuple[str, bytes]], *, content_type: str, by: Actor, at: datetime
) -> tuple[FileView, ...]:
    """Keep contents (name, bytes) that this system made itself, in the transaction that names them."""
    return tuple(map(_view, actions.keep_contents(contents, content_type=content_type, by=by, at=at)))


def keeper(*, by: Actor, at: datetime) -> Callable[..., dict[str, Any]]:
    """The function by which a form keeps an uploaded file: checked by content, stored, named by its id."""

    def keep(upload: "UploadedFile[Any]", *, max_bytes: int, allowed: frozenset[str] | None) -> dict[str, Any]:
        stream = cast(BinaryIO, upload.file)
        kept = store(stream, name=upload.name or "", max_bytes=max_bytes, allowed=allowed, by=by, at=at)
        return {"id": kept.id, "name": kept.name, "size": kept.size}

    return keep


def view(file_id: int) -> FileView:
    """One file. :raises StoredFile.DoesNotExist:"""
    return _view(StoredFile.objects.get(id=file_id))


def views(file_ids: Iterable[int]) -> tuple[FileView, ...]:
    """Several files in one query, in the order of their ids."""
    return tuple(map(_view, StoredFile.objects.filter(id__in=list(file_ids)).order_by("id")))


def given_by(user_id: int, file_ids: Iterable[int]) -> tuple[FileView, ...]:
    """Those of the files that this person gave and that are still kept."""
    rows = StoredFile.objects.filter(id__in=list(file_ids), stored_by_id=user_id, forgotten_at=None)
    return tuple(map(_view, rows.order_by("id")))


def open_file(file_id: int) -> BinaryIO:
    """The content for reading. :raises FileNotFoundError: it was erased at the end of its retention."""
    stored = StoredFile.objects.get(id=file_id)
    if stored.forgotten_at is not None:
        raise FileNotFoundError(stored.name)
    return providers.store().open(stored.digest)


def download_response(file_id: int, *, inline: bool = False) -> FileResponse:
    """The file as an answer that no browser can be tricked into running; 404 when it was erased.

    The calling view has decided that this person may open it.
    """
    found = StoredFile.objects.filter(id=file_id, forgotten_at=None).first()
    if found is None:
        raise Http404
    safe = inline and (found.content_type.startswith("image/") or found.content_type == "application/pdf")
    response = FileResponse(providers.store().open(found.digest), content_type=found.content_type)
    response["Content-Length"] = str(found.size)
    # RFC 6266 with the Japanese name in RFC 8187 form.
    kind = "inline" if safe else "attachment"
    response["Content-Disposition"] = f"{kind}; filename=\"file\"; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # A sandbox would also keep the browser's own PDF viewer from opening it.
    viewer = "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'"
    response["Content-Security-Policy"] = viewer if safe else "sandbox; default-src 'none'"
    return response


def forget(file_id: int, *, by: Actor, at: datetime) -> None:
    """Erase a file's content at the end of its retention."""
    actions.forget_file(file_id=file_id, by=by, at=at)


def _view(row: StoredFile) -> FileView:
    return FileView(row.id, row.name, row.size, row.content_type, row.digest)
