from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.org import api as org
from tocho.engines.facts.api import is_within
from tocho.lib.text import whole_number
from tocho.modules.procedures import api as procedures
from tocho.ui.downloads import check_form, table_response

from .. import actions
from ..definitions import codebook
from ..forms import AddForm, AssignForm, GroupForm, MoveForm
from ..models import Authority, ProcedureEntry, State
from ..permissions import bureaus_edited_by, can_edit, can_see_inventory, entries_visible_to
from ..queries.detail import entry_detail as detail_page
from ..queries.listing import AT_ONCE, Filters, entry_page, file_columns, file_rows, filtered
from ..queries.places import bureaus_on
from ..queries.words import quarter_words
from ..rules import MOVES, values_of
from .access import (
    bureau_choices,
    fetch_entry,
    language_of,
    post_label,
    show_problems,
    unit_choices,
)


@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    day = org.office_day(at)
    if not can_see_inventory(request.user, at=at):
        raise PermissionDenied
    filters = Filters.of(request.GET)
    try:
        page = entry_page(entries_visible_to(request.user, at=at), filters, on=day)
    except ValueError:
        return redirect("inventory:entry_list")
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "page": page,
        "filters": filters,
        "selects": _selects(filters, page.quarters, day),
        "can_edit": bool(bureaus_edited_by(request.user, at=at)),
        "query": query.urlencode(),
    }
    return render(request, "inventory/entry_list.html", context)


def _selects(
    filters: Filters, quarters: tuple[int, ...], day: Any
) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """The selects of the list: name, label, choices, what is chosen."""
    bureaus = [(view.code, view.name) for view in org.bureaus(on=day)]
    online = [(code.key, code.ja) for code in codebook().by_key["online_status"].codes]
    offered: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("bureau", _("局"), bureaus),
        ("state", _("状態"), list(State.choices)),
        ("authority", _("権限区分"), list(Authority.choices)),
        ("main", _("主要手続"), [("yes", _("主要手続だけ")), ("no", _("主要手続のほか"))]),
        ("online", _("オンライン"), online),
        ("quarter", _("完了時期"), [(str(value), quarter_words(value)) for value in quarters]),
    ]
    sorts = [
        ("code", _("手続ID")),
        ("name", _("手続名")),
        ("volume", _("件数の多い順")),
        ("completes", _("完了の早い順")),
        ("changed", _("新しく変わった順")),
    ]
    rows = [(name, label, [("", _("すべて")), *choices], getattr(filters, name)) for name, label, choices in offered]
    return [*rows, ("sort", _("並び順"), sorts, filters.sort or "code")]


