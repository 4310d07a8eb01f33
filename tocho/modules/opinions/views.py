"""The asked section's page, the asking section's page, and the list of both."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from . import actions
from .forms import answer_form
from .models import Inquiry, Opinion
from .permissions import answering_as, inquiries_of_units, opinions_asked_of
from .queries import asked_page, inquiry_views, own_page, owns_file

TABS = ("waiting", "answered", "asked")


@require_GET
def opinion_list(request: HttpRequest) -> HttpResponse:
    at, user_id = timezone.now(), request.user.pk or 0
    if not org.posts_of(user_id, at=at):
        raise PermissionDenied
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    text, before = request.GET.get("q", "").strip()[:100], whole_number(request.GET.get("after", ""))
    if tab == "asked":
        page = own_page(inquiries_of_units(user_id, at=at), before=before, text=text)
    else:
        page = asked_page(opinions_asked_of(user_id, at=at), waiting=tab == "waiting", before=before, text=text)
    here = reverse("opinions:opinion_list")
    tabs = [
        {"label": label, "href": f"{here}?tab={key}", "current": key == tab}
        for key, label in zip(TABS, (_("回答待ち"), _("回答済み"), _("こちらから照会")), strict=True)
    ]
    return render(request, "opinions/opinion_list.html", {"page": page, "tab": tab, "tabs": tabs, "q": text})


def _fetch(request: HttpRequest, opinion_id: int, *, at: datetime) -> Opinion:
    """A question put to one of the person's sections; 404 otherwise."""
    return get_object_or_404(opinions_asked_of(request.user.pk or 0, at=at), id=opinion_id)


@require_http_methods(["GET", "POST"])
def opinion_detail(request: HttpRequest, opinion_id: int) -> HttpResponse:
    at = timezone.now()
    opinion = _fetch(request, opinion_id, at=at)
    actor = answering_as(request.user.pk or 0, opinion.unit, at=at)
    form = answer_form()
    if request.method == "POST":
        form = answer_form(request.POST, request.FILES, store=_keep(actor, at=at))
        if form.is_valid():
            try:
                actions.answer(
                    opinion_id=opinion.id,
                    verdict=form.cleaned_answers["verdict"],
                    text=form.cleaned_answers.get("text") or "",
                    file_ids=[int(one["id"]) for one in form.cleaned_answers.get("files") or ()],
                    actor=actor,
                    at=at,
                )
            except (process.TaskClaimed, process.TaskGone, Refused) as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("回答しました。照会した課に知らせました。"))
                return redirect("opinions:opinion_detail", opinion_id)
    else:
        actions.record_look(opinion=opinion, actor=actor, at=at)
    (inquiry,) = inquiry_views(Inquiry.objects.filter(id=opinion.inquiry_id))
    own = next(one for one in inquiry.opinions if one.id == opinion.id)
    context = {"inquiry": inquiry, "own": own, "form": form}
    return render(request, "opinions/opinion_detail.html", context, status=422 if form.errors else 200)


def _keep(actor: Actor, *, at: datetime) -> Callable[..., dict[str, Any]]:
    """How the form keeps an uploaded file."""

    def keep(upload: "UploadedFile[Any]", *, max_bytes: int, allowed: frozenset[str] | None) -> dict[str, Any]:
        stream: Any = upload.file
        view = files.store(stream, name=upload.name or "", max_bytes=max_bytes, allowed=allowed, by=actor, at=at)
        return {"id": view.id, "name": view.name, "size": view.size}

    return keep


@require_GET
def opinion_file(request: HttpRequest, opinion_id: int, file_id: int) -> FileResponse:
    opinion = _fetch(request, opinion_id, at=timezone.now())
    own = opinion.files.filter(file_id=file_id).exists()
    if not own and not opinion.inquiry.files.filter(file_id=file_id).exists():
        raise Http404
    return files.download_response(file_id, inline=True)


def _fetch_own(request: HttpRequest, inquiry_id: int) -> Inquiry:
    """A question that one of the person's sections has put to others; 404 otherwise."""
    return get_object_or_404(inquiries_of_units(request.user.pk or 0, at=timezone.now()), id=inquiry_id)


@require_GET
def inquiry_detail(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    inquiry = _fetch_own(request, inquiry_id)
    (view,) = inquiry_views(Inquiry.objects.filter(id=inquiry.id))
    return render(request, "opinions/inquiry_detail.html", {"inquiry": view})


@require_GET
def inquiry_file(request: HttpRequest, inquiry_id: int, file_id: int) -> FileResponse:
    inquiry = _fetch_own(request, inquiry_id)
    if not owns_file(inquiry.id, file_id):
        raise Http404
    return files.download_response(file_id, inline=True)


def _own_opinion(request: HttpRequest, opinion_id: int, *, at: datetime) -> tuple[Opinion, Actor]:
    user_id = request.user.pk or 0
    asked = Opinion.objects.filter(inquiry__in=inquiries_of_units(user_id, at=at)).select_related("inquiry")
    opinion = get_object_or_404(asked, id=opinion_id)
    return opinion, answering_as(user_id, opinion.inquiry.unit, at=at)


@require_POST
def opinion_remind(request: HttpRequest, opinion_id: int) -> HttpResponse:
    at = timezone.now()
    opinion, actor = _own_opinion(request, opinion_id, at=at)
    try:
        actions.remind(opinion_id=opinion.id, actor=actor, at=at)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("催促しました。"))
    return redirect("opinions:inquiry_detail", opinion.inquiry_id)


@require_POST
def opinion_withdraw(request: HttpRequest, opinion_id: int) -> HttpResponse:
    at = timezone.now()
    opinion, actor = _own_opinion(request, opinion_id, at=at)
    try:
        actions.withdraw(opinion_id=opinion.id, actor=actor, at=at)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("照会を取り下げました。"))
    return redirect("opinions:inquiry_detail", opinion.inquiry_id)
