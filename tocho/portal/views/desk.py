"""The employee's desk: today's work in one inbox, and a search over what one may see."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ..inbox import DeskFilter, desk_page
from ..permissions import units_tended_by


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    try:
        page = desk_page(
            user=request.user,
            shown=DeskFilter.of(request.GET),
            after=request.GET.get("after") or None,
            at=at,
        )
    except ValueError:
        return redirect("portal:desk")
    if not page.posts:
        if units_tended_by(request.user, at=at):
            return redirect("portal:stalled")
        raise PermissionDenied
    template = "portal/_desk_rows.html" if request.htmx else "portal/desk.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": page})


@require_GET
def desk_search(request: HttpRequest) -> HttpResponse:
    """A receipt number or a name: the list of cases, filtered."""
    text = request.GET.get("q", "").strip()[:100]
    return redirect(f"{reverse('procedures:case_list')}?{urlencode({'q': text})}")
