import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.org import api as org
from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response

from .. import actions
from ..forms import CorrectForm, DecideForm, ExtendForm, ReasonForm, RequestForm, VerdictForm
from ..models import DisclosureItem, DisclosureRequest, Document
from ..permissions import can_change, documents_visible_to, reach_of, received_visible_to, requests_visible_to
from ..queries import listing
from ..queries import requests as reads
from .access import crumbs, need_reach, show, unit_choices
from .copies import opened

FOUND = 100  # documents of one page of a search


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("開示請求"), reverse("records:request_list")), *last)


def _fetch(request: HttpRequest, request_id: int, *, at: datetime) -> DisclosureRequest:
    found = requests_visible_to(request.user, at=at).select_related("received").filter(id=request_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_reach(request, at=at)
    filters = listing.Filters.of(request.GET)
    try:
        page = reads.request_page(requests_visible_to(request.user, at=at), filters, on=org.office_day(at))
    except ValueError:
        return redirect("records:request_list")
    context = {
        "page": page,
        "filters": filters,
        "query": filters.query(after=""),
        "states": [("", _("すべて")), *DisclosureRequest.State.choices],
        "can_add": bool(unit_choices(request.user, at=at)),
        "crumbs": crumbs((_("開示請求"), "")),
    }
    return render(request, "records/request_list.html", context)


@require_GET
def request_register(request: HttpRequest, form: str) -> HttpResponseBase:
    at = timezone.now()
    need_reach(request, at=at)
    filters, rows = listing.Filters.of(request.GET), requests_visible_to(request.user, at=at)
    table = reads.register_rows(rows, filters, on=org.office_day(at))
    return table_response(request, form, "requests", reads.REGISTER_COLUMNS, table)


@require_http_methods(["GET", "POST"])
def request_add(request: HttpRequest) -> HttpResponse:
    """A request, perhaps of a received document that the address names."""
    at = timezone.now()
    units = unit_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    named = whole_number(request.GET.get("received", "")) or 0
    received = received_visible_to(request.user, at=at).filter(id=named).first()
    initial: dict[str, Any] = {"requested_on": org.office_day(at).isoformat()}
    if received:
        initial |= {"requested_on": received.arrived_on.isoformat(), "title": received.title}
    form = RequestForm(units, request.POST if request.method == "POST" else None, initial)
    if request.method == "POST" and form.is_valid():
        once = f"{request.user.pk}:{form.cleaned_data.pop('once') or secrets.token_urlsafe(12)}"
        try:
            made = actions.open_request(
                once=once,
                received_id=received.pk if received else None,
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
                **form.cleaned_data,
            )
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("受け付けました。文書をさがしてください。"))
            return redirect("records:request_detail", made.pk)
    title = _("開示請求を受け付ける")
    context = {"form": form, "title": title, "verb": _("受け付ける"), "crumbs": _crumbs((title, ""))}
    context["back"] = reverse("records:request_list")
    return render(request, "records/form.html", context, status=422 if form.errors else 200)


@require_GET
def request_detail(request: HttpRequest, request_id: int) -> HttpResponse:
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    context = {
        "page": reads.request_detail(found, user=request.user, at=at),
        "asked": found,
        "received_is_open": found.received_id is not None
        and received_visible_to(request.user, at=at).filter(id=found.received_id).exists(),
        "can_change": can_change(request.user, found.unit, at=at),
        "crumbs": _crumbs((found.reference, "")),
    }
    return render(request, "records/request_detail.html", context)


@require_GET
def request_export(request: HttpRequest, request_id: int, form: str) -> HttpResponseBase:
    """The list of documents with what becomes of each and on which ground."""
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    rows = reads.item_rows(found, user=request.user, at=at)
    return table_response(request, form, f"disclosure-{found.reference}", reads.COLUMNS, rows)


@require_http_methods(["GET", "POST"])
def request_search(request: HttpRequest, request_id: int) -> HttpResponse:
    """Look for documents, each search recorded; what is chosen goes on the list of the request."""
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    if not can_change(request.user, found.unit, at=at):
        raise PermissionDenied
    if found.state != "open":
        return redirect("records:request_detail", found.pk)
    actor = org.actor_of(request.user.pk, at=at)
    if request.method == "POST":
        chosen = [key for text in request.POST.getlist("document") if (key := whole_number(text))][:FOUND]
        seen = documents_visible_to(request.user, at=at).filter(id__in=chosen)
        keys = list(seen.values_list("id", flat=True))
        count = actions.add_items(request_id=found.pk, document_ids=keys, actor=actor, at=at)
        messages.success(
            request, _("%(count)s件の文書を加えました。文書のあるファイルの廃棄を止めました。") % {"count": count}
        )
        return redirect("records:request_detail", found.pk)
    return _searched(request, found, at=at)


