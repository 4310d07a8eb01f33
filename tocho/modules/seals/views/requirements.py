from collections.abc import Iterable
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
from tocho.ui.downloads import table_response
from tocho.ui.markup import in_brackets

from .. import actions
from ..forms import ChangeForm, MoveForm, RequirementForm
from ..models import Basis, Direction, Disposition, Seal, SealRequirement, SealRule, State
from ..permissions import bureaus_answered_by, can_change, requirements_visible_to
from ..queries.detail import detail, label
from ..queries.listing import REVIEW, Filters, file_columns, file_rows, filtered, nation_rows, requirement_page
from ..rules import MOVES
from .access import fetch_requirement, need_sight, show_problems, unit_choices


def home() -> tuple[str, str]:
    """The first crumb."""
    return _("押印の調査"), reverse("seals:requirement_list")


@require_GET
def requirement_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_sight(request, at=at)
    filters, day = Filters.of(request.GET), org.office_day(at)
    try:
        page = requirement_page(requirements_visible_to(request.user, at=at), filters, on=day)
    except ValueError:
        return redirect("seals:requirement_list")
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "page": page,
        "filters": filters,
        "selects": _selects(filters, day),
        "can_change": bool(bureaus_answered_by(request.user, at=at)),
        "query": query.urlencode(),
    }
    return render(request, "seals/requirement_list.html", context)


def _selects(filters: Filters, day: Any) -> list[tuple[str, str, list[tuple[str, Any]], str]]:
    """The selects of the list: name, label, choices, what is chosen."""
    offered: list[tuple[str, str, Iterable[tuple[str, Any]]]] = [
        ("bureau", _("局"), [(view.code, view.name) for view in org.bureaus(on=day)]),
        ("disposition", _("区分"), [*Disposition.choices, ("none", _("区分なし"))]),
        ("state", _("状態"), [*State.choices, (REVIEW, _("見直す日の来た存続"))]),
        ("seal", _("印の種類"), Seal.choices),
        ("direction", _("方向"), Direction.choices),
        ("basis", _("根拠"), Basis.choices),
    ]
    rows = [(name, words, [("", _("すべて")), *choices], getattr(filters, name)) for name, words, choices in offered]
    sorts: list[tuple[str, Any]] = [("", _("番号")), ("volume", _("件数の多い順"))]
    return [*rows, ("sort", _("並び順"), sorts, filters.sort)]


