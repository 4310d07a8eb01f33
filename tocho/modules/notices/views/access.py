from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.org import api as org

from ..models import Notice, NoticeBatch
from ..permissions import batches_visible_to, can_work_on, notices_visible_to, units_of


def need_desk(request: HttpRequest, *, at: datetime) -> frozenset[str]:
    """The offices whose notices a person sees; 403 for those without a post."""
    units = units_of(request.user, at=at)
    if not units:
        raise PermissionDenied
    return units


def fetch_notice(request: HttpRequest, notice_id: int, *, at: datetime, to_change: bool = False) -> Notice:
    """A notice within reach: 404 for others, 403 where it may be seen but not changed."""
    found = notices_visible_to(request.user, at=at).filter(id=notice_id).first()
    if found is None:
        raise Http404
    if to_change and not can_work_on(request.user, found.unit, at=at):
        raise PermissionDenied
    return found


def fetch_batch(request: HttpRequest, batch_id: int, *, at: datetime) -> NoticeBatch:
    """A list within reach, otherwise 404."""
    found = batches_visible_to(request.user, at=at).select_related("made_by", "sealed_by").filter(id=batch_id).first()
    if found is None:
        raise Http404
    return found


def own_units(request: HttpRequest, *, at: datetime) -> list[tuple[str, str]]:
    """The offices a person works in, as choices."""
    day = org.office_day(at)
    return [(code, org.label_of(code, on=day)) for code in sorted(org.unit_codes_of(request.user.pk or 0, at=at))]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("通知"), reverse("notices:desk_list")), *more]