def _searched(request: HttpRequest, found: DisclosureRequest, *, at: datetime) -> HttpResponse:
    filters, day = listing.Filters.of(request.GET), org.office_day(at)
    page = None
    if filters.is_narrow:
        try:
            page = listing.document_page(reach_of(request.user, at=at), filters, on=day, limit=FOUND)
        except ValueError:
            return redirect("records:request_search", found.pk)
        asked = {name: getattr(filters, name) for name in ("q", "unit", "classification", "kind", "first", "last")}
        if not filters.after:
            actor = org.actor_of(request.user.pk, at=at)
            actions.note_search(request_id=found.pk, asked=asked, found=len(page.rows), actor=actor, at=at)
    everything = [("", _("すべて"))]
    classes = [(each.code, str(each)) for each in listing.classifications(on=day)]
    context = {
        "asked": found,
        "page": page,
        "known": set(found.items.values_list("document_id", flat=True)),
        "filters": filters,
        "selects": [
            ("unit", _("部署"), [*everything, *unit_choices(request.user, at=at)], filters.unit),
            ("classification", _("分類"), [*everything, *classes], filters.classification),
            ("kind", _("種類"), [*everything, *Document.Kind.choices], filters.kind),
        ],
        "crumbs": _crumbs(
            (found.reference, reverse("records:request_detail", args=[found.pk])), (_("文書をさがす"), "")
        ),
    }
    return render(request, "records/request_search.html", context)


def _item(request: HttpRequest, entry_id: int, *, at: datetime) -> tuple[DisclosureItem, DisclosureRequest]:
    item = DisclosureItem.objects.select_related("document__file").filter(id=entry_id).first()
    if item is None:
        raise Http404
    return item, _fetch(request, item.request_id, at=at)


@require_GET
def request_item_open(request: HttpRequest, entry_id: int) -> HttpResponseBase:
    """A document of a request; each look is recorded with the request it was for."""
    at = timezone.now()
    item, _found = _item(request, entry_id, at=at)
    document = documents_visible_to(request.user, at=at).filter(id=item.document_id).first()
    if document is None:
        raise Http404
    actions.note_item_seen(item_id=item.pk, actor=org.actor_of(request.user.pk, at=at), at=at)
    return opened(request, document, at=at)


@require_http_methods(["GET", "POST"])
def request_item_judge(request: HttpRequest, entry_id: int) -> HttpResponse:
    at = timezone.now()
    item, found = _item(request, entry_id, at=at)
    initial = {"verdict": item.verdict, "exemption": item.exemption, "note": item.note}
    form = VerdictForm(request.POST if request.method == "POST" else None, initial=initial)
    can_see = documents_visible_to(request.user, at=at).filter(id=item.document_id).exists()
    title = item.document.title if can_see else item.document.number or _("番号なし")

    def act(**given: Any) -> object:
        return actions.judge_item(item_id=item.pk, **given)

    return _verb(request, found, form, title=title, verb=_("決める"), act=act, at=at)


@require_http_methods(["GET", "POST"])
def request_correct(request: HttpRequest, request_id: int) -> HttpResponse:
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    form = CorrectForm(request.POST if request.method == "POST" else None, initial={"title": found.title})

    def act(**given: Any) -> object:
        return actions.correct_request(request_id=found.pk, **given)

    return _verb(request, found, form, title=_("補正を記録する"), verb=_("記録する"), act=act, at=at)


@require_http_methods(["GET", "POST"])
def request_extend(request: HttpRequest, request_id: int) -> HttpResponse:
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    form = ExtendForm(request.POST if request.method == "POST" else None)

    def act(**given: Any) -> object:
        return actions.extend_request(request_id=found.pk, **given)

    return _verb(request, found, form, title=_("期限を延ばす"), verb=_("延ばす"), act=act, at=at)


@require_http_methods(["GET", "POST"])
def request_decide(request: HttpRequest, request_id: int) -> HttpResponse:
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    initial = {"decided_on": org.office_day(at).isoformat()}
    form = DecideForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(**given: Any) -> object:
        return actions.decide_request(request_id=found.pk, **given)

    return _verb(request, found, form, title=_("決定を記録する"), verb=_("記録する"), act=act, at=at)


@require_http_methods(["GET", "POST"])
def request_close(request: HttpRequest, request_id: int) -> HttpResponse:
    at = timezone.now()
    found = _fetch(request, request_id, at=at)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    title = _("完結する") if found.state == "decided" else _("取下げを記録する")

    def act(**given: Any) -> object:
        return actions.close_request(request_id=found.pk, **given)

    return _verb(request, found, form, title=title, verb=title, act=act, at=at)


def _verb(
    request: HttpRequest, found: DisclosureRequest, form: forms.Form, *, title: str, verb: str, act: Any, at: datetime
) -> HttpResponse:
    """A page that asks for what an act on a request needs, and does it."""
    if not can_change(request.user, found.unit, at=at):
        raise PermissionDenied
    back = reverse("records:request_detail", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data)
        except actions.RecordsRefused as refused:
            show(form, refused)
        else:
            messages.success(request, _("記録しました。"))
            return redirect(back)
    context = {"form": form, "title": title, "verb": verb, "back": back}
    context["crumbs"] = _crumbs((found.reference, back), (title, ""))
    return render(request, "records/form.html", context, status=422 if form.errors else 200)
