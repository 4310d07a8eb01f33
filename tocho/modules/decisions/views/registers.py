"""The registers: 後閲 that are left, delegations (委任) and who stands in for whom, reserved numbers."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import DelegationForm
from ..models import Delegation
from ..permissions import can_keep_delegations, reservations_of
from ..queries.registers import delegation_rows, number_columns, number_page, number_rows, post_review_page
from ..queries.routes import post_named, words_of
from ..queries.standing_in import standing_in_page


@require_GET
def post_review_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    after = whole_number(request.GET.get("after", ""))
    page = post_review_page(request.user.pk or 0, whole=request.GET.get("whose") == "unit", after=after, at=at)
    return render(request, "decisions/post_review_list.html", {"page": page})


@require_GET
def standing_in(request: HttpRequest) -> HttpResponse:
    """不在・代理 in one place; the absence itself is registered by ``core.org``."""
    at = timezone.now()
    if not org.posts_of(request.user.pk or 0, at=at):
        raise PermissionDenied
    today = timezone.localdate()
    context = {
        "page": standing_in_page(request.user.pk or 0, at=at),
        "form": org.AbsenceForm(initial={"starts_on": today, "ends_on": today}),
        "now": at,
    }
    return render(request, "decisions/standing_in.html", context)


@require_http_methods(["GET", "POST"])
def delegation_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if not org.posts_of(request.user.pk or 0, at=at):
        raise PermissionDenied
    may_keep = can_keep_delegations(request.user, at=at)
    if request.method == "POST" and not may_keep:
        raise PermissionDenied
    on = org.office_day(at)
    data = request.POST if request.method == "POST" else None
    form = DelegationForm(data, categories=words_of(on).get("category", ()), today=on)
    if data is not None and form.is_valid():
        try:
            actions.register_delegation(_terms(form, at=at), actor=Actor(user_id=request.user.pk), at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("委任を登録しました。"))
            return redirect("decisions:delegation_list")
    rows = delegation_rows(at=at)
    context = {"rows": rows, "form": form, "may_keep": may_keep}
    return render(request, "decisions/delegation_list.html", context, status=422 if form.errors else 200)


def _terms(form: DelegationForm, *, at: datetime) -> actions.Terms:
    said = form.cleaned_data
    return actions.Terms(
        from_post=post_named(said["from_office"], at=at),
        to_post=post_named(said["to_office"], at=at),
        categories=said["categories"],
        basis=said["basis"],
        starts_on=said["starts_on"],
        ends_on=said["ends_on"],
    )


@require_POST
def delegation_revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    at = timezone.now()
    if not can_keep_delegations(request.user, at=at):
        raise PermissionDenied
    row = get_object_or_404(Delegation, id=min(delegation_id, 2**63 - 1))
    actions.revoke_delegation(delegation_id=row.id, actor=Actor(user_id=request.user.pk), at=at)
    messages.success(request, _("委任を解きました。"))
    return redirect("decisions:delegation_list")


@require_http_methods(["GET", "POST"])
def number_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    posts = org.posts_of(request.user.pk or 0, at=at)
    if not posts:
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        try:
            row = actions.reserve_number(
                unit=posts[0].unit_code, purpose=purpose, actor=Actor(user_id=request.user.pk), at=at
            )
        except Refused as refused:
            error = str(refused.message)
        else:
            messages.success(request, _("番号を予約しました：%(number)d") % {"number": row.number})
            return redirect("decisions:number_list")
    after, year = (whole_number(request.GET.get(name, "")) for name in ("after", "year"))
    page = number_page(posts[0].unit_code, after=after, year=year, at=at)
    years = [(_("%(year)d年度") % {"year": one}, f"?year={one}") for one in page.years]
    context = {"page": page, "post": posts[0], "error": error, "purpose": request.POST.get("purpose", "")}
    context |= {"years": years, "current": f"?year={page.fiscal_year}"}
    return render(request, "decisions/number_list.html", context, status=422 if error else 200)


@require_GET
def number_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The register of a fiscal year, to take away."""
    at = timezone.now()
    posts = org.posts_of(request.user.pk or 0, at=at)
    if not posts:
        raise PermissionDenied
    rows = number_rows(posts[0].unit_code, year=whole_number(request.GET.get("year", "")), at=at)
    return table_response(request, form, "numbers", number_columns(), rows)


@require_POST
def number_give_up(request: HttpRequest, reservation_id: int) -> HttpResponse:
    at = timezone.now()
    row = get_object_or_404(reservations_of(request.user.pk or 0, at=at), id=min(reservation_id, 2**63 - 1))
    why = request.POST.get("why", "")
    actions.give_up_number(reservation_id=row.id, why=why, actor=Actor(user_id=request.user.pk), at=at)
    messages.success(request, _("欠番としました。"))
    return redirect("decisions:number_list")
