from dataclasses import replace
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from tocho.engines.rest.api import Operation, event_titles, operations

from ..rest import api


@lru_cache(maxsize=1)
def _operations() -> tuple[Operation, ...]:
    return operations(api.get_openapi_schema())


@login_not_required
@require_GET
def api_reference(request: HttpRequest) -> HttpResponse:
    context = {
        "operations": [replace(one, title=gettext(one.title)) for one in _operations()],
        "events": list(event_titles().items()),
        "site": settings.SITE_URL,
    }
    return render(request, "portal/api_reference.html", context)
