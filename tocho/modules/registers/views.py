"""One's own registered data: seen, corrected, taken from a register, deleted — by its owner alone."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused

from . import actions
from .definitions import COMPANY, PERSON, own_definition
from .forms import CorporateNumberForm
from .queries import kind_of, own_page, own_record


@require_GET
def own_data(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    return render(request, "registers/own_data.html", {"page": own_page(user), "form": CorporateNumberForm()})


@require_http_methods(["GET", "POST"])
def own_edit(request: HttpRequest, step: str) -> HttpResponse:
    user = cast(User, request.user)
    found = own_definition(kind_of(user)).step(step)
    if found is None:
        raise Http404
    record = own_record.first(user.id)
    posted = request.POST if request.method == "POST" else None
    form = found.form(posted, initial=record.values if record else {}, language=get_language() or "ja")
    if request.method == "POST" and not form.is_refill and form.is_valid():
        actions.save_own_data(user_id=user.id, values=form.cleaned_answers, at=timezone.now())
        messages.success(request, _("登録情報を保存しました。次の申請から、入力の手間が減ります。"))
        return redirect("registers:own_data")
    status = 422 if form.is_bound and not form.is_refill and form.errors else 200
    return render(request, "registers/own_edit.html", {"form": form, "step": found}, status=status)


@require_http_methods(["GET", "POST"])
def own_delete(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        user_id = request.user.pk or 0
        actions.delete_own_data(user_id=user_id, actor=Actor(user_id=user_id), at=timezone.now())
        messages.success(request, _("登録情報を削除しました。"))
        return redirect("registers:own_data")
    return render(request, "registers/own_delete.html")


@require_POST
def own_corporate(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if kind_of(user) != COMPANY:
        raise Http404
    form = CorporateNumberForm(request.POST)
    if form.is_valid():
        try:
            actions.take_from_corporate_register(user_id=user.id, number=form.cleaned_data["number"], at=timezone.now())
        except Refused as refused:
            form.add_error("number", refused.message)
        else:
            messages.success(request, _("法人番号の台帳から、名称と所在地を入れました。"))
            return redirect("registers:own_data")
    context = {"page": own_page(user), "form": form}
    return render(request, "registers/own_data.html", context, status=422)


@require_POST
def own_residents(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if kind_of(user) != PERSON:
        raise Http404
    try:
        actions.take_from_resident_register(user_id=user.id, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("住民の台帳から、氏名・生年月日・住所を入れました。"))
    return redirect("registers:own_data")
