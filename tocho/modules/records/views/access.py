from datetime import datetime
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org

from ..actions import RecordsRefused
from ..models import DisposalList, RecordFile
from ..permissions import can_change, can_keep_records, files_visible_to, is_archivist, lists_visible_to, units_of

MAX_BYTES = 20_000_000


def need_reach(request: HttpRequest, *, at: datetime) -> None:
    """403 for those who keep no documents at all."""
    if not (can_keep_records(request.user, at=at) or is_archivist(request.user, at=at)):
        raise PermissionDenied


def fetch_file(request: HttpRequest, file_id: int, *, at: datetime, to_change: bool = False) -> RecordFile:
    """One file within reach: 404 for others, 403 where it may be seen but not changed."""
    rows = files_visible_to(request.user, at=at).select_related("classification", "package")
    found = rows.filter(id=file_id).first()
    if found is None:
        raise Http404
    if to_change and not can_change(request.user, found.unit, at=at):
        raise PermissionDenied
    return found


def fetch_list(request: HttpRequest, list_id: int, *, at: datetime, to_change: bool = False) -> DisposalList:
    """One disposal list within reach, as above."""
    rows = lists_visible_to(request.user, at=at).select_related("proposed_by", "agreed_by")
    found = rows.filter(id=list_id).first()
    if found is None:
        raise Http404
    if to_change and not can_change(request.user, found.unit, at=at):
        raise PermissionDenied
    return found


def unit_choices(user: Any, *, at: datetime) -> list[tuple[str, str]]:
    """The offices of today whose documents a person keeps; the own one first."""
    day = org.office_day(at)
    own = [post.unit_code for post in org.posts_of(user.pk or 0, at=at)]
    codes = [*dict.fromkeys(own), *sorted(units_of(user, at=at) - set(own))]
    return [(code, org.label_of(code, on=day)) for code in codes if _exists(code, day)]


def past_choices(user: Any, *, at: datetime) -> list[tuple[str, str]]:
    """The dissolved offices whose documents a person keeps, under the name of who took over."""
    day = org.office_day(at)
    past = [code for code in sorted(units_of(user, at=at)) if not _exists(code, day)]
    return [(code, _("%(heir)s（旧 %(code)s）") % {"heir": org.label_of(code, on=day), "code": code}) for code in past]


def _exists(code: str, day: Any) -> bool:
    try:
        org.unit(code, on=day)
    except org.UnknownUnit:
        return False
    return True


def keep_upload(upload: "UploadedFile[Any]", *, actor: Actor, at: datetime) -> files.FileView:
    """Store what was uploaded. :raises files.FileRefused:"""
    return files.store(cast(BinaryIO, upload.file), name=upload.name or "", max_bytes=MAX_BYTES, by=actor, at=at)


def show(form: forms.Form, refused: RecordsRefused) -> None:
    """Put the reason on the field that it is about."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("文書管理"), reverse("records:file_list")), *last]


def file_crumbs(file: RecordFile, words: str) -> list[tuple[str, str]]:
    return crumbs((file.reference, reverse("records:file_detail", args=[file.pk])), (words, ""))
