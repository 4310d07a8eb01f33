"""Rows of a list that could not be made: one by one at the desk, or all of them in a file."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.org import api as org
from tocho.engines.documents import api as documents
from tocho.ui.downloads import table_response

from .. import actions, rules
from ..forms import MendedForm, RowForm
from ..models import BatchRow, NoticeBatch
from ..permissions import can_work_on
from ..queries import batches
from .access import crumbs, fetch_batch


def _own_batch(request: HttpRequest, batch_id: int, *, at: datetime) -> NoticeBatch:
    batch = fetch_batch(request, batch_id, at=at)
    if not can_work_on(request.user, batch.unit, at=at):
        raise PermissionDenied
    return batch


def _trail(batch: NoticeBatch, here: str) -> list[tuple[str, str]]:
    return crumbs((batch.title, reverse("notices:batch_detail", args=[batch.id])), (here, ""))


@require_http_methods(["GET", "POST"])
def batch_mend(request: HttpRequest, batch_id: int) -> HttpResponse:
    at = timezone.now()
    batch = _own_batch(request, batch_id, at=at)
    form = MendedForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    read = batches.Recipients()
    if request.method == "POST" and form.is_valid():
        read = batches.read_mended(batch, form.cleaned_data["file"][0].read())
        if read.problem or read.faults:
            form.add_error("file", read.problem or _("直すところがまだ%(n)s件あります。") % {"n": len(read.faults)})
        else:
            count = actions.mend_rows(
                batch_id=batch.id, rows=dict(read.rows), actor=org.actor_of(request.user.pk, at=at), at=at
            )
            messages.success(request, _("%(n)s行を直しました。") % {"n": count})
            return redirect("notices:batch_detail", batch.id)
    context = {
        "batch": batch,
        "form": form,
        "faults": read.faults[: rules.MOST_ERRORS],
        "crumbs": _trail(batch, _("作成できない行を直す")),
    }
    return render(request, "notices/batch_mend.html", context, status=422 if form.errors else 200)


@require_GET
def batch_mend_export(request: HttpRequest, batch_id: int, form: str) -> HttpResponseBase:
    batch = _own_batch(request, batch_id, at=timezone.now())
    columns, rows = batches.rows_to_mend(batch)
    return table_response(request, form, "mend", columns, rows)


@require_http_methods(["GET", "POST"])
def batch_row(request: HttpRequest, batch_id: int, number: int) -> HttpResponse:
    at = timezone.now()
    batch = _own_batch(request, batch_id, at=at)
    row = batch.rows.filter(number=number).first()
    if row is None:
        raise Http404
    if row.state not in (BatchRow.State.FAILED, BatchRow.State.MENDED):
        return redirect("notices:batch_detail", batch.id)
    form = RowForm(batch.columns, row.values, *((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid() and _is_sound(batch, number, form, at=at):
        actor = org.actor_of(request.user.pk, at=at)
        actions.mend_rows(batch_id=batch.id, rows={number: form.values()}, actor=actor, at=at)
        messages.success(request, _("%(n)s行を直しました。") % {"n": 1})
        return redirect("notices:batch_detail", batch.id)
    context = {
        "batch": batch,
        "row": row,
        "form": form,
        "crumbs": _trail(batch, _("名簿の%(number)s行目") % {"number": number}),
    }
    return render(request, "notices/batch_row.html", context, status=422 if form.errors else 200)


def _is_sound(batch: NoticeBatch, number: int, form: RowForm, *, at: datetime) -> bool:
    """Whether the values are right and make a document; what is wrong stands on the form."""
    values = form.values()
    for fault in rules.faults_of_row(number, values, asked=batches.asked_of(batch.body, batch.facts)):
        form.add_fault(fault.column, fault.reason)
    if form.errors:
        return False
    data = actions.filled(actions.data_of(batch, values), title=batch.title, profile=batch.profile, at=at)
    try:
        documents.render_apart(actions.DRAFT_MARK + actions.BATCH_SOURCE, data)
    except documents.RenderError as error:
        form.add_error(None, rules.words_of_failure(error))
    return not form.errors
