from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.ui.forms import invalid

from . import actions
from .forms import HookForm, TokenForm
from .permissions import deliveries_of, hooks_of, tokens_of
from .queries import deliveries_page, programs_page


@require_GET
def program_list(request: HttpRequest) -> HttpResponse:
    page = programs_page(request.user.pk or 0, at=timezone.now())
    return render(request, "rest/program_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = TokenForm(is_staff=user.is_employee, data=request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "rest/token_new.html", {"form": form})
    if not form.is_valid():
        return invalid(request, "rest/token_new.html", {"form": form})
    try:
        token, secret = actions.make_token(
            user_id=user.pk, is_staff=user.is_employee, at=timezone.now(), **form.cleaned_data
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return invalid(request, "rest/token_new.html", {"form": form})
    response = render(request, "rest/token_made.html", {"token": token, "secret": secret})
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(tokens_of(request.user.pk or 0), id=token_id)
    if request.method != "POST":
        return render(request, "rest/token_revoke.html", {"token": token})
    actions.revoke_token(token_id=token.id, actor=Actor(user_id=request.user.pk), at=timezone.now())
    messages.success(request, _("鍵を止めました。"))
    return redirect("programs:program_list")


@require_http_methods(["GET", "POST"])
def hook_new(request: HttpRequest) -> HttpResponse:
    form = HookForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "rest/hook_new.html", {"form": form})
    if not form.is_valid():
        return invalid(request, "rest/hook_new.html", {"form": form})
    try:
        hook = actions.make_hook(user_id=request.user.pk or 0, at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refused.message)
        return invalid(request, "rest/hook_new.html", {"form": form})
    messages.success(request, _("知らせ先を登録しました。"))
    return redirect("programs:hook_detail", hook.id)


@require_GET
def hook_detail(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = get_object_or_404(hooks_of(request.user.pk or 0), id=hook_id)
    return render(request, "rest/hook_detail.html", {"hook": hook, "deliveries": deliveries_page(hook)})


@require_POST
def hook_try(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = get_object_or_404(hooks_of(request.user.pk or 0), id=hook_id, ended_at=None)
    actions.try_hook(hook_id=hook.id, at=timezone.now())
    messages.success(request, _("試しの知らせを送ります。結果は下の一覧に出ます。"))
    return redirect("programs:hook_detail", hook.id)


@require_POST
def hook_end(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = get_object_or_404(hooks_of(request.user.pk or 0), id=hook_id)
    actions.end_hook(hook_id=hook.id, because="owner", actor=Actor(user_id=request.user.pk), at=timezone.now())
    messages.success(request, _("知らせるのを止めました。"))
    return redirect("programs:program_list")


@require_POST
def hook_reopen(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = get_object_or_404(hooks_of(request.user.pk or 0), id=hook_id)
    try:
        actions.reopen_hook(hook_id=hook.id, actor=Actor(user_id=request.user.pk), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("もう一度知らせます。届いていない知らせから送り直します。"))
    return redirect("programs:hook_detail", hook.id)


@require_POST
def delivery_resend(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery = get_object_or_404(deliveries_of(request.user.pk or 0), id=delivery_id, hook__ended_at=None)
    actions.resend(delivery_id=delivery.id, at=timezone.now())
    messages.success(request, _("もう一度送ります。"))
    return redirect("programs:hook_detail", delivery.hook_id)
