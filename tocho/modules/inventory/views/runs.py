"""What runs in the background: a long list on its way into a file, a change of a whole filter."""

import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.files import api as files
from tocho.core.org import api as org

from .. import actions
from ..forms import AssignForm
from ..models import Export, ProcedureEntry
from ..permissions import (
    bulk_changes_of,
    bureaus_edited_by,
    can_see_inventory,
    entries_visible_to,
    exports_of,
    ids_edited_by,
)
from ..queries.listing import FIRST_SHOWN, Filters, filtered
from ..queries.places import bureaus_on
from .access import language_of, show_problems, unit_choices

BIGGEST = 2**63 - 1


def _crumbs(words: str) -> list[tuple[str, str]]:
    return [(_("手続棚卸"), reverse("inventory:entry_list")), (words, "")]


def _once(request: HttpRequest) -> str:
    return f"{request.user.pk}:{request.POST.get('_once', '')[:24] or secrets.token_urlsafe(12)}"


@require_http_methods(["GET", "POST"])
def export_new(request: HttpRequest) -> HttpResponse:
    """How many there are, and the start of the job."""
    at = timezone.now()
    if not can_see_inventory(request.user, at=at):
        raise PermissionDenied
    filters, form = Filters.of(request.GET), request.GET.get("form", "")
    if form not in Export.Form.values:
        raise Http404
    count = filtered(entries_visible_to(request.user, at=at), filters, on=org.office_day(at)).count()
    if request.method == "POST":
        actor = org.actor_of(request.user.pk, at=at)
        export = actions.ask_export(filters=filters, form=form, count=count, once=_once(request), actor=actor, at=at)
        return redirect("inventory:export_detail", export.id)
    context = {"count": count, "form_label": Export.Form(form).label, "crumbs": _crumbs(_("書き出す"))}
    return render(request, "inventory/export_new.html", context)


@require_GET
def export_detail(request: HttpRequest, export_id: int) -> HttpResponse:
    export = get_object_or_404(exports_of(request.user), id=min(export_id, BIGGEST))
    context = {"export": export, "here": request.path, "crumbs": _crumbs(_("書き出す"))}
    template = "inventory/_export_state.html" if request.htmx else "inventory/export_detail.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def export_file(request: HttpRequest, export_id: int) -> FileResponse:
    export = get_object_or_404(exports_of(request.user), id=min(export_id, BIGGEST))
    is_over = export.expires_at is None or export.expires_at <= timezone.now()
    if export.file_id is None or is_over:
        raise Http404
    return files.download_response(export.file_id)


@require_http_methods(["GET", "POST"])
def bulk_new(request: HttpRequest) -> HttpResponse:
    """A change of everything that fits the filter: how many, which change, and why."""
    at = timezone.now()
    if not bureaus_edited_by(request.user, at=at):
        raise PermissionDenied
    filters = Filters.of(request.GET)
    ids = _ids(request, filters, at=at)
    first = list(ProcedureEntry.objects.filter(id__in=ids[:FIRST_SHOWN]).order_by("code"))
    where = bureaus_on(org.office_day(at))
    units = unit_choices(request.user, {where(entry.unit) for entry in first[:1]}, at=at)
    form = AssignForm(units, language_of(request), request.POST if request.method == "POST" else None)
    form.fields["reason"].required = True
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            change = actions.ask_bulk_change(
                entry_ids=ids,
                seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                once=_once(request),
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.EntryRefused as refused:
            show_problems(form, refused)
        else:
            return redirect("inventory:bulk_detail", change.id)
    context = {
        "form": form,
        "first": first,
        "count": len(ids),
        "more": len(ids) - len(first),
        "is_narrow": filters.is_narrow,
        "crumbs": _crumbs(_("まとめて変える")),
    }
    return render(request, "inventory/bulk_new.html", context, status=422 if form.errors else 200)


def _ids(request: HttpRequest, filters: Filters, *, at: datetime) -> list[int]:
    found = filtered(entries_visible_to(request.user, at=at), filters, on=org.office_day(at))
    return ids_edited_by(request.user, found, at=at)


@require_GET
def bulk_detail(request: HttpRequest, change_id: int) -> HttpResponse:
    at = timezone.now()
    found = bulk_changes_of(request.user, at=at).defer("entry_ids")
    change = get_object_or_404(found, id=min(change_id, BIGGEST))
    context = {
        "change": change,
        "same": change.done_count - change.changed_count - change.refused_count,
        "here": request.path,
        "crumbs": _crumbs(_("まとめて変える")),
    }
    template = "inventory/_bulk_state.html" if request.htmx else "inventory/bulk_detail.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def entry_of(request: HttpRequest, key: str) -> HttpResponse:
    """From a procedure's public page to its entry; to the list where the inventory does not know it."""
    at = timezone.now()
    if not can_see_inventory(request.user, at=at):
        raise PermissionDenied
    entry = entries_visible_to(request.user, at=at).filter(procedure_key=key).order_by("code").first()
    return redirect("inventory:entry_detail", entry.id) if entry else redirect("inventory:entry_list")
