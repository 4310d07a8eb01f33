from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.org import api as org
from tocho.engines.facts.api import is_within

from .. import actions
from ..forms import AmendForm, CorrectForm, RuleForm
from ..models import Field, SealRequirement
from ..permissions import bureaus_answered_by, can_change, can_lead, rules_visible_to
from ..queries import listing
from ..queries.detail import amendment_moments
from .access import fetch_rule, need_sight, show_problems, unit_choices
from .requirements import home


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [home(), (_("改正する規定"), reverse("seals:rule_list")), *last]


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_sight(request, at=at)
    asked = request.GET.get("field", "")
    here = reverse("seals:rule_list")
    rows = listing.rule_list(
        rules_visible_to(request.user, at=at), field=asked if asked in Field.values else "", on=org.office_day(at)
    )
    context = {
        "rows": rows,
        "fields": [(_("すべて"), here), *((words, f"{here}?field={value}") for value, words in Field.choices)],
        "shown": f"{here}?field={asked}" if asked in Field.values else here,
        "can_change": bool(bureaus_answered_by(request.user, at=at)),
        "crumbs": [home(), (_("改正する規定"), "")],
    }
    return render(request, "seals/rule_list.html", context)


@require_GET
def rule_detail(request: HttpRequest, rule_id: int) -> HttpResponse:
    at = timezone.now()
    rule, day = fetch_rule(request, rule_id, at=at), org.office_day(at)
    states = list(SealRequirement.objects.filter(rule=rule).order_by().values_list("state", flat=True))
    context = {
        "rule": rule,
        "unit": org.label_of(rule.unit, on=day),
        "seals": len(states),
        "abolished": states.count("abolished"),
        "amendments": amendment_moments(rule, on=day),
        "can_change": can_change(request.user, rule.unit, at=at),
        "droppable": states.count("rule_amended") if bureaus_answered_by(request.user, at=at) else 0,
        "crumbs": _crumbs((rule.code, "")),
    }
    return render(request, "seals/rule_detail.html", context)


@require_http_methods(["GET", "POST"])
def rule_add(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = unit_choices(request.user, at=at)
    if not units:
        raise PermissionDenied
    form = RuleForm(units, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rule = actions.add_rule(
                code=form.cleaned_data["code"],
                values=form.cleaned_data,
                identified_on=org.office_day(at),
                actor=org.actor_of(request.user.pk, at=at),
                at=at,
            )
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("規定を加えました。"))
            return redirect("seals:rule_detail", rule.id)
    context = {"form": form, "title": _("規定を加える"), "crumbs": _crumbs((_("規定を加える"), ""))}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, rule_id: int) -> HttpResponse:
    at = timezone.now()
    rule = fetch_rule(request, rule_id, at=at, to_change=True)
    initial = {name: getattr(rule, name) for name in ("name", "kind", "field", "unit", "planned_on")}
    units = unit_choices(request.user, rule.unit, at=at)
    form = RuleForm(units, request.POST if request.method == "POST" else None, initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_rule(
                rule_id=rule.id, values=form.cleaned_data, actor=org.actor_of(request.user.pk, at=at), at=at
            )
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("直しました。"))
            return redirect("seals:rule_detail", rule.id)
    back = reverse("seals:rule_detail", args=[rule.id])
    context = {"form": form, "title": rule.name, "crumbs": _crumbs((rule.code, back), (_("直す"), "")), "back": back}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rule_amend(request: HttpRequest, rule_id: int) -> HttpResponse:
    at = timezone.now()
    rule = fetch_rule(request, rule_id, at=at, to_change=True)
    initial = {"amended_on": org.office_day(at).isoformat()}
    form = AmendForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.amend_rule(rule_id=rule.id, actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data)
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("改正を記録しました。この規定による押印を廃止できます。"))
            return redirect("seals:rule_detail", rule.id)
    back = reverse("seals:rule_detail", args=[rule.id])
    title = _("「%(name)s」の改正を記録する") % {"name": rule.name}
    context = {"form": form, "title": title, "crumbs": _crumbs((rule.code, back), (_("改正"), "")), "back": back}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rule_correct(request: HttpRequest, rule_id: int) -> HttpResponse:
    """An amendment that was entered wrongly is entered again; what stood there stays in the list."""
    at = timezone.now()
    rule = fetch_rule(request, rule_id, at=at, to_change=True)
    back = reverse("seals:rule_detail", args=[rule.id])
    if rule.amended_on is None:
        return redirect(back)
    initial = {"amended_on": rule.amended_on.isoformat(), "amendment": rule.amendment}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_amendment(
                rule_id=rule.id, actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data
            )
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("改正の記録を訂正しました。前の記録も残ります。"))
            return redirect(back)
    title = _("「%(name)s」の改正の記録を訂正する") % {"name": rule.name}
    context = {"form": form, "title": title, "crumbs": _crumbs((rule.code, back), (_("訂正"), "")), "back": back}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)


@require_POST
def rule_drop(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Stop the seals of an amended rule: those of the own bureau, or all for who leads the survey."""
    at = timezone.now()
    rule, mine = fetch_rule(request, rule_id, at=at), bureaus_answered_by(request.user, at=at)
    if not mine:
        raise PermissionDenied
    units = None
    if not can_lead(request.user, at=at):
        named = SealRequirement.objects.filter(rule=rule).order_by().values_list("unit", flat=True).distinct()
        units = frozenset(unit for unit in named if is_within(unit, mine, on=org.office_day(at)))
    count = actions.drop_seals_of_rule(rule_id=rule.id, units=units, actor=org.actor_of(request.user.pk, at=at), at=at)
    messages.success(request, _("%(count)d件の押印を廃止しました。") % {"count": count})
    return redirect("seals:rule_detail", rule.id)
