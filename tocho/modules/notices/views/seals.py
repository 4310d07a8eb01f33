"""公印審査: what waits, one by one with its decision beside it or many at once; what was returned; 包括承認."""

from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions, rules
from ..forms import AuthorisationForm, MendForm, ReturnSealForm, RevokeAuthorisationForm
from ..models import Notice, SealAuthorisation
from ..permissions import (
    authorisations_visible_to,
    can_review_seal,
    notices_to_seal,
    seal_bureaus_of,
)
from ..queries import seals
from .access import crumbs, fetch_notice, need_desk
from .corrections import draft_pages

MOST_AT_ONCE = 200


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("公印審査"), reverse("notices:seal_list")), *more)


def _fetch_waiting(request: HttpRequest, notice_id: int, *, at: datetime) -> Notice:
    notice = fetch_notice(request, notice_id, at=at)
    if not can_review_seal(request.user, notice.unit, at=at):
        raise PermissionDenied
    return notice


@require_http_methods(["GET", "POST"])
def seal_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if not seal_bureaus_of(request.user, at=at):
        raise PermissionDenied
    waiting = notices_to_seal(request.user, at=at)
    chosen = [number for text in request.POST.getlist("notice") if (number := whole_number(text)) is not None]
    refused: dict[int, str] = {}
    if request.method == "POST":
        ids = list(waiting.filter(id__in=chosen[:MOST_AT_ONCE]).order_by("id").values_list("id", flat=True))
        done = actions.review_seals(notice_ids=ids, actor=org.actor_of(request.user.pk, at=at), at=at)
        refused = dict(done.refused)
        if done.done:
            messages.success(request, _("%(n)s通の審査を終えました。署名して送ります。") % {"n": len(done.done)})
        if not refused and ids:
            return redirect("notices:seal_list")
        if not ids:
            messages.error(request, _("審査する通知を選んでください。"))
    after = whole_number(request.GET.get("after", "")) or 0
    rows, cursor = seals.seal_rows(waiting, user_id=request.user.pk or 0, after=after, at=at)
    context = {
        "rows": [(row, refused.get(row.notice.id, "")) for row in rows],
        "count": seals.waiting_count(waiting),
        "next": cursor,
        "picked": request.GET.get("pick") == "all",
        "pick_url": f"?pick=all&after={after}" if after else "?pick=all",
        "crumbs": crumbs((_("公印審査"), "")),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "notices/seal_list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def notice_review(request: HttpRequest, notice_id: int) -> HttpResponse:
    at = timezone.now()
    notice = _fetch_waiting(request, notice_id, at=at)
    returns = request.POST.get("do") == "return"
    form = ReturnSealForm(request.POST if returns else None)
    if request.method == "POST" and (form.is_valid() if returns else True):
        actor = org.actor_of(request.user.pk, at=at)
        try:
            if returns:
                actions.return_seal(notice_id=notice.id, reason=form.cleaned_data["reason"], actor=actor, at=at)
                messages.success(request, _("理由を付けて、担当の部署に戻しました。"))
            else:
                actions.review_seal(notice_id=notice.id, actor=actor, at=at)
                messages.success(request, _("審査を終えました。署名して送ります。"))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("notices:desk_detail", notice.id)
        return redirect("notices:seal_list" if notices_to_seal(request.user, at=at).exists() else "notices:desk_list")
    if not notice.awaits_seal:
        return redirect("notices:desk_detail", notice.id)
    row = seals.seal_row(notice, user_id=request.user.pk or 0, at=at)
    context = {
        "row": row,
        "notice": notice,
        "checks": seals.checks_of(row),
        "people": seals.people_of(row.decision),
        "standing": seals.standing_for(notice, at=at),
        "pages": draft_pages(notice),
        "form": form,
        "crumbs": _trail((notice.title, "")),
    }
    return render(request, "notices/notice_review.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def notice_mend(request: HttpRequest, notice_id: int) -> HttpResponse:
    at = timezone.now()
    notice = fetch_notice(request, notice_id, at=at, to_change=True)
    if not notice.seal_returned:
        return redirect("notices:desk_detail", notice.id)
    form = MendForm(notice, *((request.POST,) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        actor = org.actor_of(request.user.pk, at=at)
        answer = form.cleaned_data["answer"]
        try:
            actions.ask_seal_again(notice_id=notice.id, answer=answer, changes=form.changes(), actor=actor, at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("公印審査に、もう一度回しました。"))
            return redirect("notices:desk_detail", notice.id)
    here = reverse("notices:desk_detail", args=[notice.id])
    context = {
        "notice": notice,
        "form": form,
        "pages": draft_pages(notice),
        "crumbs": crumbs((notice.title, here), (_("公印審査から戻された通知"), "")),
    }
    return render(request, "notices/notice_mend.html", context, status=422 if form.errors else 200)


@require_GET
def authorisation_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_desk(request, at=at)
    context = {
        "rows": seals.standing_rows(authorisations_visible_to(request.user, at=at), at=at),
        "keeps": bool(seal_bureaus_of(request.user, at=at)),
        "crumbs": crumbs((_("包括承認"), "")),
    }
    return render(request, "notices/authorisation_list.html", context)


@require_http_methods(["GET", "POST"])
def authorisation_new(request: HttpRequest, notice_id: int) -> HttpResponse:
    """For the form of a notice that its keeper has before them: nobody authorises what they have not seen."""
    at = timezone.now()
    notice = _fetch_waiting(request, notice_id, at=at)
    today = org.office_day(at)
    initial = {"starts_on": today.isoformat(), "ends_on": _end_of_year(today)}
    form = AuthorisationForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        about = rules.Form(notice.kind, notice.template.source, notice.profile, notice.unit, notice.title)
        actor = org.actor_of(request.user.pk, at=at)
        try:
            made = actions.authorise(about, actions.Period(**form.cleaned_data), actor=actor, at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("包括承認をしました。次に作られる通知から、審査を待たずに署名します。"))
            return redirect("notices:authorisation_detail", made)
    context = {"notice": notice, "form": form, "pages": draft_pages(notice), "crumbs": _trail((_("包括承認"), ""))}
    return render(request, "notices/authorisation_new.html", context, status=422 if form.errors else 200)


def _end_of_year(today: date) -> str:
    """The last day of the fiscal year (3月31日), by which most authorisations are looked at anew."""
    return date(today.year + (today.month > 3), 3, 31).isoformat()


@require_http_methods(["GET", "POST"])
def authorisation_detail(request: HttpRequest, authorisation_id: int) -> HttpResponse:
    at = timezone.now()
    need_desk(request, at=at)
    seen = authorisations_visible_to(request.user, at=at).filter(id=authorisation_id)
    row = next(iter(seals.standing_rows(seen, at=at)), None)
    if row is None:
        raise Http404
    keeps = row.authorisation.bureau in seal_bureaus_of(request.user, at=at)
    form = RevokeAuthorisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied
        if form.is_valid():
            _revoke(request, row.authorisation, form.cleaned_data["reason"], at=at)
            return redirect("notices:authorisation_detail", authorisation_id)
    uses, cursor = seals.uses_of(row.authorisation, after=whole_number(request.GET.get("after", "")))
    context = {
        "row": row,
        "uses": uses,
        "next": cursor,
        "form": form,
        "can_revoke": keeps and row.authorisation.revoked_at is None,
        "crumbs": crumbs((_("包括承認"), reverse("notices:authorisation_list")), (row.authorisation.title, "")),
    }
    return render(request, "notices/authorisation_detail.html", context, status=422 if form.errors else 200)


def _revoke(request: HttpRequest, row: SealAuthorisation, reason: str, *, at: datetime) -> None:
    actor = org.actor_of(request.user.pk, at=at)
    actions.revoke_authorisation(authorisation_id=row.id, reason=reason, actor=actor, at=at)
    messages.success(request, _("包括承認を取り消しました。次の通知から、1通ずつ公印審査をします。"))
