from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.org import queries
from tocho.core.org.actions import AbsenceRefused, appoint, cancel_absence, end_appointment, register_absence
from tocho.core.org.forms import AbsenceForm, AppointmentForm
from tocho.core.org.models import AbsenceReason, Appointment
from tocho.core.org.permissions import absences_of, can_appoint, can_appoint_to, can_register_absence
from tocho.core.org.queries.appointments import STANDING_IN, standing_in
from tocho.core.org.queries.naming import person_named, post_titled
from tocho.core.org.queries.structure import UnknownUnit
from tocho.lib.errors import Refused
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
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page of this site from which the form was sent, or the list."""
    place = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(place, allowed_hosts=None) and place.startswith("/desk/")
    return place if ours else reverse("org:absence_list")


@require_POST
def absence_cancel(request: HttpRequest, absence_id: int) -> HttpResponse:
    user = cast(User, request.user)
    absence = get_object_or_404(absences_of(user), id=absence_id)
    cancel_absence(absence_id=absence.id, actor=Actor(user_id=user.id), at=timezone.now())
    messages.success(request, _("不在を取り消しました。"))
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
def appointment_list(request: HttpRequest) -> HttpResponse:
    """職務代理 and 事務取扱: what is in effect, and a form for another."""
    user, at = cast(User, request.user), timezone.now()
    if not can_appoint(user, at=at):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = AppointmentForm(posted, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        try:
            _appoint(user, form.cleaned_data, at=at)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("発令を登録しました。"))
            return redirect("org:appointment_list")
    context = {"form": form, "rows": standing_in(on=timezone.localdate())}
    return render(request, "org/appointment_list.html", context, status=422 if form.errors else 200)


def _appoint(user: User, said: dict[str, Any], *, at: datetime) -> None:
    actor, person = Actor(user_id=user.id), person_named(said["person"])
    if person == user.id:
        raise Refused(_("自分への発令は、ほかの人事担当が登録してください。"))
    post = post_titled(said["office"], said["title"], on=said["starts_on"])
    if not can_appoint_to(user, post, on=said["starts_on"], at=at):
        raise Refused(_("発令を登録できるのは、自分の局の職だけです。その局の人事担当に依頼してください。"))
    appoint(
        user_id=person,
        post_id=post,
        starts_on=said["starts_on"],
        ends_on=said["last_on"] + timedelta(days=1) if said["last_on"] else None,
        kind=said["kind"],
        basis=said["basis"],
        actor=actor,
        at=at,
    )


@require_POST
def appointment_end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Today is the last day; one that has not begun ends on the day on which it would have begun to act."""
    user, at = cast(User, request.user), timezone.now()
    if not can_appoint(user, at=at):
        raise PermissionDenied
    rows = Appointment.objects.filter(kind__in=STANDING_IN)
    appointment = get_object_or_404(rows, id=min(appointment_id, 2**63 - 1))
    if not can_appoint_to(user, appointment.post_id, on=appointment.starts_on, at=at):
        raise PermissionDenied
    tomorrow = max(timezone.localdate(), appointment.starts_on) + timedelta(days=1)
    end_appointment(appointment_id=appointment.id, ends_on=tomorrow, actor=Actor(user_id=user.id), at=at)
    messages.success(request, _("発令の終わりの日を決めました。"))
    return redirect("org:appointment_list")


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
