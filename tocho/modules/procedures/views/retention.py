from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.lib.errors import Refused

from .. import actions
from ..forms import HoldForm
from ..queries import retention_page
from .access import fetch_case
from .cases import actor_of


@require_http_methods(["GET", "POST"])
def case_retention(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    actor = actor_of(request, application, at=at)
    if "_release" in request.POST:
        actions.release_application(application_id=application.id, actor=actor, at=at)
        messages.success(request, _("消去の停止を解きました。"))
        return redirect("procedures:case_retention", case_id)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold_application(
                application_id=application.id, reason=form.cleaned_data["reason"], actor=actor, at=at
            )
        except Refused as refused:
            form.add_error("reason", refused.message)
        else:
            messages.success(request, _("消去を止めました。"))
            return redirect("procedures:case_retention", case_id)
    context = {"page": retention_page(application), "form": form}
    return render(request, "procedures/case_retention.html", context, status=422 if form.errors else 200)
