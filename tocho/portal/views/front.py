"""What a resident sees first: the front door, the search, my page."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tocho.engines.search import api as search
from tocho.modules.procedures import api as procedures

from ..queries import live_numbers, search_chips
from .mine import person


def _mine(request: HttpRequest, limit: int) -> list[procedures.MyApplication]:
    who = person(request)
    return [] if who.is_nobody else procedures.applications_of(who.user_id, who.granted, limit=limit)


@login_not_required
@require_GET
def front(request: HttpRequest) -> HttpResponse:
    language = get_language() or "ja"
    context = {
        "popular": procedures.popular(language),
        "mine": [row for row in _mine(request, 10) if row.needs_me][:3],
        "numbers": live_numbers(),
        "chips": search_chips(),
    }
    return render(request, "portal/front.html", context)


@login_not_required
@require_GET
def search_results(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    hits = search.search(text, limit=20) if text else []
    return render(request, "portal/search.html", {"q": text, "hits": hits})


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Up, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
