"""The notices of an office: where each one is, what shows its arrival, and the post."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.files import api as files
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import LetterForm, ReturnForm, RevokeForm, ServeForm, WithdrawForm
from ..models import Notice
from ..permissions import can_review_seal, can_work_on, notices_visible_to, seal_bureaus_of
from ..queries import desk
from .access import crumbs, fetch_notice, need_desk, own_units
from .corrections import draft_pages


@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units, filters, day = need_desk(request, at=at), desk.Filters.of(request.GET), org.office_day(at)
    rows = notices_visible_to(request.user, at=at)
    counts = desk.state_counts(rows)
    here = reverse("notices:desk_list")
    waiting = counts.get("sealed", 0) + counts.get("undelivered", 0)
    chips = [(_("すべて"), here), (f"{_('郵送するもの')} {waiting:,}", f"{here}?state=post")]
    chips += [
        (f"{label} {counts[key]:,}", f"{here}?state={key}") for key, label in Notice.State.choices if key in counts
    ]
    if unreviewed := desk.awaiting_review(rows).count():
        chips.append((f"{_('公印審査待ち')} {unreviewed:,}", f"{here}?state=review"))
    if troubled := desk.trouble_count(rows):
        chips.append((f"{_('直すところがあるもの')} {troubled:,}", f"{here}?problem=1"))
    query = request.GET.copy()
    query.pop("after", None)
    offices = [(code, org.label_of(code, on=day)) for code in sorted(units)]
    context = {
        "page": desk.notice_page(rows, filters, on=day),
        "filters": filters,
        "chips": chips,
        "shown": f"{here}?problem=1" if filters.problem else f"{here}?state={filters.state}" if filters.state else here,
        "units": [("", _("すべて")), *offices] if len(offices) > 1 else [],
        "query": query.urlencode(),
        "can_make": bool(own_units(request, at=at)),
        "keeps_seal": bool(seal_bureaus_of(request.user, at=at)),
    }
    return render(request, "notices/desk_list.html", context)


@require_GET
def desk_export(request: HttpRequest, form: str) -> HttpResponseBase:
    at = timezone.now()
    need_desk(request, at=at)
    rows = desk.filtered(notices_visible_to(request.user, at=at), desk.Filters.of(request.GET))
    table = desk.table_rows(rows, on=org.office_day(at))
    return table_response(request, form, "notices", desk.COLUMNS, table)


@require_GET
def desk_labels(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_desk(request, at=at)
    context = {"rows": desk.labels(notices_visible_to(request.user, at=at), on=org.office_day(at))}
    return render(request, "notices/desk_labels.html", context)


@require_http_methods(["GET", "POST"])
def desk_post(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = {code for code, _label in own_units(request, at=at)}
    need_desk(request, at=at)
    waiting = notices_visible_to(request.user, at=at).filter(unit__in=units)
    is_post = request.method == "POST"
    form = LetterForm(request.POST if is_post else None, initial={"posted_on": org.office_day(at).isoformat()})
    chosen = {number for text in request.POST.getlist("notice") if (number := whole_number(text)) is not None}
    if is_post and form.is_valid():
        ids = list(waiting.filter(id__in=chosen).values_list("id", flat=True))
        try:
            if not ids:
                raise Refused(_("発送した通知を選んでください。"))
            letter = actions.Letter(**form.cleaned_data)
            posted = actions.post_notices(
                notice_ids=ids, letter=letter, actor=org.actor_of(request.user.pk, at=at), at=at
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("%(n)s通の発送を記録しました。") % {"n": posted})
            return redirect("notices:desk_post")
    context = {
        "rows": desk.labels(waiting, on=org.office_day(at)),
        "form": form,
        "chosen": chosen,
        "crumbs": crumbs((_("郵送"), "")),
    }
    return render(request, "notices/desk_post.html", context, status=422 if form.errors else 200)


@require_GET
def desk_detail(request: HttpRequest, notice_id: int) -> HttpResponse:
    return _show(request, fetch_notice(request, notice_id, at=timezone.now()))


def _show(request: HttpRequest, notice: Notice, bound: forms.Form | None = None) -> HttpResponse:
    at = timezone.now()
    today = {"posted_on": org.office_day(at).isoformat(), "returned_on": org.office_day(at).isoformat()}
    offered = (("post", LetterForm), ("return", ReturnForm), ("serve", ServeForm), ("revoke", RevokeForm),
               ("withdraw", WithdrawForm))  # fmt: skip
    fresh = {name: kind(initial=today, prefix=name) for name, kind in offered}
    page = desk.notice_detail(notice, at=at)
    context = {
        "page": page,
        "pages": draft_pages(notice) if page.awaits_review else [],
        "notice": notice,
        "forms": {name: bound if isinstance(bound, type(form)) else form for name, form in fresh.items()},
        "can_seal": request.user.pk != notice.drafted_by_id and can_review_seal(request.user, notice.unit, at=at),
        "is_author": request.user.pk == notice.drafted_by_id,
        "can_change": can_work_on(request.user, notice.unit, at=at),
        "crumbs": crumbs((notice.title, "")),
    }
    return render(request, "notices/desk_detail.html", context, status=422 if bound else 200)


@require_GET
def desk_download(request: HttpRequest, notice_id: int) -> HttpResponseBase:
    """The PDF for printing; the office's own look is no arrival."""
    at = timezone.now()
    notice = fetch_notice(request, notice_id, at=at)
    return files.download_response(actions.keep_document(notice_id=notice.id, at=at), inline=True)


