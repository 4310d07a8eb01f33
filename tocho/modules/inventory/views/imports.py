import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import ImportForm
from ..models import ImportRun
from ..permissions import imports_visible_to
from ..queries.imports import ERROR_TITLES, TONES, error_rows, import_page
from .access import bureau_choices

MAX_BYTES = 60_000_000  # 30,000 rows of the code book are 30 MB of CSV
LAST_SHOWN = 20


@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = bureau_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    own = {post.unit_code for post in org.posts_of(request.user.pk or 0, at=at)}
    home = next((org.bureau_of(code, on=org.office_day(at)).code for code in sorted(own)), "")
    initial = {"effective_on": org.office_day(at).isoformat(), "default_unit": home}
    is_post = request.method == "POST"
    form = ImportForm(units, request.POST if is_post else None, request.FILES if is_post else None, initial)
    if is_post and form.is_valid():
        actor = org.actor_of(request.user.pk, at=at)
        upload = form.cleaned_data["file"]
        try:
            stored = files.store(
                upload.file,
                name=upload.name,
                max_bytes=MAX_BYTES,
                allowed=frozenset({"csv", "txt", "xlsx"}),
                by=actor,
                at=at,
            )
            run = actions.start_import(
                file_id=stored.id,
                effective_on=form.cleaned_data["effective_on"],
                default_unit=form.cleaned_data["default_unit"],
                once=f"{request.user.pk}:{request.POST.get('_once', '')[:24] or secrets.token_urlsafe(12)}",
                actor=actor,
                at=at,
            )
        except files.FileRefused as refused:
            form.add_error("file", refused.message)
        except Refused as refused:
            form.add_error("effective_on", refused.message)
        else:
            return redirect("inventory:import_detail", run.id)
    runs = imports_visible_to(request.user, at=at).select_related("file").order_by("-id")[:LAST_SHOWN]
    context = {
        "form": form,
        "runs": [(run, TONES.get(run.state, "neutral")) for run in runs],
        "crumbs": [(_("手続棚卸"), reverse("inventory:entry_list")), (_("取込"), "")],
    }
    return render(request, "inventory/import_list.html", context, status=422 if form.errors else 200)


def _run(request: HttpRequest, run_id: int) -> ImportRun:
    run = imports_visible_to(request.user, at=timezone.now()).select_related("file").filter(id=run_id).first()
    if run is None:
        raise Http404
    return run


@require_GET
def import_detail(request: HttpRequest, run_id: int) -> HttpResponse:
    run = _run(request, run_id)
    after, outcome = whole_number(request.GET.get("after", "")), request.GET.get("show", "")
    page = import_page(run, outcome=outcome if outcome in ("error", "new", "changed") else "", after=after)
    here = reverse("inventory:import_detail", args=[run.id])
    context = {
        "page": page,
        "run": run,
        "here": here,
        "tone": TONES.get(run.state, "neutral"),
        "seconds": round(run.milliseconds / 1000, 1),
        "kinds": _kinds(run, here),
        "shown": f"{here}?show={page.shown}",
        "headline": page.headline,
        "crumbs": [
            (_("手続棚卸"), reverse("inventory:entry_list")),
            (_("取込"), reverse("inventory:import_list")),
            (run.file.name, ""),
        ],
    }
    is_piece = request.htmx and page.is_working  # type: ignore[attr-defined]
    if request.htmx and not page.is_working:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "inventory/_import_progress.html" if is_piece else "inventory/import_detail.html", context)


def _kinds(run: ImportRun, here: str) -> list[tuple[str, str]]:
    counts = (
        ("error", _("誤り %(count)s件"), run.error_count),
        ("new", _("新しい手続 %(count)s件"), run.new_count),
        ("changed", _("変わる手続 %(count)s件"), run.changed_count),
    )
    return [(words % {"count": f"{count:,}"}, f"{here}?show={key}") for key, words, count in counts if count]


@require_POST
def import_confirm(request: HttpRequest, run_id: int) -> HttpResponse:
    at = timezone.now()
    run = _run(request, run_id)
    actions.confirm_import(run_id=run.id, actor=org.actor_of(request.user.pk, at=at), at=at)
    return redirect("inventory:import_detail", run.id)


@require_POST
def import_discard(request: HttpRequest, run_id: int) -> HttpResponse:
    at = timezone.now()
    run = _run(request, run_id)
    actions.discard_import(run_id=run.id, actor=org.actor_of(request.user.pk, at=at), at=at)
    messages.success(request, _("取込をやめました。棚卸は変わっていません。"))
    return redirect("inventory:import_list")


@require_GET
def import_errors(request: HttpRequest, run_id: int) -> HttpResponseBase:
    run = _run(request, run_id)
    return table_response(request, "csv", "errors", ERROR_TITLES, error_rows(run))
