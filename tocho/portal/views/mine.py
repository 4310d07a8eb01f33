"""The pages of a person's own matters; without an account they show what this browser has opened."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tocho.lib.text import whole_number

from ..mine import Person
from ..mine import my_documents as documents_page
from ..mine import my_page as page_of

GRANTED = "applications"  # where modules/procedures keeps the applications this browser may open


def person(request: HttpRequest) -> Person:
    """Who looks; a browser without a session is nobody, and none is begun for it."""
    granted = request.session.get(GRANTED, ()) if request.session.session_key else ()
    return Person(request.user.pk, tuple(granted))


@login_not_required
@require_GET
def my_page(request: HttpRequest) -> HttpResponse:
    shown = request.GET.get("shown", "")
    page = page_of(
        person(request),
        shown=shown if shown in ("open", "done") else "",
        text=request.GET.get("q", "").strip()[:100],
        after=whole_number(request.GET.get("after", "")),
        at=timezone.now(),
    )
    return render(request, "portal/my_page.html", {"page": page})


@login_not_required
@require_GET
def my_documents(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/my_documents.html", {"page": documents_page(person(request))})
