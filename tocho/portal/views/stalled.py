"""What stands still, for the posts that tend it: the list, one thing, and having it tried again."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.modules.payments import api as payments

from .. import stalled as reads
from ..permissions import units_tended_by

Find = Callable[..., reads.StalledThing | None]


@require_GET
def stalled(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = reads.stalled_page(
        _tended(request),
        reached=org.unit_codes_of(request.user.pk or 0, at=at),
        after_incident=whole_number(request.GET.get("incidents", "")),
        after_refund=whole_number(request.GET.get("refunds", "")),
        at=at,
    )
    return render(request, "portal/stalled.html", {"page": page})


@require_http_methods(["GET", "POST"])
def stalled_incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    at = timezone.now()

    def retry() -> None:
        process.retry_incident(incident_id, actor=Actor(user_id=request.user.pk), at=at)

    return _thing(request, reads.stalled_incident, incident_id, retry)


@require_http_methods(["GET", "POST"])
def stalled_refund(request: HttpRequest, refund_id: int) -> HttpResponse:
    at = timezone.now()

    def retry() -> None:
        payments.retry_refund(refund_id=refund_id, actor=Actor(user_id=request.user.pk), at=at)

    return _thing(request, reads.stalled_refund, refund_id, retry)


def _tended(request: HttpRequest) -> frozenset[str]:
    tended = units_tended_by(request.user, at=timezone.now())
    if not tended:
        raise PermissionDenied
    return tended


def _thing(request: HttpRequest, find: Find, key: int, retry: Callable[[], None]) -> HttpResponse:
    """The page of one thing; sent, it is tried again. What went on meanwhile is told, and nothing done."""
    at = timezone.now()
    reached = org.unit_codes_of(request.user.pk or 0, at=at)
    thing = find(key, _tended(request), reached=reached, at=at)
    if thing is None:
        raise Http404
    if request.method != "POST":
        return render(request, "portal/stalled_detail.html", {"thing": thing})
    try:
        retry()
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(
            request,
            _("「%(what)s」をやり直しています。結果は、下の「やり直したもの」に出ます。") % {"what": thing.row.what},
        )
    return redirect("portal:stalled")