@require_GET
def requirement_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as it is filtered, in the columns that the import reads: CSV in both encodings, Excel."""
    at = timezone.now()
    need_sight(request, at=at)
    day = org.office_day(at)
    rows = file_rows(filtered(requirements_visible_to(request.user, at=at), Filters.of(request.GET), on=day), on=day)
    return table_response(request, form, "seals", file_columns(), rows)


@require_GET
def requirement_detail(request: HttpRequest, requirement_id: int) -> HttpResponse:
    at = timezone.now()
    requirement = fetch_requirement(request, requirement_id, at=at)
    columns = ("direction", "seal", "basis", "purpose", "disposition", "substitute")
    context = {
        "page": detail(requirement, on=org.office_day(at)),
        "requirement": requirement,
        "words": {name: label(name, getattr(requirement, name)) for name in columns},
        "can_change": can_change(request.user, requirement.unit, at=at),
        "crumbs": [home(), (requirement.number, "")],
    }
    return render(request, "seals/requirement_detail.html", context)


@require_http_methods(["GET", "POST"])
def requirement_add(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = unit_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    form = RequirementForm(units, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_requirement(values=form.cleaned_data, actor=org.actor_of(request.user.pk, at=at), at=at)
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("%(number)sとして登録しました。") % {"number": added.number})
            return redirect("seals:requirement_detail", added.pk)
    context = {"form": form, "title": _("事務を加える"), "crumbs": [home(), (_("事務を加える"), "")]}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def requirement_edit(request: HttpRequest, requirement_id: int) -> HttpResponse:
    at = timezone.now()
    requirement = fetch_requirement(request, requirement_id, at=at, to_change=True)
    seen = detail(requirement, on=org.office_day(at)).seen
    initial = {name: getattr(requirement, name) for name in RequirementForm.base_fields} | {"seen": seen}
    units = unit_choices(request.user, requirement.unit, at=at)
    form = RequirementForm(units, request.POST if request.method == "POST" else None, initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_requirement(
                requirement_id=requirement.pk,
                values=form.cleaned_data,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("直しました。"))
            return redirect("seals:requirement_detail", requirement.pk)
    back = reverse("seals:requirement_detail", args=[requirement.pk])
    crumbs = [home(), (requirement.number, back), (_("直す"), "")]
    context = {"form": form, "title": _("%(number)sを直す") % {"number": requirement.number}, "crumbs": crumbs}
    return render(request, "seals/form.html", context | {"back": back}, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, *, at: datetime) -> tuple[list[SealRequirement], int]:
    """The ticked requirements that a person may change, and how many others were ticked."""
    mine, day = bureaus_answered_by(request.user, at=at), org.office_day(at)
    if not mine:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    ids = [
        number for text in sent.getlist("seal")[: actions.MOST_AT_ONCE] if (number := whole_number(text)) is not None
    ]
    chosen = list(requirements_visible_to(request.user, at=at).filter(id__in=ids).order_by("id"))
    kept = [each for each in chosen if is_within(each.unit, mine, on=day)]
    return kept, len(chosen) - len(kept)


def _rule_choices() -> list[tuple[int, str]]:
    rows = SealRule.objects.order_by("code").values_list("id", "code", "name", "amended_on")
    amended = in_brackets(_("改正済"))
    return [(key, f"{code} {name}{amended if amended_on else ''}") for key, code, name, amended_on in rows]


@require_http_methods(["GET", "POST"])
def requirement_change(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    chosen, left_out = _chosen(request, at=at)
    form = ChangeForm(_rule_choices(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.change_requirements(
                requirement_ids=[each.pk for each in chosen],
                values=form.values(),
                reason=form.cleaned_data["reason"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("%(count)d件を変えました。") % {"count": count})
            return redirect("seals:requirement_list")
    context: dict[str, Any] = {
        "title": _("まとめて区分する"),
        "verb": _("まとめて変える"),
        "crumbs": [home(), (_("まとめて区分する"), "")],
    }
    context |= {"form": form, "chosen": chosen, "left_out": left_out}
    return render(request, "seals/requirement_bulk.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def requirement_move(request: HttpRequest, state: str) -> HttpResponse:
    at = timezone.now()
    if state not in State.values or not any(state in following for following in MOVES.values()):
        raise Http404
    chosen, left_out = _chosen(request, at=at)
    rule = chosen[0].rule_id if chosen else None
    initial = {"effective_on": org.office_day(at).isoformat(), "rule": rule}
    form = MoveForm(state, _rule_choices(), request.POST if request.method == "POST" else None, initial)
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.move_requirements(
                requirement_ids=[each.pk for each in chosen],
                to=state,
                reason=form.cleaned_data["reason"],
                values=form.values(),
                effective_on=form.cleaned_data["effective_on"],
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            words = {"count": count, "state": State(state).label}
            messages.success(request, _("%(count)d件を%(state)sにしました。") % words)
            return _back(chosen)
    to = State(state).label
    title = _("%(state)sにする") % {"state": to}
    context: dict[str, Any] = {
        "title": title,
        "verb": title,
        "crumbs": [home(), (title, "")],
        "is_final": set(MOVES[state]) <= {"removed"},
    }
    context |= {"form": form, "chosen": chosen, "left_out": left_out}
    return render(request, "seals/requirement_bulk.html", context, status=422 if form.errors else 200)


def _back(chosen: list[SealRequirement]) -> HttpResponse:
    if len(chosen) == 1:
        return redirect("seals:requirement_detail", chosen[0].pk)
    return redirect("seals:requirement_list")


@require_GET
def nation_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_sight(request, at=at)
    rows = nation_rows(requirements_visible_to(request.user, at=at))
    context = {
        "rows": rows,
        "affairs": sum(row.affairs for row in rows),
        "papers": sum(row.papers for row in rows),
        "crumbs": [home(), (_("国への要望"), "")],
    }
    return render(request, "seals/nation_list.html", context)
