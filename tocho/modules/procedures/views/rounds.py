"""次の審査へ: an examiner hands the case to the next round."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.lib.errors import Refused

from .. import actions
from ..forms import PassOnForm
from ..permissions import cases_visible_to
from ..queries import case_page
from .access import fetch_case
from .cases import actor_of


@require_http_methods(["GET", "POST"])
def case_pass_on(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    form = PassOnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request, application, at=at)
        try:
            actions.pass_on(application_id=case_id, finding=form.cleaned_data["finding"], actor=actor, at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("次の審査へ回しました。"))
            still = cases_visible_to(request.user.pk or 0, at=at).filter(id=case_id).exists()
            return redirect("procedures:case_detail", case_id) if still else redirect("procedures:case_list")
    elif not (page.mine and page.passes_on):
        raise PermissionDenied
    context = {"page": page, "form": form}
    return render(request, "procedures/case_pass_on.html", context, status=422 if form.errors else 200)
