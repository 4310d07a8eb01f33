"""The pages of a person's own matters; without an account they show what this browser has opened."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.accounts import api as accounts
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from ..held import close_account, copy_as_json, copy_as_zip, held_page, reasons_to_stay
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


@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    page = held_page(request.user.pk or 0, before=whole_number(request.GET.get("after", "")))
    return render(request, "portal/my_data.html", {"page": page})


@require_POST
def my_copy(request: HttpRequest) -> HttpResponse | FileResponse:
    """A copy of everything, as JSON or, with the files, as a ZIP; that it was taken is recorded."""
    user_id = request.user.pk or 0
    accounts.record_export(user_id=user_id, at=timezone.now())
    headers = {"Cache-Control": "private, no-store"}
    if request.POST.get("form") == "json":
        headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return HttpResponse(copy_as_json(user_id), content_type="application/json", headers=headers)
    return FileResponse(copy_as_zip(user_id), as_attachment=True, filename="my-data.zip", headers=headers)


@require_http_methods(["GET", "POST"])
def account_close(request: HttpRequest) -> HttpResponse:
    user_id = request.user.pk or 0
    if request.method == "POST":
        try:
            close_account(user_id=user_id, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("portal:account_close")
        logout(request)
        messages.success(request, _("アカウントを削除しました。ご利用ありがとうございました。"))
        return redirect("portal:front")
    return render(request, "portal/account_close.html", {"reasons": reasons_to_stay(user_id)})
