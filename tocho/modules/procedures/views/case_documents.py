"""The documents of a case, for the office: accepted or noted to go back one by one, returned all at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.calendar import api as calendar
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import ReturnForm
from ..models import Correction
from ..queries import case_page, documents_of
from ..rules import CORRECTION_BUSINESS_DAYS
from .access import fetch_case, read_case
from .cases import actor_of


@require_GET
def case_documents(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = read_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    brief = documents_of(application, office=True)
    if brief is None:
        raise Http404
    actions.record_look(application=application, actor=actor_of(request, application, at=at), at=at)
    return render(request, "procedures/case_documents.html", {"page": page, "brief": brief})


@require_POST
def case_document_judge(request: HttpRequest, case_id: int, key: str) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    party = request.POST.get("party", "applicant")
    reason = None if "_accept" in request.POST else request.POST.get("reason", "")
    try:
        actions.judge_document(
            application_id=application.id,
            key=key,
            party=party,
            seen=whole_number(request.POST.get("seen", "")) or 0,
            reason=reason,
            actor=actor_of(request, application, at=at),
            at=at,
        )
    except Refused as refused:
        messages.error(request, refused.message)
    anchor = f"document-{key}-{party}".replace(":", "-")
    return redirect(f"{reverse('procedures:case_documents', args=[case_id])}#{anchor}")


def _said(returned: Correction | None) -> str:
    if returned is None:
        return _("書類を区市町村に返却しました。標準処理期間は動いています。")
    return _("書類を返却しました。標準処理期間は止まっています。")


@require_http_methods(["GET", "POST"])
def case_documents_return(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    brief = documents_of(application, office=True)
    if brief is None:
        raise Http404
    deadline = calendar.add_business_days(calendar.office_day(at), CORRECTION_BUSINESS_DAYS)
    form = ReturnForm(request.POST if request.method == "POST" else None, initial={"deadline_on": deadline.isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            actor = actor_of(request, application, at=at)
            returned = actions.return_documents(application_id=application.id, actor=actor, at=at, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _said(returned))
            return redirect("procedures:case_detail", case_id)
    elif not page.mine:
        raise PermissionDenied
    context = {"page": page, "brief": brief, "form": form}
    return render(request, "procedures/case_documents_return.html", context, status=422 if form.errors else 200)
