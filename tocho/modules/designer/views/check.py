from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..queries import checklist, problem_rows
from ..rules.guideline import CHECKS
from .access import actor_of, fetch_design, fetch_own_design, show_tab


@require_GET
def check(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    rows, faults = checklist(design), problem_rows(design)
    context = {
        "problem_rows": faults,
        "publishable": not any(row.is_error for row in faults),
        "checks": rows,
        "fine": sum(row.state != "mend" for row in rows),
    }
    return show_tab(request, design, "check", "designer/check.html", context, at=at)


@require_POST
def check_explain(request: HttpRequest, design_id: int, key: str) -> HttpResponse:
    """Why an item of the guideline does not hold here; an empty reason takes the exception back."""
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    if key not in {name for name, _title, _why in CHECKS}:
        raise Http404
    reason = request.POST.get("reason", "")
    actions.explain_exception(
        design_id=design.id, check=key, reason=reason, actor=actor_of(request, design, at=at), at=at
    )
    return redirect(reverse("designer:check", args=[design.id]) + f"#check-{key}")
