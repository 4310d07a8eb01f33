from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tocho.lib.text import whole_number

from ..models import Design
from ..permissions import designs_visible_to
from ..queries import design_list as design_rows
from .access import fetch_design


@require_GET
def design_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    page = design_rows(
        designs_visible_to(request.user.pk or 0, at=at),
        text=text,
        state=state,
        after=whole_number(request.GET.get("after", "")),
    )
    context = {"page": page, "q": text, "state": state, "states": Design.State.choices}
    return render(request, "designer/design_list.html", context)


@require_GET
def design_detail(request: HttpRequest, design_id: int) -> HttpResponse:
    fetch_design(request, design_id, at=timezone.now())
    return redirect("designer:facts", design_id)
