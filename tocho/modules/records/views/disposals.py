from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.org import api as org

from .. import actions
from ..forms import ListForm, OutcomeForm, ReasonForm
from ..models import DisposalItem, DisposalList
from ..permissions import can_agree, can_change, lists_visible_to, needs_archive
from ..queries import detail, listing
from .access import crumbs, fetch_list, need_reach, past_choices, show, unit_choices


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("廃棄協議"), reverse("records:list_list")), *last)


@require_GET
def list_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    try:
        page = listing.list_page(lists_visible_to(request.user, at=at), filters, on=org.office_day(at))
    except ValueError:
        return redirect("records:list_list")
    context = {
        "page": page,
        "filters": filters,
        "states": [("", _("すべて")), *DisposalList.State.choices],
        "can_make": bool(unit_choices(request.user, at=at)),
        "crumbs": crumbs((_("廃棄協議"), "")),
    }
    return render(request, "records/list_list.html", context)


@require_http_methods(["GET", "POST"])
def list_make(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = unit_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    units += past_choices(request.user, at=at)
    form = ListForm(units, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_list(actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            return redirect("records:list_detail", made.pk)
    title = _("廃棄協議の一覧を作る")
    context = {"form": form, "title": title, "verb": _("作る"), "crumbs": _crumbs((title, ""))}
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


@require_GET
def list_detail(request: HttpRequest, list_id: int) -> HttpResponse:
    at = timezone.now()
    disposal = fetch_list(request, list_id, at=at)
    context = {
        "page": detail.list_detail(disposal, on=org.office_day(at)),
        "disposal": disposal,
        "can_change": can_change(request.user, disposal.unit, at=at),
        "can_agree": disposal.state == "proposed" and can_agree(request.user, disposal, at=at),
        "needs_archive": disposal.state == "proposed" and needs_archive(disposal),
        "is_proposer": disposal.proposed_by_id == request.user.pk,
        "crumbs": _crumbs((disposal.title, "")),
    }
    return render(request, "records/list_detail.html", context)


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    at = timezone.now()
    item = DisposalItem.objects.select_related("file").filter(id=item_id).first()
    if item is None:
        raise Http404
    disposal = fetch_list(request, item.list_id, at=at, to_change=True)
    initial = {"outcome": item.outcome, "extend_until": item.extend_until, "reason": item.reason}
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("records:list_detail", args=[disposal.pk])
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_outcome(item_id=item.pk, actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            return redirect(back)
    context = {"form": form, "title": str(item.file), "verb": _("決める"), "back": back}
    context["crumbs"] = _crumbs((disposal.title, back), (item.file.reference, ""))
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


@require_POST
def list_propose(request: HttpRequest, list_id: int) -> HttpResponse:
    at = timezone.now()
    disposal = fetch_list(request, list_id, at=at, to_change=True)
    actions.propose_list(list_id=disposal.pk, actor=org.actor_of(request.user.pk, at=at), at=at)
    messages.success(request, _("協議に出しました。別の人の同意を待ちます。"))
    return redirect("records:list_detail", disposal.pk)


@require_POST
def list_agree(request: HttpRequest, list_id: int) -> HttpResponse:
    at = timezone.now()
    disposal = fetch_list(request, list_id, at=at)
    if not can_agree(request.user, disposal, at=at):
        raise PermissionDenied
    actions.agree_list(list_id=disposal.pk, actor=org.actor_of(request.user.pk, at=at), at=at)
    messages.success(request, _("同意しました。廃棄と移管を始めます。"))
    return redirect("records:list_detail", disposal.pk)


@require_http_methods(["GET", "POST"])
def list_withdraw(request: HttpRequest, list_id: int) -> HttpResponse:
    at = timezone.now()
    disposal = fetch_list(request, list_id, at=at, to_change=True)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("records:list_detail", args=[disposal.pk])
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_list(
                list_id=disposal.pk, actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data
            )
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("取りやめました。"))
            return redirect(back)
    title = _("協議を取りやめる")
    context = {"form": form, "title": title, "verb": title, "back": back}
    context["crumbs"] = _crumbs((disposal.title, back), (title, ""))
    return render(request, "records/form.html", context, status=422 if form.errors else 200)
