"""The form builder: the outline of steps and questions, one question edited, the preview beside it."""

import re
from collections.abc import Callable
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
from ..definitions import field_types, kind_label, problems
from ..queries import outline, preview
from ..rules import outline as arrange
from ..rules.outline import Form, NoSuchPlace, Place
from .access import actor_of, fetch_design, fetch_own_design, show_tab

PLACE = re.compile(r"\d{1,3}(?:-\d{1,3}){0,2}")


@require_GET
def form(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    found = problems(design.source)
    index = whole_number(request.GET.get("step", "")) or 0
    context = {
        "steps": outline(design.source["form"], found),
        "general": [one for one in found if one.part == "form" and not one.place.startswith("steps[")],
        "preview": preview(design.source["form"], index, language=request.GET.get("language", "ja"), switches=True),
        "kinds": [(kind, kind_label(kind)) for kind in field_types()],
        "computed": design.source["form"].get("computed", []),
    }
    return show_tab(request, design, "form", "designer/form.html", context, at=at)


@require_POST
def form_change(request: HttpRequest, design_id: int) -> HttpResponse:
    """One rearrangement: ``act=up:0-2``, ``act=add:0`` with ``kind`` and ``label``, ``act=move:0-2:1-0`` …"""
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    act, _colon, rest = request.POST.get("act", "").partition(":")
    change = CHANGES.get(act)
    if change is None:
        raise Http404
    try:
        changed, place = change(design.source["form"], [place_of(one) for one in rest.split(":") if one], request.POST)
    except (NoSuchPlace, IndexError) as error:
        raise Http404 from error
    revision = whole_number(request.POST.get("revision", "")) or 0
    try:
        actions.save_part(
            design_id=design.id,
            part="form",
            value=changed,
            revision=revision,
            actor=actor_of(request, design, at=at),
            at=at,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("designer:form", design.id)
    if act == "add":
        return redirect("designer:question_edit", design.id, "-".join(map(str, place)))
    shown = f"?step={place[0]}#step-{'-'.join(map(str, place))}" if place else ""
    return redirect(reverse("designer:form", args=[design.id]) + shown)


def place_of(text: str) -> Place:
    """``0-2`` as (0, 2). :raises NoSuchPlace: it is no place"""
    if not PLACE.fullmatch(text):
        raise NoSuchPlace(text)
    return tuple(int(part) for part in text.split("-"))


Changed = tuple[Form, Place]
Change = Callable[[Form, list[Place], QueryDict], Changed]


def _up(form: Form, places: list[Place], _post: QueryDict) -> Changed:
    return _shift(form, places[0], -1)


def _down(form: Form, places: list[Place], _post: QueryDict) -> Changed:
    return _shift(form, places[0], 1)


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


def _move(form: Form, places: list[Place], _post: QueryDict) -> Changed:
    key = arrange.at(form, places[0]).get("key")
    moved = arrange.moved(form, places[0], places[1])
    return moved, _find(moved, key, len(places[0]))


def _remove(form: Form, places: list[Place], _post: QueryDict) -> Changed:
    return arrange.without(form, places[0]), places[0][:1]


def _copy(form: Form, places: list[Place], _post: QueryDict) -> Changed:
    place = (*places[0][:-1], places[0][-1] + 1)
    return arrange.duplicated(form, places[0]), place


def _add_step(form: Form, _places: list[Place], post: QueryDict) -> Changed:
    made = arrange.with_step(form, post.get("title", "").strip()[:200] or _("新しいステップ"))
    return made, (len(made["steps"]) - 1,)


def _add(form: Form, places: list[Place], post: QueryDict) -> Changed:
    """A question at the end of a step, or of a repeating group."""
    kind = post.get("kind", "text")
    if kind not in field_types():
        raise NoSuchPlace(kind)
    place = places[0]
    fields = arrange.at(form, place).get("fields") or []
    label = post.get("label", "").strip()[:500] or str(kind_label(kind))
    spec = arrange.new_question(kind, arrange.free_key(form, arrange.usual_key(form, kind)), label)
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
