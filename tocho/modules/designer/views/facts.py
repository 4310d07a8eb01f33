from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocho.core.calendar.api import office_day
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..definitions import Problem, fact_label, problems
from ..forms import FactsForm
from ..models import Design
from ..queries import facts_remarks, facts_shown, office_choices, part_choices
from .access import actor_of, fetch_design, fetch_own_design, show_tab


def _form(request: HttpRequest, design: Design, **more: Any) -> FactsForm:
    offices = office_choices(design.unit, on=office_day(timezone.now()))
    posted = request.POST if request.method == "POST" else None
    return FactsForm(design.source["facts"], offices=offices, parts=part_choices(design), data=posted, **more)


@require_http_methods(["GET", "POST"])
def facts(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    design = (fetch_own_design if request.method == "POST" else fetch_design)(request, design_id, at=at)
    found = problems(design.source)
    form = _form(request, design, remarks=facts_remarks(design, found))
    status, revision = 200, design.revision
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.save_part(
                    design_id=design.id,
                    part="facts",
                    value=form.facts(),
                    revision=whole_number(request.POST.get("revision", "")) or 0,
                    actor=actor_of(request, design, at=at),
                    at=at,
                )
            except Refused as refused:
                messages.error(request, refused.message)
                status = 409
            else:
                messages.success(request, _("保存しました。"))
                return redirect("designer:facts", design.id)
    context = {
        "form": form,
        "revision": revision,
        "faults": [(fact_label(name), f"#fact-{name}") for name in _faulty(found)],
        "shown": facts_shown(form.facts() if form.is_bound and not form.errors else design.source["facts"]),
    }
    return show_tab(request, design, "facts", "designer/facts.html", context, at=at, status=status)


def _faulty(found: list[Problem]) -> list[str]:
    """The facts that keep the design from being published, each once."""
    return list(dict.fromkeys(one.place.partition(".")[0] for one in found if one.part == "facts" and one.is_error))


@require_POST
def facts_preview(request: HttpRequest, design_id: int) -> HttpResponse:
    """The procedure's page as it would be with what is typed."""
    design = fetch_design(request, design_id, at=timezone.now())
    form = _form(request, design)
    shown = form.facts() if form.is_valid() else design.source["facts"]
    return render(request, "designer/_facts_preview.html", {"shown": facts_shown(shown), "design": design})
