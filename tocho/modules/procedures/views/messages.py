"""What applicant and office write to each other: a form on the status page, a page at the desk."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.engines.forms.api import StepForm
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.modules.messages import api as messages

from .. import actions
from ..models import Application
from ..queries import case_page, status_page
from .access import fetch_application, fetch_case, read_case
from .cases import actor_of
from .uploads import keep_upload


def _form(request: HttpRequest, *, at: datetime, phrase: str = "") -> StepForm:
    return messages.message_form(request.POST, request.FILES, store=keep_upload(request, at=at), phrase=phrase)


def _draft(request: HttpRequest, form: StepForm) -> messages.Draft:
    answers = form.cleaned_answers
    attached = [int(one["id"]) for one in answers.get("files") or ()]
    return messages.Draft(text=answers.get("text") or "", once=request.POST.get("_once", ""), file_ids=attached)


@login_not_required
@require_http_methods(["GET", "POST"])
def application_messages(request: HttpRequest, public_id: UUID) -> HttpResponse:
    at = timezone.now()
    application = fetch_application(request, public_id)
    here = f"{reverse('procedures:application_status', args=[public_id])}#messages"
    if application.state == Application.State.DRAFT:
        raise Http404
    if request.method == "GET":
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(here)
        return _fragment(request, application, side=messages.APPLICANT, at=at)
    form = _form(request, at=at)
    if form.is_valid() and messages.has_content(form):
        try:
            actions.ask_office(
                application=application, draft=_draft(request, form), actor=Actor(user_id=request.user.pk), at=at
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            notes.success(request, _("メッセージを送りました。返事が届いたら、メールでお知らせします。"))
            return redirect(here)
    context = {"page": status_page(application, at=at), "form": form}
    return render(request, "procedures/application_status.html", context, status=422)


@login_not_required
@require_GET
def application_message_file(request: HttpRequest, public_id: UUID, file_id: int) -> FileResponse:
    return _file(fetch_application(request, public_id), file_id)


@require_http_methods(["GET", "POST"])
def case_messages(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    actor = actor_of(request, application, at=at)
    if request.method == "GET" and request.htmx:  # type: ignore[attr-defined]
        return _fragment(request, application, side=messages.OFFICE, at=at)
    form = messages.message_form()
    if request.method == "POST":
        phrase_id = whole_number(request.POST.get("_phrase", ""))
        phrase = messages.phrase_text(phrase_id, user_id=actor.user_id or 0, at=at) if phrase_id else ""
        form = _form(request, at=at, phrase=phrase)
        if form.is_valid() and messages.has_content(form):
            try:
                actions.answer_applicant(application=application, draft=_draft(request, form), actor=actor, at=at)
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                notes.success(request, _("申請者に送りました。"))
                return redirect("procedures:case_messages", case_id)
    else:
        actions.record_look(application=application, actor=actor, at=at)
        messages.mark_read(subject=actions.subject_of(application), side=messages.OFFICE, actor=actor, at=at)
    context = {
        "page": case_page(application, user_id=actor.user_id or 0, at=at),
        "form": form,
        "phrases": messages.phrases(actor.user_id or 0, at=at),
    }
    wrong = form.is_bound and not form.is_refill and form.errors
    return render(request, "procedures/case_messages.html", context, status=422 if wrong else 200)


@require_POST
def case_message_settle(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    try:
        messages.settle(subject=actions.subject_of(application), actor=actor_of(request, application, at=at), at=at)
    except Refused as refused:
        notes.error(request, refused.message)
    else:
        notes.success(request, _("返信不要にしました。"))
    return redirect("procedures:case_messages", case_id)


@require_GET
def case_message_file(request: HttpRequest, case_id: int, file_id: int) -> FileResponse:
    return _file(read_case(request, case_id, at=timezone.now()), file_id)


def _file(application: Application, file_id: int) -> FileResponse:
    if not messages.owns_file(actions.subject_of(application), file_id):
        raise Http404
    return files.download_response(file_id, inline=True)


def _fragment(request: HttpRequest, application: Application, *, side: str, at: datetime) -> HttpResponse:
    """The messages alone, as htmx fetches them again and again."""
    subject = actions.subject_of(application)
    messages.mark_read(subject=subject, side=side, actor=Actor(user_id=request.user.pk), at=at)
    thread = messages.thread_of(subject, side=side)
    if request.GET.get("seen") == thread.mark:
        return HttpResponse(status=204)  # htmx leaves the page as it is, and nobody is read the same again
    is_office = side == messages.OFFICE
    context = {
        "thread": thread,
        "key": application.id if is_office else application.public_id,
        "file_url": "procedures:case_message_file" if is_office else "procedures:application_message_file",
        "refresh_url": request.path,
    }
    return render(request, "messages/_thread.html", context)
