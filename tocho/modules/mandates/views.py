from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.accounts import api as accounts
from tocho.core.accounts.models import UserKind
from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.fields import FilesField

from . import actions
from .actions import Agent, Principal
from .forms import AgentForm, AskForm, CodeForm
from .models import Mandate
from .permissions import mandate_from, mandate_token, mandates_of
from .queries import letters_waiting, mandate_page, rows_of

SESSION_KEY = "mandates"
PAGE = 50
PAPERS = FilesField(max_bytes=10_000_000, max_files=5, label="委任状")


def _fetch(request: HttpRequest, public_id: UUID) -> tuple[Mandate, str]:
    """A mandate and the side on which this person stands; 404 for everybody else."""
    row = get_object_or_404(mandates_of(request.user), public_id=public_id)  # type: ignore[arg-type]
    return row, "principal" if row.principal_id == request.user.pk else "agent"


@require_GET
def mandate_list(request: HttpRequest) -> HttpResponse:
    mine, theirs = rows_of(mandates_of(request.user), user_id=request.user.pk or 0)  # type: ignore[arg-type]
    return render(request, "mandates/mandate_list.html", {"mine": mine, "theirs": theirs})


@require_http_methods(["GET", "POST"])
def mandate_offer(request: HttpRequest) -> HttpResponse:
    at, user = timezone.now(), request.user
    form = AgentForm(request.POST if request.method == "POST" else None, today=calendar.office_day(at))
    if request.method == "POST" and form.is_valid():
        kind = "company" if getattr(user, "kind", "") == UserKind.COMPANY else "person"
        principal = Principal(str(user), kind, getattr(user, "email", ""), user_id=user.pk)
        try:
            row = actions.offer_mandate(
                principal=principal, agent=form.agent(), scope=form.scope(), actor=Actor(user_id=user.pk), at=at
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("代理人にメールで尋ねました。引き受けると、代理が始まります。"))
            return redirect("mandates:mandate_detail", row.public_id)
    context = {"form": form}
    return render(request, "mandates/mandate_offer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def mandate_ask(request: HttpRequest) -> HttpResponse:
    at, user = timezone.now(), request.user
    form = AskForm(request.POST if request.method == "POST" else None, today=calendar.office_day(at))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        agent = Agent(str(user), getattr(user, "email", ""), data["agent_kind"], data["registration_number"])
        try:
            row = actions.ask_principal(
                principal=form.principal(), agent=agent, scope=form.scope(), actor=Actor(user_id=user.pk), at=at
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("本人に確認をお願いしました。確認番号が入力されると、代理が始まります。"))
            return redirect("mandates:mandate_detail", row.public_id)
    context = {"form": form}
    return render(request, "mandates/mandate_ask.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, row: Mandate, side: str) -> str:
    """Do what was pressed; what is said afterwards, "" where nothing was pressed.

    :raises PermissionDenied: it is for the other side to press.
    """
    at, user_id = timezone.now(), request.user.pk
    if "_accept" in request.POST:
        if side != "agent" or user_id is None:
            raise PermissionDenied
        actions.accept_mandate(mandate_id=row.id, user_id=user_id, at=at)
        return _("代理を引き受けました。")
    if "_decline" in request.POST:
        if side != ("agent" if row.state == Mandate.State.OFFERED else "link"):
            raise PermissionDenied
        actions.decline_mandate(mandate_id=row.id, user_id=user_id, at=at)
        return _("代理を断りました。")
    if "_revoke" in request.POST:
        actions.revoke_mandate(mandate_id=row.id, user_id=user_id, at=at)
        return _("代理を終わりにしました。いまから、代理人は何もできません。")
    return ""


@require_http_methods(["GET", "POST"])
def mandate_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row, side = _fetch(request, public_id)
    if request.method == "POST":
        try:
            if said := _act(request, row, side):
                messages.success(request, said)
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("mandates:mandate_detail", public_id)
    return render(request, "mandates/mandate_detail.html", {"page": mandate_page(row, side=side), "papers": PAPERS})


@require_http_methods(["GET", "POST"])
def mandate_pass_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    at = timezone.now()
    row, side = _fetch(request, public_id)
    if side != "agent" or not row.may_pass_on:
        raise PermissionDenied
    form = AgentForm(request.POST if request.method == "POST" else None, today=calendar.office_day(at))
    del form.fields["may_pass_on"]
    if request.method == "POST" and form.is_valid():
        actor = Actor(user_id=request.user.pk, acting_for_id=row.principal_id)
        try:
            child = actions.pass_on_mandate(
                parent_id=row.id, agent=form.agent(), scope=form.scope(), actor=actor, at=at
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("復代理を頼みました。本人にも知らせました。"))
            del child
            return redirect("mandates:mandate_list")
    context = {"form": form, "row": row}
    return render(request, "mandates/mandate_pass_on.html", context, status=422 if form.errors else 200)


@require_POST
def evidence_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row, _side = _fetch(request, public_id)
    at, actor = timezone.now(), Actor(user_id=request.user.pk)
    try:
        for upload in PAPERS.clean(request.FILES.getlist("files")):
            kept: Any = files.store(
                upload.file,
                name=upload.name or "",
                max_bytes=PAPERS.max_bytes,
                allowed=PAPERS.media_types,
                by=actor,
                at=at,
            )
            actions.add_evidence(mandate_id=row.id, file_id=kept.id, user_id=request.user.pk or 0, at=at)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("mandates:mandate_detail", public_id)


@require_GET
def evidence_file(request: HttpRequest, public_id: UUID, file_id: int) -> FileResponse:
    row, _side = _fetch(request, public_id)
    if not row.evidence.filter(file_id=file_id).exists():
        raise Http404
    return files.download_response(file_id, inline=True)


@login_not_required
@require_GET
def mandate_open(request: HttpRequest, token: str) -> HttpResponse:
    public_id = mandate_from(token)
    accounts.remember(request.session, SESSION_KEY, str(public_id), most=20)
    return redirect("mandates:mandate_confirm", public_id)


@login_not_required
@require_http_methods(["GET", "POST"])
def mandate_confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of a principal without account: read what the power is, confirm it with the code, end it at any time."""
    if str(public_id) not in request.session.get(SESSION_KEY, ()):
        raise Http404
    row = get_object_or_404(Mandate, public_id=public_id, principal=None)
    confirms = request.method == "POST" and "_confirm" in request.POST
    form = CodeForm(request.POST if confirms else None)
    try:
        if request.method == "POST" and not confirms and (said := _act(request, row, "link")):
            messages.success(request, said)
            return redirect("mandates:mandate_confirm", public_id)
        if confirms and form.is_valid():
            code, actor = form.cleaned_data["code"], Actor(user_id=request.user.pk)
            actions.confirm_mandate(mandate_id=row.id, code=code, actor=actor, at=timezone.now())
            messages.success(request, _("確認しました。代理が始まりました。"))
            return redirect("mandates:mandate_confirm", public_id)
    except Refused as refused:
        form.add_error(None, refused.message) if confirms else messages.error(request, refused.message)
    context = {"page": mandate_page(row, side="link"), "form": form}
    return render(request, "mandates/mandate_confirm.html", context, status=422 if form.errors else 200)


def _prints_letters(request: HttpRequest) -> bool:
    return settings.MANDATE_LETTERS_UNIT in org.unit_codes_of(request.user.pk or 0, at=timezone.now())


@require_http_methods(["GET", "POST"])
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters with a code that wait to be printed, for the office that posts them."""
    if not _prints_letters(request):
        raise PermissionDenied
    rows = letters_waiting(after=whole_number(request.GET.get("after", "")), limit=PAGE)
    more = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return render(request, "mandates/letter_list.html", {"waiting": rows[:PAGE], "next": more})


@require_POST
def letter_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if not _prints_letters(request):
        raise PermissionDenied
    row = get_object_or_404(Mandate, public_id=public_id)
    try:
        row, code = actions.print_letter(mandate_id=row.id, actor=Actor(user_id=request.user.pk), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("mandates:letter_list")
    context = {
        "page": mandate_page(row, side="link"),
        "code": f"{code[:4]}-{code[4:]}",
        "token": mandate_token(row),
        "site": settings.SITE_URL,
    }
    return render(request, "mandates/letter_print.html", context)
