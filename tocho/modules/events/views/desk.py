"""The pages of the office that holds the event."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.ui.downloads import check_form, table_response
from tocho.ui.forms import invalid

from .. import actions
from ..forms import AttendanceForm, CancelForm, EventForm, MaterialForm, RecordingForm, initial_of
from ..models import Event
from ..permissions import events_of_offices
from ..queries.listing import office_name
from ..queries.office import numbers_of, office_list, office_page, people_columns, people_of, people_page, people_rows
from .access import actor_of, office_event, text_of

Crumbs = list[tuple[str, str]]


def _crumbs(event: Event | None, words: str = "") -> Crumbs:
    found = [(_("催し"), reverse("events:desk_list"))]
    if event is not None:
        found.append((event.title, reverse("events:desk_detail", args=[event.id]) if words else ""))
    return [*found, (words, "")] if words else found


def _units(request: HttpRequest, *, at: datetime) -> list[tuple[str, str]]:
    """The offices in whose name a person may hold events; 403 for who has none."""
    codes = org.unit_codes_of(request.user.pk or 0, at=at)
    if not codes:
        raise PermissionDenied
    today = org.office_day(at)
    return sorted((code, office_name(code, today)) for code in codes)


@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if not org.unit_codes_of(request.user.pk or 0, at=at):
        raise PermissionDenied
    show, text = text_of(request, "show"), text_of(request, "q")
    mine = events_of_offices(request.user.pk or 0, at=at)
    page = office_list(mine, show=show, text=text, after=text_of(request, "after"), at=at)
    shows = (
        ("", _("これからと下書き")),
        ("published", _("公開済み")),
        ("past", _("過ぎたもの")),
        ("cancelled", _("中止")),
    )
    root = reverse("events:desk_list")
    chips = [(label, f"{root}?show={value}" if value else root) for value, label in shows]
    here = f"{root}?show={show}" if show else root
    context = {"page": page, "show": show, "q": text, "chips": chips, "here": here}
    return render(request, "events/desk_list.html", context)


@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = EventForm(_units(request, at=at), request.POST if request.method == "POST" else None)
    context = {"form": form, "crumbs": _crumbs(None, _("新しい催し"))}
    if request.method == "GET":
        return render(request, "events/desk_edit.html", context)
    if form.is_valid():
        try:
            event = actions.create_event(particulars=form.particulars(), actor=actor_of(request), at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            notes.success(request, _("下書きを保存しました。公開するまで、ほかの人には見えません。"))
            return redirect("events:desk_detail", event.id)
    return invalid(request, "events/desk_edit.html", context)


@require_GET
def desk_detail(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    context = {"office": office_page(event, at=at), "event": event, "crumbs": _crumbs(event), "form": MaterialForm()}
    context["survey_key"] = actions.survey_key(event.id)
    return render(request, "events/desk_detail.html", context)


@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    if event.state not in (Event.State.DRAFT, Event.State.PUBLISHED):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = EventForm(_units(request, at=at), posted, initial=initial_of(event))
    context = {"form": form, "event": event, "crumbs": _crumbs(event, _("直す"))}
    if posted is None:
        return render(request, "events/desk_edit.html", context)
    if form.is_valid():
        try:
            actions.change_event(
                event_id=event.id,
                particulars=form.particulars(),
                revision=form.cleaned_data["revision"] or 0,
                actor=actor_of(request),
                at=at,
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            notes.success(request, _("直しました。"))
            return redirect("events:desk_detail", event.id)
    return invalid(request, "events/desk_edit.html", context)


@require_http_methods(["GET", "POST"])
def desk_publish(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    if request.method == "POST":
        try:
            actions.publish_event(event_id=event.id, actor=actor_of(request), at=at)
        except Refused as refused:
            notes.error(request, refused.message)
        else:
            notes.success(request, _("公開しました。申し込みを受け付けています。"))
        return redirect("events:desk_detail", event.id)
    context = {"office": office_page(event, at=at), "event": event, "crumbs": _crumbs(event, _("公開する"))}
    return render(request, "events/desk_publish.html", context)


def _step(
    request: HttpRequest, event: Event, form: forms.Form, do: Any, *, template: str, words: dict[str, Any]
) -> HttpResponse:
    """One form of one act: shown, refused with its messages, or done."""
    context = {"event": event, "form": form, **words}
    if request.method == "GET":
        return render(request, template, context)
    if form.is_valid():
        try:
            do(**form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            notes.success(request, words["done"])
            return redirect("events:desk_detail", event.id)
    return invalid(request, template, context)


@require_http_methods(["GET", "POST"])
def desk_cancel(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)

    def do(reason: str) -> None:
        actions.call_off(event_id=event.id, reason=reason, actor=actor_of(request), at=at)

    words = {
        "numbers": numbers_of(event),
        "crumbs": _crumbs(event, _("中止する")),
        "done": _("中止しました。申し込んだ人にメールでお知らせします。"),
    }
    form = CancelForm(request.POST if request.method == "POST" else None)
    return _step(request, event, form, do, template="events/desk_cancel.html", words=words)


@require_http_methods(["GET", "POST"])
def desk_attendance(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    numbers = numbers_of(event)

    def do(online: int, onsite: int) -> None:
        actions.count_attendance(event_id=event.id, online=online, onsite=onsite, actor=actor_of(request), at=at)

    words = {"numbers": numbers, "crumbs": _crumbs(event, _("参加した人数")), "done": _("人数を記録しました。")}
    initial = {"online": numbers.online, "onsite": numbers.onsite}
    form = AttendanceForm(request.POST if request.method == "POST" else None, initial=initial)
    return _step(request, event, form, do, template="events/desk_attendance.html", words=words)


@require_http_methods(["GET", "POST"])
def desk_recording(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)

    def do(**given: Any) -> None:
        actions.set_recording(event_id=event.id, actor=actor_of(request), at=at, **given)

    words = {"crumbs": _crumbs(event, _("録画")), "done": _("録画を載せました。")}
    initial = {"url": event.recording_url, "for_whom": event.recording_for, "until": event.recording_until}
    form = RecordingForm(request.POST if request.method == "POST" else None, initial=initial)
    return _step(request, event, form, do, template="events/desk_recording.html", words=words)


@require_POST
def desk_materials(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    form = MaterialForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            for upload in given["file"]:
                actions.add_material(
                    event_id=event.id,
                    stream=upload.file,
                    name=upload.name,
                    is_public=given["is_public"],
                    actor=actor_of(request),
                    at=at,
                )
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            notes.success(request, _("資料を載せました。"))
            return redirect("events:desk_detail", event.id)
    context = {"office": office_page(event, at=at), "event": event, "crumbs": _crumbs(event), "form": form}
    context["survey_key"] = actions.survey_key(event.id)
    return invalid(request, "events/desk_detail.html", context)


@require_POST
def desk_unmaterial(request: HttpRequest, event_id: int, material_id: int) -> HttpResponse:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    actions.remove_material(event_id=event.id, material_id=material_id, actor=actor_of(request), at=at)
    notes.success(request, _("資料を下げました。"))
    return redirect("events:desk_detail", event.id)


@require_GET
def desk_people(request: HttpRequest, event_id: int) -> HttpResponse:
    """Who registered; each look is recorded."""
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    show, text = text_of(request, "show"), text_of(request, "q")
    actions.record_look(event=event, kind="viewed", actor=actor_of(request), at=at)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "page": people_page(people_of(event, show=show, text=text), after=text_of(request, "after")),
        "event": event,
        "numbers": numbers_of(event),
        "show": show,
        "q": text,
        "query": query.urlencode(),
        "shows": (
            ("", _("申込み済みとキャンセル待ち")),
            ("confirmed", _("申込み済み")),
            ("waiting", _("キャンセル待ち")),
            ("attended", _("オンラインで参加した")),
            ("cancelled", _("取消し")),
        ),
        "crumbs": _crumbs(event, _("申し込んだ人")),
    }
    return render(request, "events/desk_people.html", context)


@require_GET
def desk_export(request: HttpRequest, event_id: int, form: str) -> HttpResponseBase:
    at = timezone.now()
    event = office_event(request, event_id, at=at)
    check_form(form)
    actions.record_look(event=event, kind="exported", actor=actor_of(request), at=at)
    rows = people_rows(people_of(event, show=text_of(request, "show"), text=text_of(request, "q")))
    name = f"event-{event.id}-people"
    return table_response(request, form, name, people_columns(), rows)
