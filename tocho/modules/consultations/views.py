from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.messages import api as messages
from tocho.ui.forms import invalid

from . import actions
from .definitions import ThemeFacts, in_language, triage_form
from .forms import BookingForm, RecordForm, SlotForm
from .models import Consultation, Theme
from .permissions import actor_at, consultation_by, consultations_held_by, themes_open_to, token_of
from .queries import calendar_of, consultation_page, list_page, slot_choices, theme_cards


def _person(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _link(consultation: Consultation) -> str:
    return reverse("consultations:consultation_detail", args=[token_of(consultation)])


@login_not_required
@require_GET
def theme_list(request: HttpRequest) -> HttpResponse:
    cards = theme_cards(themes_open_to(_person(request)), at=timezone.now())
    return render(request, "consultations/theme_list.html", {"themes": cards})


@login_not_required
@require_http_methods(["GET", "POST"])
def consultation_book(request: HttpRequest, key: str) -> HttpResponse:
    """Questions first, then when and how: one page, so that nothing is asked twice."""
    at, person = timezone.now(), _person(request)
    theme: Theme = get_object_or_404(themes_open_to(person), key=key)
    facts = ThemeFacts.model_validate(theme.facts)
    posted = request.POST if request.method == "POST" else None
    triage = _triage(facts, posted)
    initial = {"email": person.email, "name": person.display_name} if person else {}
    slots = slot_choices(facts, at=at)
    form = BookingForm(slots, facts.ways, posted, initial=initial)
    language = get_language() or "ja"
    context: dict[str, Any] = {
        "title": in_language(facts.title, language),
        "summary": in_language(facts.summary, language),
        "urgent": in_language(facts.urgent, language),
        "facts": facts,
        "triage": triage,
        "form": form,
        "has_slots": bool(slots),
    }
    if posted is None:
        return render(request, "consultations/consultation_book.html", context)
    if triage is not None and triage.is_refill:
        return render(request, "consultations/consultation_book.html", context)
    is_complete = triage is None or triage.is_valid()
    if not form.is_valid() or not is_complete:
        return invalid(request, "consultations/consultation_book.html", context)
    data = form.cleaned_data
    try:
        booked = actions.book(
            theme=theme,
            request=actions.Request(
                slot_id=int(data["slot"]),
                way=data["way"],
                name=data["name"],
                email=data["email"],
                phone=data["phone"] or "",
                language=language,
                answers=triage.cleaned_answers if triage else {},
                once=request.POST.get("_once", "")[:64] or uuid4().hex,
            ),
            user_id=person.pk if person else None,
            at=at,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return invalid(request, "consultations/consultation_book.html", context)
    notes.success(request, _("予約しました。確認のメールを送りました。"))
    return redirect(_link(booked))


def _triage(facts: ThemeFacts, posted: Any) -> Any:
    form = triage_form(facts.questions)
    if form is None:
        return None
    return form.steps[0].form(posted, language=get_language() or "ja")


@login_not_required
@require_GET
def consultation_detail(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    consultation = consultation_by(token)
    if request.htmx:  # type: ignore[attr-defined]
        return _thread(request, consultation, side=messages.APPLICANT, at=at)
    reader = actor_at(request.user, consultation, is_office=False)
    messages.mark_read(subject=actions.subject_of(consultation), side=messages.APPLICANT, actor=reader, at=at)
    page = consultation_page(consultation, side=messages.APPLICANT, at=at)
    context = {"page": page, "token": token, "form": messages.message_form()}
    return render(request, "consultations/consultation_detail.html", context)


@login_not_required
@require_POST
def consultation_write(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    consultation = consultation_by(token)
    if (form := _said(request, consultation, is_office=False, at=at)) is None:
        return redirect("consultations:consultation_detail", token)
    page = consultation_page(consultation, side=messages.APPLICANT, at=at)
    context = {"page": page, "token": token, "form": form}
    return invalid(request, "consultations/consultation_detail.html", context)


def _said(request: HttpRequest, consultation: Consultation, *, is_office: bool, at: datetime) -> Any:
    """Send what was typed; None when it went, the form with its messages otherwise."""
    actor = actor_at(request.user, consultation, is_office=is_office)
    form = messages.message_form(request.POST, request.FILES, store=files.keeper(by=actor, at=at))
    if not form.is_valid() or not messages.has_content(form):
        return form
    answers = form.cleaned_answers
    attached = [int(one["id"]) for one in answers.get("files") or ()]
    draft = messages.Draft(text=answers.get("text") or "", once=request.POST.get("_once", ""), file_ids=attached)
    try:
        actions.write(consultation=consultation, draft=draft, is_office=is_office, actor=actor, at=at)
    except Refused as refused:
        form.add_error(None, refused.message)
        return form
    return None


def _thread(request: HttpRequest, consultation: Consultation, *, side: str, at: datetime) -> HttpResponse:
    subject, is_office = actions.subject_of(consultation), side == messages.OFFICE
    reader = actor_at(request.user, consultation, is_office=is_office)
    messages.mark_read(subject=subject, side=side, actor=reader, at=at)
    context = {
        "thread": messages.thread_of(subject, side=side),
        "refresh_url": request.path,
        "file_url": "consultations:desk_file" if is_office else "consultations:consultation_file",
        "key": consultation.id if is_office else token_of(consultation),
    }
    return render(request, "messages/_thread.html", context)


def _file(consultation: Consultation, file_id: int) -> FileResponse:
    if not messages.owns_file(actions.subject_of(consultation), file_id):
        raise Http404
    return files.download_response(file_id, inline=True)


@login_not_required
@require_GET
def consultation_file(request: HttpRequest, token: str, file_id: int) -> FileResponse:
    return _file(consultation_by(token), file_id)


@require_GET
def desk_file(request: HttpRequest, consultation_id: int, file_id: int) -> FileResponse:
    return _file(_held(request, consultation_id, at=timezone.now()), file_id)


@login_not_required
@require_http_methods(["GET", "POST"])
def consultation_change(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    consultation = consultation_by(token)
    page = consultation_page(consultation, side=messages.APPLICANT, at=at)
    if not page.may_change:
        notes.error(request, _("もう変えられません。始まる1時間前まで、5回まで変えられます。"))
        return redirect("consultations:consultation_detail", token)
    facts = ThemeFacts.model_validate(consultation.theme.facts)
    slots = slot_choices(facts, at=at, held_by=actions.subject_of(consultation))
    form = SlotForm(slots, request.POST if request.method == "POST" else None)
    context = {"page": page, "token": token, "form": form}
    if request.method != "POST":
        return render(request, "consultations/consultation_change.html", context)
    if not form.is_valid():
        return invalid(request, "consultations/consultation_change.html", context)
    try:
        actions.change(consultation_id=consultation.id, slot_id=int(form.cleaned_data["slot"]), at=at)
    except Refused as refused:
        form.add_error(None, refused.message)
        return invalid(request, "consultations/consultation_change.html", context)
    notes.success(request, _("時間を変えました。確認のメールを送りました。"))
    return redirect("consultations:consultation_detail", token)


@login_not_required
@require_http_methods(["GET", "POST"])
def consultation_cancel(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    consultation = consultation_by(token)
    if request.method == "POST":
        actions.cancel(consultation_id=consultation.id, at=at)
        notes.success(request, _("相談を取り消しました。"))
        return redirect("consultations:consultation_detail", token)
    page = consultation_page(consultation, side=messages.APPLICANT, at=at)
    return render(request, "consultations/consultation_cancel.html", {"page": page, "token": token})


@login_not_required
@require_GET
def consultation_calendar(request: HttpRequest, token: str) -> HttpResponse:
    consultation = consultation_by(token)
    content = calendar_of([consultation], link_of=_link, at=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="consultation.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    at, user_id = timezone.now(), request.user.pk or 0
    show, text = request.GET.get("show", ""), request.GET.get("q", "").strip()
    visible = consultations_held_by(user_id, at=at)
    if show == "mine":
        visible = visible.filter(officer_id=user_id)
    page = list_page(visible, show=show, text=text, after=request.GET.get("after", ""), at=at)
    return render(request, "consultations/desk_list.html", {"page": page, "show": show, "q": text})


def _held(request: HttpRequest, consultation_id: int, *, at: datetime) -> Consultation:
    found: Consultation = get_object_or_404(
        consultations_held_by(request.user.pk or 0, at=at), id=min(consultation_id, 2**63 - 1)
    )
    if found.erased_at is not None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def desk_detail(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """One consultation for its office; POST ends it with its record."""
    at = timezone.now()
    consultation = _held(request, consultation_id, at=at)
    actor = Actor(user_id=request.user.pk)
    if request.method == "GET" and request.htmx:  # type: ignore[attr-defined]
        return _thread(request, consultation, side=messages.OFFICE, at=at)
    initial = {"record": consultation.record, "was_held": "no" if consultation.state == "missed" else "yes"}
    form = RecordForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish(consultation_id=consultation.id, actor=actor, at=at, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            notes.success(request, _("記録しました。"))
            return redirect("consultations:desk_detail", consultation.id)
    if request.method == "GET":
        actions.record_look(consultation=consultation, actor=actor, at=at)
        messages.mark_read(subject=actions.subject_of(consultation), side=messages.OFFICE, actor=actor, at=at)
    page = consultation_page(consultation, side=messages.OFFICE, at=at)
    context = {"page": page, "form": form, "talk": messages.message_form()}
    return render(request, "consultations/desk_detail.html", context, status=422 if form.errors else 200)


@require_POST
def desk_take(request: HttpRequest, consultation_id: int) -> HttpResponse:
    at = timezone.now()
    consultation = _held(request, consultation_id, at=at)
    actions.take_over(consultation_id=consultation.id, actor=Actor(user_id=request.user.pk), at=at)
    notes.success(request, _("あなたが担当します。"))
    return redirect("consultations:desk_detail", consultation.id)


@require_POST
def desk_write(request: HttpRequest, consultation_id: int) -> HttpResponse:
    at = timezone.now()
    consultation = _held(request, consultation_id, at=at)
    form = _said(request, consultation, is_office=True, at=at)
    if form is None:
        return redirect("consultations:desk_detail", consultation.id)
    page = consultation_page(consultation, side=messages.OFFICE, at=at)
    context = {"page": page, "form": RecordForm(initial={"record": consultation.record}), "talk": form}
    return invalid(request, "consultations/desk_detail.html", context)
