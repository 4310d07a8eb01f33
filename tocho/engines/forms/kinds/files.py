"""Attachments: the answer is a list of ``{"id", "name", "size"}`` of files that somebody else keeps."""

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from tocho.engines.forms.kinds.base import JSON, Cleaned, Given, Inputs, Kind
from tocho.ui import fields
from tocho.ui.markup import in_brackets

_PARTS = {"id", "name", "size"}


class _Limits:
    """Says what may be sent, in the language of whoever reads it."""

    def __init__(self, field: fields.FilesField) -> None:
        self.field = field

    def __str__(self) -> str:
        return self.field.limits


class FileKind(Kind):
    """One or more files of some types, each at most ``max_mb`` megabytes (of 1024 × 1024 bytes)."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        field = fields.FilesField(
            max_bytes=int(self.spec["max_mb"] * 1024 * 1024),
            types=self.spec.get("types", ("pdf", "jpeg", "png")),
            max_files=self.max_files,
            **self.texts(required=required),
        )
        limits = lazystr(_Limits(field))
        field.help_text = format_lazy("{}\n{}", field.help_text, limits) if self.help else limits
        return {"": field}

    @property
    def max_files(self) -> int:
        return int(self.spec.get("max_files", 1))

    def clean(self, value: JSON, *, required: bool, given: Given) -> Cleaned:
        """Check views of stored files; whether they may be used by this applicant is the caller's to know."""
        field = self.inputs(required=required, given=given)[""]
        rows = value or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) == _PARTS for row in rows):
            return Cleaned(errors={"": [_("id・name・size を持つオブジェクトの一覧にしてください")]})
        if len(rows) > self.max_files:
            return Cleaned(errors={"": [_("%sファイルまでにしてください") % self.max_files]})
        if required and not rows:
            return Cleaned(errors={"": field_message(field)})
        return Cleaned([dict(row) for row in rows] or None)

    def display(self, value: JSON, language: str) -> str:
        return "\n".join(file_label(row) for row in value)


def field_message(field: Any) -> list[str]:
    """What a field says when it was left open."""
    return list(field.refuse(field.ask, "required").messages)


def file_label(view: Mapping[str, JSON]) -> str:
    """``免許証.jpg（240 KB）``"""
    return f"{view['name']}{in_brackets(filesizeformat(view['size']))}"
