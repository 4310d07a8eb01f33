"""The municipality's desk: the cases of its area, the declared parts of each, its opinion, the forwarding."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.files import api as files
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import ForwardForm
from ..models import Transit
from ..permissions import officer, transits_visible_to
from ..queries import seen_by_municipality, transit_page
from ..queries import transit_list as transit_rows
from .uploads import keep_upload

PAGE = 50


def _fetch(request: HttpRequest, case_id: int) -> Transit:
    """A case of the own municipality; 404 for every other."""
    visible = transits_visible_to(request.user.pk or 0, at=timezone.now())
    return get_object_or_404(visible.select_related("application"), application_id=case_id)


@require_GET
def transit_list(request: HttpRequest) -> HttpResponse:
    visible = transits_visible_to(request.user.pk or 0, at=timezone.now())
    waiting = request.GET.get("state", "") == "waiting"
    if waiting:
        visible = visible.filter(forwarded_at=None)
    rows = transit_rows(visible, after=whole_number(request.GET.get("after", "")), limit=PAGE)
    more = str(rows[PAGE - 1].application_id) if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "next": more, "waiting": waiting}
    return render(request, "procedures/transit_list.html", context)


@require_http_methods(["GET", "POST"])
def transit_detail(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    transit = _fetch(request, case_id)
    actor = officer(request.user.pk or 0, transit.application, at=at)
    form = ForwardForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept: dict[str, Any] = {}
            for upload in form.cleaned_data["paper"]:
                field: Any = form.fields["paper"]
                kept = keep_upload(request, at=at)(upload, max_bytes=field.max_bytes, allowed=field.media_types)
            actions.forward_case(
                application_id=case_id,
                opinion=form.cleaned_data["opinion"],
                words=form.cleaned_data["words"],
                file_id=kept.get("id"),
                actor=actor,
                at=at,
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("意見を付けて都に送りました。"))
            return redirect("procedures:transit_detail", case_id)
    elif request.method == "GET":
        actions.record_look(application=transit.application, actor=actor, at=at)
    page = transit_page(transit, user_id=request.user.pk or 0, at=at)
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "procedures/transit_detail.html", {"page": page, "form": form}, status=status)


@require_GET
def transit_file(request: HttpRequest, case_id: int, file_id: int) -> FileResponse:
    transit = _fetch(request, case_id)
    if file_id != transit.file_id and not seen_by_municipality(transit.application, file_id):
        raise Http404
    return files.download_response(file_id, inline=True)
