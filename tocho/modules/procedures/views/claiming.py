"""Taking applications into one's account, and deleting a draft: both ask before they act."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.ui.tags.words import day_words

from .. import actions
from ..forms import ClaimForm
from ..models import Application
from ..permissions import claimable_by
from ..queries import my_applications
from .access import SESSION_KEY, fetch_application


@require_http_methods(["GET", "POST"])
def application_claim(request: HttpRequest) -> HttpResponse:
    user_id = request.user.pk or 0
    rows = my_applications(claimable_by(user_id, request.session.get(SESSION_KEY, ())), limit=50)
    if request.method == "GET":
        choices = [
            (str(row.public_id), row.title, " ".join((row.state_label, row.receipt_number, day_words(row.day, "date"))))
            for row in rows
        ]
        return render(request, "procedures/application_claim.html", {"rows": rows, "form": ClaimForm(choices)})
    chosen = set(request.POST.getlist("application"))
    ids = [row.id for row in rows if str(row.public_id) in chosen]
    try:
        taken = actions.claim_applications(application_ids=ids, user_id=user_id, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        if taken:
            messages.success(request, _("%(n)d件の手続をアカウントに入れました。") % {"n": taken})
        else:
            messages.info(request, _("アカウントに入れた手続はありません。"))
    return redirect("portal:my_page")


@login_not_required
@require_http_methods(["GET", "POST"])
def draft_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    application = fetch_application(request, public_id)
    if request.method == "POST":
        try:
            actions.discard_draft(
                application_id=application.id, actor=Actor(user_id=request.user.pk), at=timezone.now()
            )
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("procedures:application_status", public_id)
        messages.success(request, _("下書きを削除しました。"))
        return redirect("portal:my_page")
    if application.state != Application.State.DRAFT:
        return redirect("procedures:application_status", public_id)
    (row,) = my_applications(Application.objects.filter(id=application.id))
    return render(request, "procedures/draft_discard.html", {"row": row})
