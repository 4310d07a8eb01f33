"""Uploaded files of a step: kept as soon as they arrive, so that nobody has to choose them again because of another
question; between two showings of the page they travel as signed tokens, so that nobody can name a stranger's file.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tocho.engines.forms.kinds import FileKind
from tocho.engines.forms.kinds.base import JSON
from tocho.lib.errors import Refused
from tocho.ui.fields import FilesField

SALT = "tocho.engines.forms.uploads"
View = dict[str, JSON]  # {"id", "name", "size"}


class Store(Protocol):
    """Keeps an uploaded file after checking its content, and says how it can be found again.

    :raises Refused: the content is not what it claims, or is harmful; the message is shown at the question.
    """

    def __call__(
        self, upload: "UploadedFile[Any]", *, max_bytes: int, allowed: frozenset[str]
    ) -> Mapping[str, JSON]: ...


def seal(view: Mapping[str, JSON]) -> str:
    """A stored file as a token for the page."""
    return signing.dumps([view["id"], view["name"], view["size"]], salt=SALT, compress=True)


def unseal(tokens: Iterable[str]) -> list[View]:
    """The stored files of tokens; tokens that we did not sign are dropped."""
    views = []
    for token in tokens:
        try:
            views.append(dict(zip(("id", "name", "size"), signing.loads(token, salt=SALT), strict=True)))
        except (signing.BadSignature, ValueError):
            continue
    return views


def take(
    kind: FileKind, field: FilesField, uploads: "Sequence[UploadedFile[Any]]", *, kept: list[View], store: Store | None
) -> tuple[list[View], list[str]]:
    """The files of a question after this upload, and what is wrong with it. A single file replaces the one before.

    :raises TypeError: files came in, but the caller gave no ``store``.
    """
    if not uploads:
        return kept, []
    if store is None:
        raise TypeError("this form takes files: pass store= to Step.form()")
    found = [] if kind.max_files == 1 else list(kept)
    if len(found) + len(uploads) > kind.max_files:
        return kept, [
            _("%(label)sは%(limit)sファイルまでにしてください") % {"label": field.label, "limit": kind.max_files}
        ]
    try:
        for upload in field.clean(list(uploads)):
            view = store(upload, max_bytes=field.max_bytes, allowed=field.media_types)
            found.append({"id": view["id"], "name": view["name"], "size": view["size"]})
    except ValidationError as error:
        return kept, error.messages
    except Refused as refused:
        return kept, [refused.message]
    return found, []
