"""The pages behind the mailed link."""

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.files import api as files
from tocho.lib.errors import Refused
from tocho.modules.improvement import api as improvement

from .. import actions
from ..models import Event, Registration
from ..permissions import registration_by
from ..queries.detail import calendar_of, registration_page
from .access import Away, calendar_answer, watch


@login_not_required
@require_GET
def registration_detail(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    registration = registration_by(token)
    template = "events/_entrance.html" if request.htmx else "events/registration_detail.html"  # type: ignore[attr-defined]
    context = {
        "page": registration_page(registration, at=at),
        "token": token,
        "may_say": actions.may_say(registration, at=at)
        and not improvement.has_review(actions.REGISTRATION, registration.id),
    }
    return render(request, template, context)


@login_not_required
@require_GET
def registration_live(request: HttpRequest, token: str) -> HttpResponse:
    """Into the meeting: only who registered, only when it is open; opening it is attendance."""
    at = timezone.now()
    registration = registration_by(token)
    if not registration_page(registration, at=at).is_live:
        notes.error(request, _("配信は、始まる15分前から開きます。"))
        return redirect("events:registration_detail", token)
    actions.attend(registration_id=registration.id, at=at)
    return Away(registration.event.live_url)


@login_not_required
@require_GET
def registration_recording(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    registration = registration_by(token)
    may_watch = registration_page(registration, at=at).event.has_recording
    return watch(request, registration.event, registration, may_watch=may_watch, at=at)


@login_not_required
@require_http_methods(["GET", "POST"])
def registration_survey(request: HttpRequest, token: str) -> HttpResponse:
    """What people say of the event after it: five levels and words, once."""
    at = timezone.now()
    registration = registration_by(token)
    form = improvement.EventReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_opinion(registration=registration, at=at, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("events:registration_survey", token)
    context = {
        "page": registration_page(registration, at=at),
        "token": token,
        "form": form,
        "may_say": actions.may_say(registration, at=at),
        "is_done": improvement.has_review(actions.REGISTRATION, registration.id),
    }
    return render(request, "events/registration_survey.html", context, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def registration_cancel(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    registration = registration_by(token)
    if request.method == "POST":
        actions.withdraw(registration_id=registration.id, at=at)
        notes.success(request, _("申し込みを取り消しました。"))
        return redirect("events:registration_detail", token)
    page = registration_page(registration, at=at)
    return render(request, "events/registration_cancel.html", {"page": page, "token": token})


@login_not_required
@require_GET
def registration_calendar(request: HttpRequest, token: str) -> HttpResponse:
    registration = registration_by(token)

    def link_of(_event: Event) -> str:
        return reverse("events:registration_detail", args=[token])

    content = calendar_of([registration.event], link_of=link_of, at=timezone.now())
    return calendar_answer(content, f"event-{registration.event_id}")


@login_not_required
@require_GET
def registration_file(request: HttpRequest, token: str, file_id: int) -> FileResponse:
    registration = registration_by(token)
    page = registration_page(registration, at=timezone.now())
    is_registered = registration.state == Registration.State.CONFIRMED
    if file_id not in {one.file_id for one in page.event.handouts if is_registered or one.is_public}:
        raise Http404
    return files.download_response(file_id, inline=True)