@require_GET
def desk_proof(request: HttpRequest, notice_id: int) -> HttpResponse:
    at = timezone.now()
    notice = fetch_notice(request, notice_id, at=at)
    return render(request, "notices/desk_proof.html", {"page": desk.notice_detail(notice, at=at), "at": at})


def _act(
    request: HttpRequest, notice_id: int, form: forms.Form | None, act: Callable[..., Any], done: str, **more: Any
) -> HttpResponse:
    """Do one thing to a notice; what is wrong stands on its form."""
    at = timezone.now()
    notice = fetch_notice(request, notice_id, at=at, to_change=True)
    if form is not None and not form.is_valid():
        return _show(request, notice, form)
    given = more or (form.cleaned_data if form is not None else {})
    try:
        act(notice_id=notice.id, actor=org.actor_of(request.user.pk, at=at), at=at, **given)
    except Refused as refused:
        if form is None:
            raise
        form.add_error(None, refused.message)
        return _show(request, notice, form)
    messages.success(request, done)
    return redirect("notices:desk_detail", notice.id)


@require_POST
def notice_post(request: HttpRequest, notice_id: int) -> HttpResponse:
    form = LetterForm(request.POST, prefix="post")
    letter = actions.Letter(**form.cleaned_data) if form.is_valid() else None
    return _act(request, notice_id, form, actions.hand_over, _("発送を記録しました。"), letter=letter)


@require_POST
def notice_return(request: HttpRequest, notice_id: int) -> HttpResponse:
    form = ReturnForm(request.POST, prefix="return")
    return _act(request, notice_id, form, actions.note_return, _("返戻を記録しました。"))


@require_POST
def notice_serve(request: HttpRequest, notice_id: int) -> HttpResponse:
    form = ServeForm(request.POST, prefix="serve")
    return _act(request, notice_id, form, actions.serve_publicly, _("公示を記録しました。"))


@require_POST
def notice_revoke(request: HttpRequest, notice_id: int) -> HttpResponse:
    form = RevokeForm(request.POST, prefix="revoke")
    return _act(request, notice_id, form, actions.revoke_by_office, _("取り消しました。"))


@require_POST
def notice_undelivered(request: HttpRequest, notice_id: int) -> HttpResponse:
    return _act(request, notice_id, None, actions.mark_undelivered, _("不達にしました。郵送の一覧に入ります。"))
