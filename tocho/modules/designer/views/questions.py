"""One question or step of a form, edited with its preview; a condition checked while it is typed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..definitions import field_types, kind_label, row_types, tolerant_form
from ..forms import GeneralForm, QuestionForm, StepForm
from ..models import Design
from ..queries import earlier_questions, faults_at, preview, simple_conditions
from ..rules import outline as arrange
from ..rules.outline import Form, NoSuchPlace, Place
from .access import actor_of, fetch_design, fetch_own_design, show_tab
from .form import form_of, place_of


@dataclass(frozen=True)
class Edited:
    """What is edited: the design, which of its forms, the form as it was saved, and the place in it."""

    design: Design
    part: str
    form: Form
    place: Place


def _spec(form: Form, place: Place) -> dict[str, Any]:
    try:
        return arrange.at(form, place)
    except NoSuchPlace as error:
        raise Http404 from error


def _place(text: str) -> Place:
    try:
        return place_of(text)
    except NoSuchPlace as error:
        raise Http404 from error


@require_http_methods(["GET", "POST"])
def question_edit(request: HttpRequest, design_id: int, part: str, place: str) -> HttpResponse:
    at = timezone.now()
    where = _place(place)
    design = (fetch_own_design if request.method == "POST" else fetch_design)(request, design_id, at=at)
    edited = Edited(design, part, form_of(design, part), where)
    spec = _spec(edited.form, where)
    if len(where) == 1:
        return _edit_step(request, edited, spec)
    kind = request.POST.get("kind") or request.GET.get("kind") or str(spec.get("type", "text"))
    if kind not in field_types():
        raise Http404
    bound = request.method == "POST" and "_kind" not in request.POST
    form = QuestionForm(
        spec if request.method != "POST" or bound else _typed(request, spec, kind),
        kind=kind,
        earlier=earlier_questions(edited.form, where),
        is_row=len(where) == 3,
        data=_with_condition(request) if bound else None,
    )
    if bound and "_build" not in request.POST and form.is_valid():
        saved = _save(request, edited, form.spec())
        if saved is not None:
            return saved
        return _question_page(request, edited, form, status=409)
    status = 422 if bound and form.errors and "_build" not in request.POST else 200
    return _question_page(request, edited, form, status=status)


def _typed(request: HttpRequest, spec: dict[str, Any], kind: str) -> dict[str, Any]:
    """What was typed before the kind was changed, as far as the new kind has it too."""
    before = QuestionForm(spec, kind=str(request.POST.get("kind_before") or spec.get("type")), data=request.POST)
    before.is_valid()
    typed = before.spec() if not before.errors else {**spec}
    return {**arrange.new_question(kind, str(typed["key"]), ""), **typed, "type": kind}


def _with_condition(request: HttpRequest) -> Any:
    """The posted data, with a chosen simple condition put into the expression when its button was pressed."""
    link = request.POST.get("_build")
    chosen = request.POST.get("simple", "")
    if link not in ("and", "or") or not chosen:
        return request.POST
    data = request.POST.copy()
    before = data.get("condition", "").strip()
    data["condition"] = f"{before} {link} {chosen}" if before else chosen
    return data


def _save(request: HttpRequest, edited: Edited, spec: dict[str, Any]) -> HttpResponse | None:
    """Save, and go back to the outline; None when somebody else was quicker (the message says so)."""
    place = edited.place
    if not _save_form(request, edited.design, edited.part, arrange.replaced(edited.form, place, spec)):
        return None
    shown = "-".join(map(str, place[:2]))
    outline = reverse("designer:form", args=[edited.design.id, edited.part])
    return redirect(f"{outline}?step={place[0]}#step-{shown}")


def _save_form(request: HttpRequest, design: Design, part: str, value: dict[str, Any]) -> bool:
    at = timezone.now()
    try:
        actions.save_part(
            design_id=design.id,
            part=part,
            value=value,
            revision=whole_number(request.POST.get("revision", "")) or 0,
            actor=actor_of(request, design, at=at),
            at=at,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return False
    messages.success(request, _("保存しました。"))
    return True


def _question_page(request: HttpRequest, edited: Edited, form: QuestionForm, *, status: int) -> HttpResponse:
    design, part, place = edited.design, edited.part, edited.place
    kinds = row_types() if len(place) == 3 else field_types()
    spec = _shown(form)
    raw = arrange.replaced(edited.form, place, spec)
    form.watch(reverse("designer:condition_check", args=[design.id, part, "-".join(map(str, place))]))
    context = {
        "form": form,
        "part": part,
        "place": "-".join(map(str, place)),
        "spec": spec,
        "kind": form.kind,
        "kinds": [(kind, kind_label(kind)) for kind in kinds],
        "faults": faults_at(place, tolerant_form(raw)[1]),
        "simple": simple_conditions(edited.form, place) if "condition" in form.fields else [],
        "preview": preview(raw, place[0]),
    }
    return show_tab(request, design, "form", "designer/question_edit.html", context, at=timezone.now(), status=status)


def _shown(form: QuestionForm) -> dict[str, Any]:
    """The question as it stands on the page, as far as it can be read."""
    if form.is_bound and not form.errors:
        return form.spec()
    return {**arrange.new_question(form.kind, "question", ""), **form.given, "type": form.kind}


def _edit_step(request: HttpRequest, edited: Edited, spec: dict[str, Any]) -> HttpResponse:
    design, place = edited.design, edited.place
    bound = request.POST if request.method == "POST" else None
    form = StepForm(bound, initial={name: spec.get(name, "") for name in ("title", "help", "condition", "key")})
    context = {
        "form": form,
        "part": edited.part,
        "place": str(place[0]),
        "step_number": place[0] + 1,
        "faults": faults_at(place, tolerant_form(edited.form)[1]),
        "preview": preview(edited.form, place[0]),
    }
    if bound is not None:
        if not form.is_valid():
            return invalid_tab(request, design, "designer/step_edit.html", context)
        if saved := _save(request, edited, form.spec(spec)):
            return saved
        return show_tab(request, design, "form", "designer/step_edit.html", context, at=timezone.now(), status=409)
    return show_tab(request, design, "form", "designer/step_edit.html", context, at=timezone.now())


def invalid_tab(request: HttpRequest, design: Design, template: str, context: dict[str, Any]) -> HttpResponse:
    return show_tab(request, design, "form", template, context, at=timezone.now(), status=422)


@require_POST
def question_preview(request: HttpRequest, design_id: int, part: str, place: str) -> HttpResponse:
    """The phone, of what is typed and not saved yet; what cannot be read yet is shown as it was saved."""
    where = _place(place)
    design = fetch_design(request, design_id, at=timezone.now())
    whole = form_of(design, part)
    spec = _spec(whole, where)
    kind = request.POST.get("kind", str(spec.get("type")))
    if kind not in field_types() or len(where) == 1:
        raise Http404
    form = QuestionForm(
        spec,
        kind=kind,
        earlier=earlier_questions(whole, where),
        is_row=len(where) == 3,
        data=request.POST,
    )
    form.is_valid()
    raw = arrange.replaced(whole, where, _shown(form))
    return render(request, "designer/_preview.html", {"preview": preview(raw, where[0]), "design": design})


@require_POST
def condition_check(request: HttpRequest, design_id: int, part: str, place: str) -> HttpResponse:
    """What the engine says of a condition while it is typed."""
    where = _place(place)
    whole = form_of(fetch_design(request, design_id, at=timezone.now()), part)
    spec = {**_spec(whole, where), "condition": request.POST.get("condition", "").strip()}
    if not spec["condition"]:
        return render(request, "designer/_condition.html", {"said": "", "fine": False})
    found = tolerant_form(arrange.replaced(whole, where, spec))[1]
    said = next((one.reason for one in found if one.place.endswith("condition") and faults_at(where, [one])), "")
    return render(request, "designer/_condition.html", {"said": said, "fine": not said})


@require_http_methods(["GET", "POST"])
def form_general(request: HttpRequest, design_id: int, part: str) -> HttpResponse:
    at = timezone.now()
    design = (fetch_own_design if request.method == "POST" else fetch_design)(request, design_id, at=at)
    posted = request.POST if request.method == "POST" else None
    form = GeneralForm(form_of(design, part), list(design.source["rules"]), posted)
    status = 200
    if posted is not None:
        if form.is_valid() and _save_form(request, design, part, form.form_source()):
            return redirect("designer:form", design.id, part)
        status = 422
    context = {"form": form, "part": part}
    return show_tab(request, design, "form", "designer/form_general.html", context, at=at, status=status)
