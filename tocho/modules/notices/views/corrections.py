"""訂正: the words of a notice changed, seen as the document they make, and sent in its place."""

import base64
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocho.core.org import api as org
from tocho.engines.documents import api as documents
from tocho.lib.errors import Refused
from tocho.modules.decisions import api as decisions

from .. import actions
from ..forms import CorrectionForm
from ..models import Notice
from ..permissions import can_review_seal
from ..queries import desk
from .access import crumbs, fetch_notice


@require_http_methods(["GET", "POST"])
def notice_correct(request: HttpRequest, notice_id: int) -> HttpResponse:
    at = timezone.now()
    notice = fetch_notice(request, notice_id, at=at, to_change=True)
    is_disposition = notice.profile == documents.DISPOSITION
    found = decisions.changes_of(notice.decision_id) if is_disposition and notice.decision_id else ()
    changing = [(row.id, f"{row.reference}　{row.title}") for row in found]
    form = CorrectionForm(notice, changing, *((request.POST,) if request.method == "POST" else ()))
    shown: dict[str, Any] = {"pages": [], "fault": None}
    if form.is_bound and form.is_valid():
        what = _correction(form)
        shown = _sketch(notice, what)
        if request.POST.get("do") == "send" and not shown["fault"]:
            try:
                new_id = actions.correct_notice(
                    notice_id=notice.id, what=what, actor=org.actor_of(request.user.pk, at=at), at=at
                )
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("訂正の通知を作りました。新しい通知が出ると、もとの通知は差し替わります。"))
                return redirect("notices:desk_detail", new_id)
    here = reverse("notices:desk_detail", args=[notice.id])
    context = {
        "notice": notice,
        "page": desk.notice_detail(notice, at=at),
        "form": form,
        "must_decide": is_disposition and not changing,
        "draft_url": f"{reverse('decisions:draft_new')}?change={notice.decision_id}" if notice.decision_id else "",
        "needs_review": notice.is_sealed,
        "crumbs": crumbs((notice.title, here), (_("訂正"), "")),
        **shown,
    }
    status = 422 if form.errors or shown["fault"] else 200
    return render(request, "notices/notice_correct.html", context, status=status)


def _correction(form: CorrectionForm) -> actions.Correction:
    given = form.cleaned_data
    return actions.Correction(
        reason=given["why"], changes=form.changes(), title=given["title"], decision_id=given.get("decision")
    )


def _sketch(notice: Notice, what: actions.Correction) -> dict[str, Any]:
    """The pages of the new document as pictures, or what is wrong with it."""
    now = timezone.now()
    data = actions.filled(actions.data_of_correction(notice, what), title=what.title, profile=notice.profile, at=now)
    sketch = documents.sketch(actions.DRAFT_MARK + notice.template.source, data)
    return {"pages": [_picture(page) for page in sketch.pages], "fault": sketch.fault}


def draft_pages(notice: Notice) -> list[str]:
    """The pages of a notice that is not sealed yet, as 公印審査 must see them."""
    sketch = documents.sketch(actions.DRAFT_MARK + notice.template.source, notice.data)
    return [_picture(page) for page in sketch.pages]


def _picture(page: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(page).decode()}"


@require_POST
def notice_withdraw(request: HttpRequest, notice_id: int) -> HttpResponse:
    """取下げ of a correction that waits: by who wrote it, or by 公印審査."""
    at = timezone.now()
    notice = fetch_notice(request, notice_id, at=at)
    if request.user.pk != notice.drafted_by_id and not can_review_seal(request.user, notice.unit, at=at):
        raise PermissionDenied
    actor = org.actor_of(request.user.pk, at=at)
    try:
        kept = actions.withdraw_correction(
            notice_id=notice.id, reason=request.POST.get("withdraw-reason", "")[:500], actor=actor, at=at
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("notices:desk_detail", notice.id)
    messages.success(request, _("訂正を取り下げました。もとの通知は、そのまま有効です。"))
    return redirect("notices:desk_detail", kept)
