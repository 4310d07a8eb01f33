"""The municipality's desk: the cases of its area, the declared parts of each, its opinion, the forwarding."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import ForwardForm
from ..models import Application, Transit
from ..permissions import officer, transits_visible_to
from ..queries import MUNICIPALITY, DocumentRow, documents_page, seen_by_municipality, transit_page
from ..queries import transit_list as transit_rows
from .documents import give_uploads
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
        visible = visible.filter(forwarded_at=None, application__state__in=Application.OPEN)
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
    return _render(request, transit, form, status=422 if request.method == "POST" and form.errors else 200)


def _render(
    request: HttpRequest,
    transit: Transit,
    form: ForwardForm,
    *,
    faults: Mapping[str, str] = MappingProxyType({}),
    status: int = 200,
) -> HttpResponse:
    page = transit_page(transit, user_id=request.user.pk or 0, at=timezone.now())
    context = {"page": page, "form": form, "faults": faults}
    return render(request, "procedures/transit_detail.html", context, status=status)


def _own_row(transit: Transit, key: str) -> DocumentRow:
    """A document that the municipality itself gives; 404 for anybody else's."""
    page = documents_page(transit.application, mine=[MUNICIPALITY])
    found = [row for row in page.own if row.key == key] if page else []
    if not found:
        raise Http404
    return found[0]


@require_POST
def transit_give(request: HttpRequest, case_id: int, key: str) -> HttpResponse:
    """The municipality gives a document of its own, or one again that the office sent back."""
    at, transit = timezone.now(), _fetch(request, case_id)
    row = _own_row(transit, key)
    actor = officer(request.user.pk or 0, transit.application, at=at)
    fault = give_uploads(request, transit.application, row, actor=actor)
    if not fault and not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('procedures:transit_detail', args=[case_id])}#{row.anchor}")
    transit.application.refresh_from_db()
    faults = {row.anchor: fault} if fault else {}
    if not request.htmx:  # type: ignore[attr-defined]
        return _render(request, transit, ForwardForm(), faults=faults, status=422)
    page = transit_page(transit, user_id=request.user.pk or 0, at=at)
    context = {"page": page.own, "row": _own_row(transit, key), "faults": faults}
    return render(request, "procedures/_document.html", context, status=422 if fault else 200)


@require_POST
def transit_remove(request: HttpRequest, case_id: int, key: str) -> HttpResponse:
    at, transit = timezone.now(), _fetch(request, case_id)
    row = _own_row(transit, key)
    try:
        actions.remove_document(
            application_id=case_id,
            key=key,
            party=MUNICIPALITY,
            file_id=whole_number(request.POST.get("file", "")) or 0,
            actor=officer(request.user.pk or 0, transit.application, at=at),
            at=at,
        )
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(f"{reverse('procedures:transit_detail', args=[case_id])}#{row.anchor}")


@require_GET
def transit_file(request: HttpRequest, case_id: int, file_id: int) -> FileResponse:
    transit = _fetch(request, case_id)
    if file_id != transit.file_id and not seen_by_municipality(transit.application, file_id):
        raise Http404
    return files.download_response(file_id, inline=True)
