"""Files to attach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields.asking import Asking
from tocho.ui.markup import dotted


@dataclass(frozen=True)
class FileType:
    """One kind of file that may be asked for: what it is called, its suffixes, its media type."""

    name: str
    suffixes: tuple[str, ...]
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FILE_TYPES = {
    "pdf": FileType("PDF", (".pdf",), "application/pdf"),
    "jpeg": FileType("JPEG", (".jpg", ".jpeg"), "image/jpeg"),
    "png": FileType("PNG", (".png",), "image/png"),
    "csv": FileType("CSV", (".csv",), "text/csv"),
    "text": FileType("TXT", (".txt",), "text/plain"),
    "docx": FileType("Word", (".docx",), f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": FileType("Excel", (".xlsx",), f"{_OFFICE}.spreadsheetml.sheet"),
    "zip": FileType("ZIP", (".zip",), "application/zip"),
}


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(Asking, forms.FileField):
    """Uploaded files: number, size and suffix are checked here; whoever stores them checks the content.

    ``clean`` gives a list of ``UploadedFile``, empty when there is none.
    """

    widget = forms.FileInput
    ask = _("%(label)sのファイルを選んでください")

    def __init__(
        self, *, max_bytes: int, types: Sequence[str] = ("pdf", "jpeg", "png"), max_files: int = 1, **kwargs: Any
    ) -> None:
        self.max_bytes, self.max_files = max_bytes, max_files
        self.types = [FILE_TYPES[name] for name in types]
        kwargs.setdefault("widget", FilesInput if max_files > 1 else forms.FileInput)
        super().__init__(**kwargs)

    @property
    def media_types(self) -> frozenset[str]:
        return frozenset(kind.media_type for kind in self.types)

    @property
    def limits(self) -> str:
        """What may be sent, for the help: ``PDF・JPEG・PNG、5.0 MBまで``."""
        names = dotted(kind.name for kind in self.types)
        return gettext("%(types)s、1ファイル%(size)sまで") % {"types": names, "size": filesizeformat(self.max_bytes)}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        accept = ",".join(suffix for kind in self.types for suffix in kind.suffixes)
        return {**super().widget_attrs(widget), "accept": accept}

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads: list[UploadedFile[Any]] = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        self.validate(uploads)
        if len(uploads) > self.max_files:
            raise self.refuse(_("%(label)sは%(limit)sファイルまでにしてください"), "max_files", limit=self.max_files)
        for upload in uploads:
            self.check(upload)
        return uploads

    def check(self, upload: "UploadedFile[Any]") -> None:
        """:raises ValidationError: an empty file, one that is too large, or of another kind."""
        name = upload.name or ""
        if not upload.size:
            raise self.refuse(
                _("「%(name)s」は空のファイルです。中身のあるファイルを選んでください"), "empty", name=name
            )
        if upload.size > self.max_bytes:
            message = _("「%(name)s」は%(size)sあります。%(limit)s以下のファイルを選んでください")
            sizes = {"size": filesizeformat(upload.size), "limit": filesizeformat(self.max_bytes)}
            raise self.refuse(message, "too_large", name=name, **sizes)
        if not name.lower().endswith(tuple(suffix for kind in self.types for suffix in kind.suffixes)):
            names = dotted(kind.name for kind in self.types)
            raise self.refuse(
                _("「%(name)s」は受け付けられません。%(types)sのファイルを選んでください"),
                "type",
                name=name,
                types=names,
            )
