"""The form builder: the outline of steps and questions, one question edited, the preview beside it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..definitions import field_types, kind_label, part_of, problems
from ..models import Design
from ..queries import outline, part_page, preview
from ..rules import outline as arrange
from ..rules.outline import Form, NoSuchPlace, Place
from ..rules.wholes import other_forms
from .access import actor_of, fetch_design, fetch_own_design, show_tab

PLACE = re.compile(r"\d{1,3}(?:-\d{1,3}){0,2}")


@require_GET
def form(request: HttpRequest, design_id: int, part: str) -> HttpResponse:
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    shown = form_of(design, part)
    found = [one for one in problems(design.source) if one.part == part]
    index = whole_number(request.GET.get("step", "")) or 0
    context = {
        "part": part,
        "steps": outline(shown, found),
        "general": [one for one in found if not one.place.startswith("steps[")],
        "preview": preview(shown, index, language=request.GET.get("language", "ja"), switches=True),
        "kinds": [(kind, kind_label(kind)) for kind in field_types()],
        "computed": shown.get("computed", []),
        "part_page": part_page(design, part, user_id=request.user.pk or 0, at=at),
    }
    return show_tab(request, design, "form", "designer/form.html", context, at=at)


def form_of(design: Design, part: str) -> Form:
    """One of the forms of a design: ``form``, ``parts/report``; 404 where there is none."""
    found = part_of(design.source, part)
    if not isinstance(found, dict):
        raise Http404
    return found


@require_POST
def form_change(request: HttpRequest, design_id: int, part: str) -> HttpResponse:
    """One rearrangement: ``act=up:0-2``, ``act=add:0`` with ``kind`` and ``label``, ``act=move:0-2:1-0`` …"""
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    before = form_of(design, part)
    act, _colon, rest = request.POST.get("act", "").partition(":")
    change = CHANGES.get(act)
    if change is None:
        raise Http404
    try:
        places = [place_of(one) for one in rest.split(":") if one]
        changed, place = change(before, Order(places, request.POST, other_forms(design.source, part)))
    except (NoSuchPlace, IndexError) as error:
        raise Http404 from error
    revision = whole_number(request.POST.get("revision", "")) or 0
    try:
        actions.save_part(
            design_id=design.id,
            part=part,
            value=changed,
            revision=revision,
            actor=actor_of(request, design, at=at),
            at=at,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("designer:form", design.id, part)
    if act == "add":
        return redirect("designer:question_edit", design.id, part, "-".join(map(str, place)))
    shown = f"?step={place[0]}#step-{'-'.join(map(str, place))}" if place else ""
    return redirect(reverse("designer:form", args=[design.id, part]) + shown)


def place_of(text: str) -> Place:
    """``0-2`` as (0, 2). :raises NoSuchPlace: it is no place"""
    if not PLACE.fullmatch(text):
        raise NoSuchPlace(text)
    return tuple(int(part) for part in text.split("-"))


@dataclass(frozen=True)
class Order:
    """What was asked for: the places it names, the rest of what was sent, and the other forms of the procedure, whose
    keys are taken."""

    places: list[Place]
    post: QueryDict
    others: list[Form]


Changed = tuple[Form, Place]
Change = Callable[[Form, Order], Changed]


def _up(form: Form, order: Order) -> Changed:
    return _shift(form, order.places[0], -1)


def _down(form: Form, order: Order) -> Changed:
    return _shift(form, order.places[0], 1)


def _shift(form: Form, place: Place, by: int) -> Changed:
    moved = arrange.shifted(form, place, by)
    key = arrange.at(form, place).get("key")
    return moved, _find(moved, key, len(place)) or place


def _find(form: Form, key: Any, depth: int) -> Place:
    """Where the step or question of a key stands now."""
    for n, step in enumerate(form["steps"]):
        if depth == 1 and step.get("key") == key:
            return (n,)
        for m, one in enumerate(step.get("fields") or [] if depth == 2 else []):
            if one.get("key") == key:
                return (n, m)
    return ()


def _move(form: Form, order: Order) -> Changed:
    place, to = order.places[0], order.places[1]
    key = arrange.at(form, place).get("key")
    moved = arrange.moved(form, place, to)
    return moved, _find(moved, key, len(place))


def _remove(form: Form, order: Order) -> Changed:
    return arrange.without(form, order.places[0]), order.places[0][:1]


def _copy(form: Form, order: Order) -> Changed:
    place = order.places[0]
    return arrange.duplicated(form, place, others=order.others), (*place[:-1], place[-1] + 1)


def _add_step(form: Form, order: Order) -> Changed:
    made = arrange.with_step(form, order.post.get("title", "").strip()[:200] or _("新しいステップ"))
    return made, (len(made["steps"]) - 1,)


def _add(form: Form, order: Order) -> Changed:
    """A question at the end of a step, or of a repeating group."""
    kind = order.post.get("kind", "text")
    if kind not in field_types():
        raise NoSuchPlace(kind)
    place = order.places[0]
    fields = arrange.at(form, place).get("fields") or []
    label = order.post.get("label", "").strip()[:500] or str(kind_label(kind))
    stem = arrange.usual_key(form, kind, others=order.others)
    spec = arrange.new_question(kind, arrange.free_key(form, stem, others=order.others), label)
    target = (*place, len(fields))
    return arrange.with_field(form, target, spec), target


CHANGES: dict[str, Change] = {
    "up": _up,
    "down": _down,
    "move": _move,
    "remove": _remove,
    "copy": _copy,
    "add_step": _add_step,
    "add": _add,
}
