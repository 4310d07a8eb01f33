"""起案の定型: kept by each office, begun with when drafting."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import TemplateForm
from ..models import DraftTemplate
from ..permissions import templates_of, visible_decision
from ..queries.routes import words_of
from .beginnings import initial_of

VALUES = ("category", "title", "body", "consulted")


def _units(request: HttpRequest, *, at: datetime) -> list[tuple[str, str]]:
    posts = org.posts_of(request.user.pk or 0, at=at)
    if not posts:
        raise PermissionDenied
    on = org.office_day(at)
    codes = dict.fromkeys(post.unit_code for post in posts)
    return [(code, org.unit(code, on=on).full_name) for code in codes]


@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = dict(_units(request, at=at))
    found = templates_of(request.user.pk or 0, at=at).select_related("made_by").order_by("unit", "name")[:200]
    rows = [(row, units.get(row.unit, row.unit)) for row in found]
    return render(request, "decisions/template_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def template_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None, at=timezone.now())


@require_http_methods(["GET", "POST"])
def template_edit(request: HttpRequest, template_id: int) -> HttpResponse:
    at = timezone.now()
    row = get_object_or_404(templates_of(request.user.pk or 0, at=at), id=min(template_id, 2**63 - 1))
    return _edit(request, row, at=at)


def _edit(request: HttpRequest, row: DraftTemplate | None, *, at: datetime) -> HttpResponse:
    units = _units(request, at=at)
    initial = {**row.values, "name": row.name, "unit": row.unit} if row else _from_decision(request, at=at)
    data = request.POST if request.method == "POST" else None
    categories = words_of(org.office_day(at)).get("category", ())
    form = TemplateForm(data, initial=initial, units=units, categories=categories)
    if data is not None and form.is_valid():
        said = form.cleaned_data
        try:
            actions.save_template(
                template_id=row.id if row else None,
                unit=row.unit if row else said["unit"],
                name=said["name"],
                values={name: said[name] for name in VALUES},
                actor=Actor(user_id=request.user.pk),
                at=at,
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("定型を保存しました。"))
            return redirect("decisions:template_list")
    context = {"form": form, "row": row}
    return render(request, "decisions/template_form.html", context, status=422 if form.errors else 200)


def _from_decision(request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    given = request.GET.get("from")
    if not given:
        return {}
    decision = visible_decision(whole_number(given) or 0, request.user.pk or 0, at=at)
    if decision is None:
        raise Http404
    return {**initial_of(decision, at=at), "name": decision.title[:100], "unit": decision.unit}


@require_POST
def template_end(request: HttpRequest, template_id: int) -> HttpResponse:
    at = timezone.now()
    row = get_object_or_404(templates_of(request.user.pk or 0, at=at), id=min(template_id, 2**63 - 1))
    actions.end_template(template_id=row.id, actor=Actor(user_id=request.user.pk), at=at)
    messages.success(request, _("定型を外しました。これまでの起案は変わりません。"))
    return redirect("decisions:template_list")
