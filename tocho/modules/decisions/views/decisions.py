"""The list, the page of one decision, the press of 承認・決定, print, annexes."""

from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.text import whole_number
from tocho.modules.records import api as records
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import OpinionForm
from ..models import Decision
from ..permissions import visible_decision, visible_parts
from ..queries import decision_page, visible_page
from ..queries.history import compare_page, timeline
from ..queries.inbox import queue_of
from ..queries.lists import Sought, columns, file_rows
from ..queries.routes import words_of
from ..queries.sheet import sheet_of


def fetch(request: HttpRequest, decision_id: int, at: datetime) -> Decision:
    """A decision that the viewer may open; 404 otherwise."""
    decision = visible_decision(decision_id, request.user.pk, at=at) if request.user.pk else None
    if decision is None:
        raise Http404
    return decision


@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    sought, on = Sought.of(request.GET), org.office_day(at)
    parts = visible_parts(request.user.pk or 0, at=at)
    page = visible_page(parts, sought=sought, after=whole_number(request.GET.get("after", "")), on=on)
    context = {
        "page": page,
        "sought": sought,
        "states": Decision.State.choices,
        "categories": words_of(on).get("category", ()),
    }
    return render(request, "decisions/decision_list.html", context)


@require_GET
def decision_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """What is found, as a file."""
    at = timezone.now()
    on = org.office_day(at)
    words = dict(words_of(on).get("category", ()))
    rows = file_rows(visible_parts(request.user.pk or 0, at=at), Sought.of(request.GET), categories=words, on=on)
    return table_response(request, form, "decisions", columns(), rows)


@require_GET
def decision_detail(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    decision = fetch(request, decision_id, at)
    return _detail(request, decision, OpinionForm(), request.GET, at=at)


def _detail(
    request: HttpRequest, decision: Decision, form: OpinionForm, given: QueryDict, *, at: datetime
) -> HttpResponse:
    user_id, queue = request.user.pk or 0, queue_of(request.user.pk or 0, given, at=at)
    station = whole_number(request.GET.get("step", "") or request.POST.get("step", ""))
    page = decision_page(decision, user_id=user_id, station=station, at=at)
    queued = {"queue": queue, "tail": f"?{queue.query}" if queue else page.turn}  # what its links carry on
    # What led to a decision about a case stands at the case.
    received = records.received_of("decision", decision.id) if decision.subject_type == "decision" else ()
    context = {"page": page, "decision": decision, "form": form, "received": received, **queued}
    return render(request, "decisions/decision_detail.html", context, status=422 if form.errors else 200)


@require_GET
def decision_print(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The 起案書 as on paper, for A4."""
    at = timezone.now()
    decision = fetch(request, decision_id, at)
    sheet = sheet_of(decision, at=at)
    return render(request, "decisions/decision_print.html", {"sheet": sheet, "decision": decision})


@require_GET
def decision_history(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    decision = fetch(request, decision_id, at)
    steps = decision.steps.select_related("acted_by", "decision").order_by("id")
    moments = timeline(decision, list(steps), list(decision.revisions.select_related("made_by")))
    context = {"decision": decision, "moments": moments, "crumbs": _crumbs(decision, _("経過"))}
    return render(request, "decisions/decision_history.html", context)


@require_GET
def revision_compare(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    decision = fetch(request, decision_id, at)
    left, right = (whole_number(request.GET.get(name, "")) for name in ("left", "right"))
    page = compare_page(decision, left=left, right=right)
    if page is None:
        raise Http404
    context = {"decision": decision, "page": page, "crumbs": _crumbs(decision, _("改訂の比較"))}
    return render(request, "decisions/revision_compare.html", context)


def _crumbs(decision: Decision, here: str) -> tuple[tuple[str, str], ...]:
    return ((decision.reference, reverse("decisions:decision_detail", args=[decision.id])), (here, ""))


@require_POST
def step_approve(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    found = fetch(request, decision_id, at)
    form, given = OpinionForm(request.POST), QueryDict(request.POST.get("queue", ""))
    if not form.is_valid():
        return _detail(request, found, form, given, at=at)
    try:
        decision = actions.approve_step(
            decision_id=decision_id,
            step_id=whole_number(request.POST.get("step", "")) or 0,
            actor=Actor(user_id=request.user.pk),
            opinion=form.cleaned_data["opinion"],
            seen=whole_number(request.POST.get("revision", "")),
            at=at,
        )
    except actions.Changed as changed:  # the page as it is now, with what was typed
        form.add_error(None, changed.message)
        return _detail(request, fetch(request, decision_id, at), form, given, at=at)
    done = decision.state == Decision.State.DECIDED
    messages.success(
        request, _("決定しました。通知の作成に進みます。") if done else _("承認し、次の人に回付しました。")
    )
    return go_on(request, at=at)


def go_on(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """After an act: to the next matter of the inbox, for who came from there; otherwise to the desk."""
    queue = queue_of(request.user.pk or 0, QueryDict(request.POST.get("queue", "")), at=at)
    if queue is None:
        return redirect("portal:desk")
    if not queue.next:
        messages.info(request, _("受信箱のこの並びは、すべて処理しました。"))
    return redirect(queue.next or queue.back)


@require_POST
def draft_pull_back(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    fetch(request, decision_id, at)
    reason = request.POST.get("reason", "")
    actions.pull_back_draft(decision_id=decision_id, actor=Actor(user_id=request.user.pk), reason=reason, at=at)
    messages.success(request, _("引き戻しました。直して、もう一度回付できます。"))
    return redirect("decisions:decision_detail", decision_id)


@require_GET
def attachment_download(request: HttpRequest, decision_id: int, file_id: int) -> FileResponse:
    decision = fetch(request, decision_id, timezone.now())
    attachment = get_object_or_404(decision.attachments, file_id=file_id)
    return files.download_response(attachment.file_id, inline=True)
