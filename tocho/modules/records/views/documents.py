from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.files import api as files
from tocho.core.org import api as org
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import DocumentForm, MoveForm
from ..models import Document
from ..permissions import can_change, files_visible_to, reach_of
from ..queries import listing
from .access import crumbs, fetch_file, file_crumbs, keep_upload, need_reach, show, unit_choices
from .copies import fetch_document, note, opened


@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """What a request for disclosure asks for: documents by words, days, office and class."""
    at = timezone.now()
    need_reach(request, at=at)
    filters, day = listing.Filters.of(request.GET), org.office_day(at)
    try:
        page = listing.document_page(reach_of(request.user, at=at), filters, on=day)
    except ValueError:
        return redirect("records:document_list")
    query = request.GET.copy()
    query.pop("after", None)
    everything = [("", _("すべて"))]
    classes = [(each.code, str(each)) for each in listing.classifications(on=day)]
    context = {
        "page": page,
        "filters": filters,
        "selects": [
            ("unit", _("部署"), [*everything, *unit_choices(request.user, at=at)], filters.unit),
            ("classification", _("分類"), [*everything, *classes], filters.classification),
            ("kind", _("種類"), [*everything, *Document.Kind.choices], filters.kind),
        ],
        "query": query.urlencode(),
        "crumbs": crumbs((_("文書をさがす"), "")),
    }
    return render(request, "records/document_list.html", context)


@require_GET
def document_export(request: HttpRequest, form: str) -> HttpResponseBase:
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    table = listing.document_rows(reach_of(request.user, at=at), filters, on=org.office_day(at))
    return table_response(request, form, "documents", listing.DOCUMENT_COLUMNS, table)


@require_GET
def document_download(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The content, wherever it stands; each look is recorded."""
    at = timezone.now()
    document = fetch_document(request, document_id, at=at)
    note(request, document, at=at)
    return opened(request, document, at=at)


@require_http_methods(["GET", "POST"])
def document_add(request: HttpRequest, file_id: int) -> HttpResponse:
    at = timezone.now()
    file = fetch_file(request, file_id, at=at, to_change=True)
    is_post = request.method == "POST"
    initial = {"dated_on": org.office_day(at).isoformat()}
    form = DocumentForm(request.POST if is_post else None, request.FILES if is_post else None, initial=initial)
    if is_post and form.is_valid():
        actor = org.actor_of(request.user.pk, at=at)
        try:
            stored = keep_upload(form.cleaned_data.pop("file"), actor=actor, at=at)
            filing = actions.Filing(file_id=file.pk, stored_id=stored.id, digest=stored.digest_hex, **form.cleaned_data)
            actions.enter_document(filing, actor=actor, at=at)
        except files.FileRefused as refused:
            form.add_error("file", refused.message)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("文書を加えました。"))
            return redirect("records:file_detail", file.pk)
    context = {
        "form": form,
        "title": _("文書を加える"),
        "verb": _("加える"),
        "crumbs": file_crumbs(file, _("文書を加える")),
    }
    context["back"] = reverse("records:file_detail", args=[file.pk])
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def document_move(request: HttpRequest, document_id: int) -> HttpResponse:
    at = timezone.now()
    document = fetch_document(request, document_id, at=at)
    if not can_change(request.user, document.file.unit, at=at):
        raise PermissionDenied
    rows = files_visible_to(request.user, at=at).filter(unit=document.file.unit, state="current").order_by("-id")
    offered = [(file.pk, str(file)) for file in rows.exclude(id=document.file_id)[:200]]
    form = MoveForm(offered, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_document(
                document_id=document.pk,
                file_id=form.cleaned_data["file"],
                reason=form.cleaned_data["reason"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("文書を移しました。"))
            return redirect("records:file_detail", form.cleaned_data["file"])
    title = _("「%(title)s」を移す") % {"title": document.title}
    context = {"form": form, "title": title, "verb": _("移す"), "crumbs": file_crumbs(document.file, _("移す"))}
    context["back"] = reverse("records:file_detail", args=[document.file_id])
    return render(request, "records/form.html", context, status=422 if form.errors else 200)