@require_GET
def entry_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is filtered, in the columns of the code book: CSV or Excel; a long one by a job."""
    at = timezone.now()
    if not can_see_inventory(request.user, at=at):
        raise PermissionDenied
    check_form(form)
    day = org.office_day(at)
    found = filtered(entries_visible_to(request.user, at=at), Filters.of(request.GET), on=day)
    if found.order_by()[: AT_ONCE + 1].count() > AT_ONCE:
        query = request.GET.copy()
        query["form"] = "cp932" if form == "csv" and request.GET.get("encoding") == "cp932" else form
        return redirect(f"{reverse('inventory:export_new')}?{query.urlencode()}")
    rows = file_rows(found, on=day)
    return table_response(request, form, "procedures", file_columns(), rows)


@require_GET
def entry_detail(request: HttpRequest, entry_id: int) -> HttpResponse:
    at = timezone.now()
    entry = fetch_entry(request, entry_id, at=at)
    page = detail_page(entry, on=org.office_day(at))
    context = {
        "page": page,
        "entry": entry,
        "can_edit": can_edit(request.user, entry, at=at),
        "crumbs": [(_("手続棚卸"), reverse("inventory:entry_list")), (entry.code, "")],
    }
    return render(request, "inventory/entry_detail.html", context)


def _crumbs(entry: ProcedureEntry, words: str) -> list[tuple[str, str]]:
    return [
        (_("手続棚卸"), reverse("inventory:entry_list")),
        (entry.code, reverse("inventory:entry_detail", args=[entry.id])),
        (words, ""),
    ]


@require_http_methods(["GET", "POST"])
def entry_add(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = bureau_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    form = AddForm(units, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = actions.add_entry(
                values=form.cleaned_data, reason="", actor=org.actor_of(request.user.pk, at=at), at=at
            )
        except actions.EntryRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("棚卸に加えました。"))
            return redirect("inventory:entry_detail", entry.id)
    crumbs = [(_("手続棚卸"), reverse("inventory:entry_list")), (_("手続を加える"), "")]
    return render(
        request, "inventory/entry_add.html", {"form": form, "crumbs": crumbs}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, entry_id: int, group: str) -> HttpResponse:
    at = timezone.now()
    entry = fetch_entry(request, entry_id, at=at, to_edit=True)
    titles = codebook().groups.get(group)
    if titles is None:
        raise Http404
    language = language_of(request)
    bureau = bureaus_on(org.office_day(at))(entry.unit)
    units = unit_choices(request.user, {bureau}, at=at)
    seen = entry.versions.order_by("-id").values_list("id", flat=True).first() or 0
    values = {**values_of(entry), "seen": seen}
    form = GroupForm(group, values, units, language, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_entry(
                entry_id=entry.id,
                values=form.values(),
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.EntryRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("直しました。"))
            return redirect("inventory:entry_detail", entry.id)
    title = titles[1] if language == "en" else titles[0]
    context = {"form": form, "entry": entry, "title": title, "crumbs": _crumbs(entry, title)}
    return render(request, "inventory/entry_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def entry_move(request: HttpRequest, entry_id: int, state: str) -> HttpResponse:
    at = timezone.now()
    entry = fetch_entry(request, entry_id, at=at, to_edit=True)
    if state not in State.values or (state != entry.state and state not in MOVES[entry.state]):
        raise Http404
    language = language_of(request)
    offered = [(card.key, card.title) for card in procedures.offered(language)]
    initial = {**values_of(entry), "effective_on": org.office_day(at).isoformat()}
    form = MoveForm(state, initial, offered, language, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _move(request, entry, state, form.cleaned_data, at=at)
        except actions.EntryRefused as refused:
            show_problems(form, refused)
        else:
            words = {"name": entry.name, "state": State(state).label}
            messages.success(request, _("「%(name)s」を%(state)sにしました。") % words)
            return redirect("inventory:entry_detail", entry.id)
    context = {
        "form": form,
        "entry": entry,
        "now": entry.get_state_display(),
        "to": State(state).label,
        "move_label": _("%(state)sにする") % {"state": State(state).label},
        "is_final": not MOVES[state],
        "crumbs": _crumbs(entry, str(State(state).label)),
    }
    return render(request, "inventory/entry_move.html", context, status=422 if form.errors else 200)


def _move(request: HttpRequest, entry: ProcedureEntry, state: str, data: dict[str, Any], *, at: datetime) -> None:
    values = {key: value for key, value in data.items() if key not in ("reason", "effective_on", "is_certified")}
    if data.get("is_certified"):
        values["certifier"] = post_label(request, at=at)
    elif data.get("system_name", "") != entry.system_name or data.get("system_url", "") != entry.system_url:
        values["certifier"] = ""  # what was certified is another system
    actions.move_entry(
        entry_id=entry.id,
        to=state,
        reason=data["reason"],
        values=values,
        effective_on=data["effective_on"],
        actor=org.actor_of(request.user.pk, at=at),
        at=at,
    )


@require_http_methods(["GET", "POST"])
def entry_assign(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    day, edited = org.office_day(at), bureaus_edited_by(request.user, at=at)
    sent = request.POST if request.method == "POST" else request.GET
    ids = [number for text in sent.getlist("entry")[:500] if (number := whole_number(text)) is not None]
    if not edited:
        raise PermissionDenied
    chosen = list(entries_visible_to(request.user, at=at).filter(id__in=ids).order_by("code"))
    entries = [entry for entry in chosen if is_within(entry.unit, edited, on=day)]
    where = bureaus_on(day)
    units = unit_choices(request.user, {where(entry.unit) for entry in entries[:1]}, at=at)
    form = AssignForm(units, language_of(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.assign_entries(
                entry_ids=[entry.id for entry in entries],
                values=form.values(),
                reason=form.cleaned_data["reason"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.EntryRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("%(count)d件の手続を変えました。") % {"count": changed})
            return redirect("inventory:entry_list")
    context = {
        "form": form,
        "entries": entries,
        "left_out": len(chosen) - len(entries),
        "chosen_label": _("選んだ手続 %(count)d件") % {"count": len(entries)},
        "crumbs": [(_("手続棚卸"), reverse("inventory:entry_list")), (_("まとめて変える"), "")],
    }
    return render(request, "inventory/entry_assign.html", context, status=422 if form.errors else 200)
