"""An officer files for a person who comes to the counter, writes on paper or calls."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tocho.core.org import api as org

from .. import actions
from ..forms import CounterForm
from ..queries import current_version, definition, offered_by
from .access import grant


@require_http_methods(["GET", "POST"])
def counter_start(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    bureaus = _bureaus(request.user.pk or 0, at=at)
    procedures = offered_by(bureaus, language=get_language() or "ja", at=at)
    form = CounterForm(
        [(card.key, card.title) for card in procedures], request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        filing = actions.Filing(request.user.pk or 0, given["channel"], given["identity"])
        version = current_version(given["procedure"])
        application = actions.start_application(
            version=version, user_id=None, language=get_language() or "ja", filing=filing, at=at
        )
        grant(request, str(application.public_id))
        first = definition(version.id).form.steps_for({})[0].key
        return redirect("procedures:application_step", application.public_id, first)
    context = {"form": form, "procedures": procedures}
    return render(request, "procedures/counter_start.html", context, status=422 if form.errors else 200)


def _bureaus(user_id: int, *, at: datetime) -> frozenset[str]:
    """The bureaus in which the person holds a post. :raises PermissionDenied: none"""
    posts = org.posts_of(user_id, at=at)
    if not posts:
        raise PermissionDenied
    return frozenset(org.bureau_of(post.unit_code).code for post in posts)
