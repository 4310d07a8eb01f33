from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.forms import invalid

from . import actions
from .forms import OpinionForm, ReasonForm
from .models import Decision, Step
from .permissions import visible_decision, visible_parts
from .queries import decision_page, visible_page


def _fetch(request: HttpRequest, decision_id: int, at: datetime) -> Decision:
    decision = visible_decision(decision_id, request.user.pk, at=at) if request.user.pk else None
    if decision is None:
        raise Http404
    return decision


@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    after = request.GET.get("after", "")
    page = visible_page(
        visible_parts(request.user.pk or 0, at=at),
        text=text,
        state=state,
        after=whole_number(after),
    )
    context = {"page": page, "q": text, "state": state, "states": Decision.State.choices}
    return render(request, "decisions/decision_list.html", context)


@require_GET
def decision_detail(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    decision = _fetch(request, decision_id, at)
    page = decision_page(decision, user_id=request.user.pk or 0, at=at)
    return render(
        request, "decisions/decision_detail.html", {"page": page, "decision": decision, "form": OpinionForm()}
    )


@require_GET
def decision_print(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    decision = _fetch(request, decision_id, at)
    page = decision_page(decision, user_id=request.user.pk or 0, at=at)
    return render(request, "decisions/decision_print.html", {"page": page, "decision": decision})


@require_POST
def step_approve(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    found = _fetch(request, decision_id, at)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        page = decision_page(found, user_id=request.user.pk or 0, at=at)
        return invalid(request, "decisions/decision_detail.html", {"page": page, "decision": found, "form": form})
    decision = actions.approve_step(
        decision_id=decision_id,
        step_id=_step_id(request),
        actor=Actor(user_id=request.user.pk),
        opinion=form.cleaned_data["opinion"],
        at=at,
    )
    done = decision.state == Decision.State.DECIDED
    messages.success(
        request, _("決定しました。通知の作成に進みます。") if done else _("承認し、次の人に回付しました。")
    )
    return redirect("portal:desk")


@require_http_methods(["GET", "POST"])
def step_return(request: HttpRequest, decision_id: int) -> HttpResponse:
    return _with_reason(request, decision_id, actions.return_draft, "decisions/step_return.html", _("差し戻しました。"))


@require_http_methods(["GET", "POST"])
def step_reject(request: HttpRequest, decision_id: int) -> HttpResponse:
    return _with_reason(request, decision_id, actions.reject_matter, "decisions/step_reject.html", _("否決しました。"))


def _with_reason(  # type: ignore[no-untyped-def]
    request: HttpRequest, decision_id: int, act, template: str, done: str
) -> HttpResponse:
    at = timezone.now()
    decision = _fetch(request, decision_id, at)
    page = decision_page(decision, user_id=request.user.pk or 0, at=at)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act(
                decision_id=decision_id,
                step_id=_step_id(request),
                actor=Actor(user_id=request.user.pk),
                reason=form.cleaned_data["reason"],
                at=at,
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, done)
            return redirect("portal:desk")
    elif page.step is None:
        raise PermissionDenied
    context = {"form": form, "page": page, "decision": decision, "step_id": _step_id(request, page.step)}
    return render(request, template, context, status=422 if form.errors else 200)


def _step_id(request: HttpRequest, step: Step | None = None) -> int:
    """The station that the form was about; the open one when the page is first shown, 0 for none."""
    return whole_number(request.POST.get("step", "")) or (step.id if step else 0)


@require_POST
def draft_pull_back(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    _fetch(request, decision_id, at)
    reason = request.POST.get("reason", "")
    actions.pull_back_draft(decision_id=decision_id, actor=Actor(user_id=request.user.pk), reason=reason, at=at)
    messages.success(request, _("引き戻しました。直して、もう一度回付できます。"))
    return redirect("decisions:decision_detail", decision_id)


@require_GET
def attachment_download(request: HttpRequest, decision_id: int, file_id: int) -> FileResponse:
    decision = _fetch(request, decision_id, timezone.now())
    attachment = get_object_or_404(decision.attachments, file_id=file_id)
    return files.download_response(attachment.file_id, inline=True)
