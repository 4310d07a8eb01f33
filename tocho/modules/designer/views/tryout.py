from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from .access import fetch_design, show_tab


@require_GET
def tryout(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    return show_tab(request, design, "tryout", "designer/tryout.html", {}, at=at)
