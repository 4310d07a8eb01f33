"""試行: a revision of a design, tried by invited reviewers before it is published. They sign in nowhere, and nothing of
what they enter is kept."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.core.calendar.api import office_day
from tocho.lib.errors import Refused
from tocho.modules.improvement import api as improvement
from tocho.modules.procedures import api as procedures

from ..forms import TrialForm
from ..models import Design, Revision
from .access import actor_of, fetch_design, fetch_own_design, show_tab
from .walking import trial_of, walk


@require_http_methods(["GET", "POST"])
def trials(request: HttpRequest, design_id: int) -> HttpResponse:
    """The trial of a design: invite reviewers, see what they say, end it."""
    at = timezone.now()
    fetch = fetch_own_design if request.method == "POST" else fetch_design
    design = fetch(request, design_id, at=at)
    form = TrialForm(request.POST if request.method == "POST" and "_close" not in request.POST else None)
    page = improvement.trial_of_design(design.id, on=office_day(at))
    if "_close" in request.POST and page is not None:
        improvement.close_trial(trial_id=page.trial.id, actor=actor_of(request, design, at=at), at=at)
        messages.success(request, _("試行を終わりました。届いた評価は残っています。"))
        return redirect("designer:trials", design_id)
    if form.is_bound and form.is_valid():
        try:
            _open(request, design, form, at=at)
        except (Refused, procedures.DefinitionError) as refused:
            form.add_error(None, getattr(refused, "message", str(refused)))
        else:
            messages.success(request, _("招待のメールを送りました。"))
            return redirect("designer:trials", design_id)
    context = {"form": form, "page": page}
    status = 422 if form.errors else 200
    return show_tab(request, design, "tryout", "designer/trials.html", context, at=at, status=status)


def _open(request: HttpRequest, design: Design, form: TrialForm, *, at: datetime) -> None:
    procedures.compile_source(design.source)  # reviewers see only what works
    improvement.open_trial(
        new=improvement.NewTrial(
            design_id=design.id,
            revision=design.revision,
            procedure=design.key,
            title=design.title or design.key,
            unit=design.unit,
            closes_on=form.cleaned_data["closes_on"],
        ),
        emails=form.cleaned_data["emails"],
        path_of=lambda token: reverse("designer:trial", args=[token]),
        actor=actor_of(request, design, at=at),
        at=at,
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, token: str) -> HttpResponse:
    """What an invited reviewer sees: the form step by step, then what they think of it."""
    at = timezone.now()
    invitation = improvement.enter_trial(token=token, at=at)
    if invitation is None:
        return render(request, "designer/trial_over.html", status=404)
    rows = Revision.objects.filter(design_id=invitation.design_id, number=invitation.revision)
    found = rows.values_list("source", flat=True).first()
    if found is None:
        raise Http404
    context: dict[str, Any] = {"title": invitation.title, "token": token, "is_done": invitation.is_done}
    if "_review" in request.POST:
        return _reviewed(request, invitation.id, context)
    compiled = procedures.compile_source(found)
    here, step = walk(request, trial_of(request, compiled), found, at=at)
    if step is None:
        context |= {"review": improvement.ReviewForm(), "summary": compiled.form.summary(here.answers)}
        return render(request, "designer/trial_end.html", context)
    status = 422 if step["form"].is_bound and not step["form"].is_refill and step["form"].errors else 200
    return render(request, "designer/trial_step.html", {**context, **step}, status=status)


def _reviewed(request: HttpRequest, invitation_id: int, context: dict[str, Any]) -> HttpResponse:
    form = improvement.ReviewForm(request.POST)
    if form.is_valid():
        try:
            improvement.review_trial(invitation_id=invitation_id, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return render(request, "designer/trial_thanks.html", context)
    return render(request, "designer/trial_end.html", {**context, "review": form}, status=422)
