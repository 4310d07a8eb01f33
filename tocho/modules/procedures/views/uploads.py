from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor


def keep_upload(request: HttpRequest, *, at: datetime) -> Callable[..., dict[str, Any]]:
    """The function by which a form keeps an uploaded file: checked by content, stored, named by its id."""

    def keep(upload: "UploadedFile[Any]", *, max_bytes: int, allowed: frozenset[str] | None) -> dict[str, Any]:
        view = files.store(
            upload.file,  # type: ignore[arg-type]
            name=upload.name or "",
            max_bytes=max_bytes,
            allowed=allowed,
            by=Actor(user_id=request.user.pk),
            at=at,
        )
        return {"id": view.id, "name": view.name, "size": view.size}

    return keep
