import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.files import api as files
from tocho.core.org import api as org

from .. import actions
from ..forms import AssignForm, HandleForm, ReceiveForm
from ..models import ReceivedDocument
from ..permissions import received_visible_to
from ..queries import listing
from .access import crumbs, keep_upload, need_reach, show, unit_choices


@require_GET
def received_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    try:
        page = listing.received_page(received_visible_to(request.user, at=at), filters, on=org.office_day(at))
    except ValueError:
        return redirect("records:received_list")
    context = {
        "page": page,
        "filters": filters,
        "states": [("", _("すべて")), *ReceivedDocument.State.choices],
        "crumbs": crumbs((_("収受"), "")),
    }
    return render(request, "records/received_list.html", context)


@require_http_methods(["GET", "POST"])
def received_add(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = unit_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    is_post = request.method == "POST"
    initial = {"arrived_on": org.office_day(at).isoformat()}
    form = ReceiveForm(units, request.POST if is_post else None, request.FILES if is_post else None, initial)
    if is_post and form.is_valid():
        actor, upload = org.actor_of(request.user.pk, at=at), form.cleaned_data.pop("file", None)
        once = f"{request.user.pk}:{form.cleaned_data.pop('once') or secrets.token_urlsafe(12)}"
        try:
            stored = keep_upload(upload, actor=actor, at=at) if upload else None
            received = actions.receive_document(
                once=once, stored_id=stored.id if stored else None, actor=actor, at=at, **form.cleaned_data
            )
            actions.register_received(received_id=received.pk, actor=actor, at=at)
        except files.FileRefused as refused:
            form.add_error("file", refused.message)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("収受しました。"))
            return redirect("records:received_detail", received.pk)
    context = {"form": form, "title": _("文書を収受する"), "verb": _("収受する")}
    context |= {"crumbs": crumbs((_("収受"), reverse("records:received_list")), (_("文書を収受する"), ""))}
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


def _received(request: HttpRequest, received_id: int) -> ReceivedDocument:
    rows = received_visible_to(request.user, at=timezone.now()).select_related("stored")
    found = rows.filter(id=received_id).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def received_detail(request: HttpRequest, received_id: int) -> HttpResponse:
    """One that arrived, with the next step: pass it to an office, or say what was done."""
    at = timezone.now()
    received, day = _received(request, received_id), org.office_day(at)
    sent = request.POST if request.method == "POST" else None
    verb = request.POST.get("verb", "")
    classes = [(each.code, str(each)) for each in listing.classifications(on=day)]
    assign = AssignForm(sent if verb == "assign" else None)
    handle = HandleForm(classes, sent if verb == "handle" else None)
    if sent is not None:
        try:
            if verb == "assign" and assign.is_valid():
                view = org.unit_named(assign.cleaned_data["unit"], on=day)
                code = view.code if view else assign.cleaned_data["unit"]
                actions.assign_received(
                    received_id=received.pk, unit=code, actor=org.actor_of(request.user.pk, at=at), at=at
                )
                messages.success(request, _("配布しました。"))
                return redirect("records:received_list")
            if verb == "handle" and handle.is_valid():
                actions.handle_received(
                    received_id=received.pk, actor=org.actor_of(request.user.pk, at=at), at=at, **handle.cleaned_data
                )
                messages.success(request, _("処理を記録し、文書を保存しました。"))
                return redirect("records:received_detail", received.pk)
        except actions.RecordsRefused as refused:
            show(assign if verb == "assign" else handle, refused)
    context = {
        "received": received,
        "unit": org.label_of(received.unit, on=day),
        "assigned": org.label_of(received.assigned_unit, on=day) if received.assigned_unit else "",
        "tone": listing.TONES.get(received.state, "neutral"),
        "assign": assign if received.state in ("registered", "assigned") else None,
        "handle": handle if received.state == "assigned" else None,
        "crumbs": crumbs((_("収受"), reverse("records:received_list")), (received.reference or received.title, "")),
    }
    wrong = bool(assign.errors or handle.errors)
    return render(request, "records/received_detail.html", context, status=422 if wrong else 200)


@require_GET
def received_download(request: HttpRequest, received_id: int) -> HttpResponseBase:
    received = _received(request, received_id)
    if received.stored_id is None:
        raise Http404
    return files.download_response(received.stored_id, inline=True)
