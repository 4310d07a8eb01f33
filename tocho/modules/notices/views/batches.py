"""One text to everybody on a list: written and checked, previewed for any line, reviewed, made, watched."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.org import api as org
from tocho.engines.documents import api as documents
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.modules.decisions import api as decisions
from tocho.ui.downloads import table_response
from tocho.ui.numerals import count

from .. import actions, rules
from ..forms import BatchForm
from ..models import NO_SEAL, NoticeBatch
from ..permissions import batches_visible_to, can_review_seal, can_work_on
from ..queries import batches
from .access import crumbs, fetch_batch, need_desk, own_units

LAST_SHOWN = 50
BY_OFFICE: dict[str, Callable[..., Any]] = {
    "ask": actions.ask_seal,
    "pause": actions.pause_batch,
    "resume": actions.resume_batch,
    "cancel": actions.cancel_batch,
    "retry": actions.retry_failed,
}
BY_SEAL: dict[str, Callable[..., Any]] = {"start": actions.start_batch, "confirm": actions.confirm_mended}


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_desk(request, at=at)
    rows = batches_visible_to(request.user, at=at).order_by("-id")[:LAST_SHOWN]
    context = {
        "rows": [(row, batches.TONES[row.state], org.label_of(row.unit, on=org.office_day(at))) for row in rows],
        "can_make": bool(own_units(request, at=at)),
        "crumbs": crumbs((_("一括通知"), "")),
    }
    return render(request, "notices/batch_list.html", context)


@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = own_units(request, at=at)
    if not units:
        raise PermissionDenied
    decided = [
        (row.id, f"{row.reference}　{row.title}") for code, _label in units for row in decisions.decided_in(code)
    ]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BatchForm(units, decided, *given)
    read = batches.Recipients()
    if given and form.is_valid():
        asked = batches.asked_of(form.cleaned_data["body"], form.cleaned_data["facts"])
        read = batches.read_recipients(form.cleaned_data["file"][0].read(), asked=asked)
        if read.problem:
            form.add_error("file", read.problem)
        elif read.faults:
            words = _(
                "名簿に直すところが%(n)s件あります。直したファイルを、もう一度選んでください。何も作っていません。"
            )
            form.add_error("file", words % {"n": f"{len(read.faults):,}"})
        else:
            try:
                return redirect("notices:batch_detail", _made(request, form, read).id)
            except Refused as refused:
                form.add_error("decision", refused.message)
    context = {
        "form": form,
        "faults": read.faults[: rules.MOST_ERRORS],
        "crumbs": crumbs((_("一括通知"), reverse("notices:batch_list")), (_("新しい一括通知"), "")),
    }
    return render(request, "notices/batch_new.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: BatchForm, read: batches.Recipients) -> NoticeBatch:
    at, given = timezone.now(), form.cleaned_data
    what = actions.NewBatch(
        title=given["title"],
        body=given["body"],
        facts=given["facts"],
        columns=[name for name in read.columns if name],
        rows=read.rows,
        office=org.label_of(given["office"], on=org.office_day(at)),
        unit=given["office"],
        profile=given["profile"],
        decision_id=given["decision"],
    )
    once = f"{request.user.pk}:{request.POST.get('_once', '')[:24] or secrets.token_urlsafe(12)}"
    return actions.make_batch(what, once=once, actor=org.actor_of(request.user.pk, at=at), at=at)


@require_GET
def batch_detail(request: HttpRequest, batch_id: int) -> HttpResponse:
    at = timezone.now()
    batch = fetch_batch(request, batch_id, at=at)
    after, show = whole_number(request.GET.get("after", "")) or 0, request.GET.get("show", "")
    page = batches.batch_page(batch, show=show, after=after, at=at)
    here = reverse("notices:batch_detail", args=[batch.id])
    if request.htmx and batch.state != "running":  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Refresh": "true"})
    counts = (("made", _("作成済み"), page.made), ("failed", _("作成できない"), page.failed),
              ("waiting", _("これから"), page.waiting), ("mended", _("直した"), page.mended),
              ("cancelled", _("中止"), page.cancelled))  # fmt: skip
    context = {
        "batch": batch,
        "page": page,
        "here": here,
        "tone": batches.TONES[batch.state],
        "unit_label": org.label_of(batch.unit, on=org.office_day(at)),
        "chips": [(_("すべて"), here), *((f"{words} {n:,}", f"{here}?show={key}") for key, words, n in counts if n)],
        "shown": f"{here}?show={show}" if show else here,
        "total": count(batch.total),
        "words": _("%(total)s人のうち%(made)s人分") % {"total": count(batch.total), "made": count(page.done)},
        "is_own": can_work_on(request.user, batch.unit, at=at),
        "can_seal": can_review_seal(request.user, batch.unit, at=at) and request.user.pk != batch.made_by_id,
        "sealed": batch.profile != NO_SEAL,
        "decision": decisions.decision(batch.decision_id) if batch.decision_id else None,
        "crumbs": crumbs((_("一括通知"), reverse("notices:batch_list")), (batch.title, "")),
    }
    template = "notices/_batch_progress.html" if request.htmx else "notices/batch_detail.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def batch_preview(request: HttpRequest, batch_id: int) -> HttpResponse:
    at = timezone.now()
    batch = fetch_batch(request, batch_id, at=at)
    number = whole_number(request.GET.get("row", "")) or 0
    row = batch.rows.filter(number__gte=number).order_by("number").first() or batch.rows.order_by("number").first()
    if row is None:
        raise Http404
    data = actions.filled(actions.data_of(batch, row.values), title=batch.title, profile=batch.profile, at=at)
    sketch = documents.sketch(actions.DRAFT_MARK + actions.BATCH_SOURCE, data)
    neighbours = batch.rows.order_by("number")
    before, later = neighbours.filter(number__lt=row.number).last(), neighbours.filter(number__gt=row.number).first()
    here = reverse("notices:batch_preview", args=[batch.id])
    context = {
        "batch": batch,
        "row": row,
        "name": row.values[rules.NAME],
        "pages": [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in sketch.pages],
        "fault": sketch.fault,
        "before": f"{here}?row={before.number}" if before else "",
        "later": f"{here}?row={later.number}" if later else "",
        "crumbs": crumbs((batch.title, reverse("notices:batch_detail", args=[batch.id])), (_("見本"), "")),
    }
    return render(request, "notices/batch_preview.html", context)


@require_POST
def batch_act(request: HttpRequest, batch_id: int, verb: str) -> HttpResponse:
    at = timezone.now()
    batch = fetch_batch(request, batch_id, at=at)
    act = BY_SEAL.get(verb) or BY_OFFICE.get(verb)
    if act is None:
        raise Http404
    starts_sealed = verb in BY_SEAL and batch.profile != NO_SEAL
    may = can_review_seal if starts_sealed else can_work_on
    if not may(request.user, batch.unit, at=at):
        raise PermissionDenied
    try:
        act(batch_id=batch.id, actor=org.actor_of(request.user.pk, at=at), at=at)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("notices:batch_detail", batch.id)


@require_GET
def batch_results(request: HttpRequest, batch_id: int, form: str) -> HttpResponseBase:
    batch = fetch_batch(request, batch_id, at=timezone.now())
    rows = batch.rows.filter(state="failed") if request.GET.get("show") == "failed" else batch.rows.all()
    table = batches.result_rows(rows)
    return table_response(request, form, "results", batches.RESULT_COLUMNS, table)
