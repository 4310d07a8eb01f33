from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.improvement import api as improvement

from .. import actions
from ..models import Application
from ..permissions import versions_of_office
from ..queries import definition, funnel_page
from .access import fetch_application


@login_not_required
@require_http_methods(["GET", "POST"])
def application_rate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The review at the end of an application: five levels and words, once."""
    application = fetch_application(request, public_id)
    if application.state == Application.State.DRAFT:
        return redirect("procedures:application_review", public_id)
    form = improvement.ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            improvement.give_review(
                about=actions.reviewed(application),
                actor=Actor(user_id=application.user_id),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("ご意見をありがとうございました。手続の改善に生かします。"))
            return redirect("procedures:application_status", public_id)
    subject = actions.subject_of(application)
    context = {
        "application": application,
        "form": form,
        "title": definition(application.version_id).title(get_language() or "ja"),
        "is_done": improvement.has_review(subject.type, subject.id),
    }
    return render(request, "procedures/application_rate.html", context, status=422 if form.errors else 200)


@require_GET
def procedure_funnel(request: HttpRequest, key: str) -> HttpResponse:
    """Where people stop in the form, for the office of the procedure."""
    versions = versions_of_office(request.user.pk or 0, key=key, at=timezone.now())
    if not versions:
        raise Http404
    wanted = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == wanted), versions[0])
    return render(request, "procedures/procedure_funnel.html", {"page": funnel_page(version, versions)})
