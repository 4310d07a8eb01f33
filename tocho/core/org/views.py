from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.org import queries
from tocho.core.org.actions import AbsenceRefused, cancel_absence, register_absence
from tocho.core.org.forms import AbsenceForm
from tocho.core.org.models import AbsenceReason
from tocho.core.org.permissions import absences_of, can_register_absence
from tocho.core.org.queries.structure import UnknownUnit
from tocho.ui.forms import invalid


def absence_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not can_register_absence(user):
        raise PermissionDenied
    now = timezone.now()
    form = AbsenceForm(
        request.POST or None, initial={"starts_on": timezone.localdate(), "ends_on": timezone.localdate()}
    )
    page = {"form": form, "absences": queries.absences.coming(absences_of(user), at=now), "now": now}
    if request.method != "POST":
        return render(request, "org/absence_list.html", page)
    if not form.is_valid():
        return invalid(request, "org/absence_list.html", page)
    data = form.cleaned_data
    try:
        register_absence(
            user_id=user.id,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            reason=AbsenceReason(data["reason"]),
            actor=Actor(user_id=user.id),
            at=now,
        )
    except AbsenceRefused as refusal:
        form.add_error(None, refusal.message)
        return invalid(request, "org/absence_list.html", page)
    messages.success(request, _("不在を登録しました。その間は、代決者が決定できます。"))
    return redirect("org:absence_list")


@require_POST
def absence_cancel(request: HttpRequest, absence_id: int) -> HttpResponse:
    user = cast(User, request.user)
    absence = get_object_or_404(absences_of(user), id=absence_id)
    cancel_absence(absence_id=absence.id, actor=Actor(user_id=user.id), at=timezone.now())
    messages.success(request, _("不在を取り消しました。"))
    return redirect("org:absence_list")


@require_safe
@login_not_required
def bureau_list(request: HttpRequest) -> HttpResponse:
    return render(request, "org/bureau_list.html", {"bureaus": queries.tree.bureau_rows(on=timezone.localdate())})


@require_safe
@login_not_required
def bureau_detail(request: HttpRequest, code: str) -> HttpResponse:
    try:
        bureau = queries.tree.bureau_tree(code, on=timezone.localdate())
    except UnknownUnit:
        raise Http404 from None
    crumbs = [(_("組織"), reverse("org:bureau_list")), (bureau.unit.name, "")]
    return render(request, "org/bureau_detail.html", {"bureau": bureau, "crumbs": crumbs})
