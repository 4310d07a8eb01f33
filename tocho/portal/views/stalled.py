"""What stands still, for the posts that tend it: the lists, one thing, and having it tried again or put away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import stalled as reads
from ..permissions import units_tended_by


@require_GET
def stalled(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = reads.stalled_page(
        _tended(request),
        reached=org.unit_codes_of(request.user.pk or 0, at=at),
        after={key: whole_number(str(value)) for key, value in request.GET.items()},
        at=at,
    )
    return render(request, "portal/stalled.html", {"page": page})


@require_http_methods(["GET", "POST"])
def stalled_detail(request: HttpRequest, source: str, thing_id: int) -> HttpResponse:
    """The page of one thing; sent, it is tried again or put away. What went on meanwhile is told, and nothing done."""
    at, tended = timezone.now(), _tended(request)
    thing = reads.stalled_thing(source, thing_id, tended, reached=org.unit_codes_of(request.user.pk or 0, at=at), at=at)
    if thing is None:
        asked = reads.source_of(source, reads.units_of(tended))
        if request.method != "POST" or asked is None or not asked.platform:
            raise Http404
        messages.error(request, _("これは、すでに済んだか、やり直しているところです。"))  # pressed twice
    elif request.method != "POST":
        return render(request, "portal/stalled_detail.html", {"thing": thing})
    else:
        _act(request, thing)
    return redirect("portal:stalled")


def _act(request: HttpRequest, thing: reads.StalledThing) -> None:
    put_away = request.POST.get("act") == "put_away" and thing.source.can_put_away
    try:
        reads.retry(
            thing.source,
            thing.found.id,
            put_away=put_away,
            actor=Actor(user_id=request.user.pk),
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return
    told = _("「%(what)s」を片づけました。") if put_away else _("「%(what)s」をやり直しています。")
    messages.success(request, told % {"what": thing.found.what})


def _tended(request: HttpRequest) -> frozenset[str]:
    tended = units_tended_by(request.user, at=timezone.now())
    if not tended:
        raise PermissionDenied
    return tended
