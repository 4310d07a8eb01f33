"""試す: the design as applicant and as officer. Answers travel in the page, signed; nothing is written anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocho.core.calendar.api import office_day
from tocho.engines.forms.api import Step, StepForm
from tocho.lib.errors import Refused
from tocho.modules.procedures import api as procedures

from ..models import Design
from ..rules.trial_answers import sample_answers
from .access import fetch_design, show_tab

SALT = "designer.tryout"
OUTCOMES = ("", "approve", "reject")


@dataclass(frozen=True)
class Trial:
    """A try-out on its way: what is compiled, what was answered so far, which step comes now ("" = the end)."""

    compiled: procedures.ProcedureDefinition
    answers: dict[str, Any]
    step: str

    @property
    def state(self) -> str:
        return signing.dumps(self.answers, salt=SALT, compress=True)


def _answers(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(request.POST.get("state", ""), salt=SALT, max_age=86400)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _keep_nothing(upload: Any, *, max_bytes: int, allowed: Any) -> dict[str, Any]:
    """What a stored upload would be called; its content goes nowhere."""
    if upload.size > max_bytes:
        raise Refused(_("ファイルが大きすぎます。"))
    return {"id": 0, "name": upload.name, "size": upload.size}


@require_http_methods(["GET", "POST"])
def tryout(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    try:
        compiled = procedures.compile_source(design.source)
    except procedures.DefinitionError as error:
        return show_tab(request, design, "tryout", "designer/tryout_broken.html", {"reason": str(error)}, at=at)
    if "_outcome" in request.POST:
        return _result(request, design, Trial(compiled, _answers(request), ""), at=at)
    trial, context = walk(request, compiled, design.source, at=at)
    if context is None:
        return _result(request, design, trial, at=at)
    status = 422 if context["form"].is_bound and not context["form"].is_refill and context["form"].errors else 200
    return show_tab(request, design, "tryout", "designer/tryout.html", context, at=at, status=status)


def walk(
    request: HttpRequest, compiled: procedures.ProcedureDefinition, source: Mapping[str, Any], *, at: datetime
) -> tuple[Trial, dict[str, Any] | None]:
    """One move through the form of a design: the try-out as it stands then, and the step to show; None at the end."""
    answers = _answers(request)
    if "_samples" in request.POST:
        specs = {one["key"]: one for step in source["form"]["steps"] for one in step["fields"]}
        answers = _offered(compiled, sample_answers(compiled.form, specs, today=office_day(at)), at=at)
        return Trial(compiled, answers, ""), None
    keys = [step.key for step in compiled.form.steps_for(answers)]
    here = request.POST.get("step", keys[0] if keys else "")
    if here not in keys:
        return Trial(compiled, answers, ""), None
    return _move(request, Trial(compiled, answers, here), at=at)


def _offered(compiled: procedures.ProcedureDefinition, answers: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The samples with the first free slot, where the form asks for one."""
    for name, source in procedures.sources_of(compiled, at=at).items():
        first = next(iter(source()), None)
        for key, question in compiled.form.questions.items():
            if question.kind.spec.get("choices_from") == name and question.type == "slot" and first:
                answers[key] = str(first[0])
                if narrow := question.kind.spec.get("narrow_by"):
                    answers[narrow] = first[3]
    return answers


def _move(request: HttpRequest, trial: Trial, *, at: datetime) -> tuple[Trial, dict[str, Any] | None]:
    step = trial.compiled.form.step(trial.step)
    if step is None:
        raise Http404
    posted: dict[str, Any] = {}
    if "_next" in request.POST or any(name in request.POST for name in ("_add", "_remove", "_lookup")):
        posted = {"data": request.POST, "files": request.FILES, "store": _keep_nothing}
    form = _form(trial, step, at=at, **posted)
    if posted and not form.is_refill and form.is_valid():
        answers = {**trial.answers, **form.cleaned_answers}
        keys = [one.key for one in trial.compiled.form.steps_for(answers)]
        after = keys[keys.index(trial.step) + 1 :]
        trial = Trial(trial.compiled, answers, after[0] if after else "")
        following = trial.compiled.form.step(trial.step)
        if following is None:
            return trial, None
        step, form = following, _form(trial, following, at=at)
    return trial, _shown(trial, step, form)


def _form(trial: Trial, step: Step, *, at: datetime, **posted: Any) -> StepForm:
    sources = procedures.sources_of(trial.compiled, at=at)
    return step.form(initial=trial.answers, sources=sources, language=get_language() or "ja", **posted)


def _shown(trial: Trial, step: Step, form: StepForm) -> dict[str, Any]:
    steps = trial.compiled.form.steps_for(trial.answers)
    keys = [one.key for one in steps]
    number = keys.index(trial.step) + 1
    return {
        "form": form,
        "step": step,
        "state": trial.state,
        "number": number,
        "total": len(keys),
        "before": keys[number - 2] if number > 1 else "",
        "titles": [one.title for one in steps],
    }


def _result(request: HttpRequest, design: Design, trial: Trial, *, at: datetime) -> HttpResponse:
    outcome = request.POST.get("_outcome", "")
    if outcome not in OUTCOMES:
        raise Http404
    language = get_language() or "ja"
    try:
        seen = procedures.rehearse(
            source=design.source, answers=trial.answers, outcome=outcome, language=language, at=at
        )
    except procedures.DefinitionError as error:
        return show_tab(request, design, "tryout", "designer/tryout_broken.html", {"reason": str(error)}, at=at)
    questions = trial.compiled.form.questions
    context = {
        "seen": seen,
        "state": trial.state,
        "summary": trial.compiled.form.summary(trial.answers, language=language),
        "faults": [
            (questions[key].label if (key := path.split(".")[0]) in questions else path, texts)
            for path, texts in seen.errors.items()
        ],
        "first": trial.compiled.form.steps[0].key,
        "outcome": outcome,
    }
    return show_tab(request, design, "tryout", "designer/tryout_result.html", context, at=at)


@require_POST
def tryout_notice(request: HttpRequest, design_id: int) -> HttpResponse:
    """The notice that the outcome would bring, unsigned and marked 案."""
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    outcome = request.POST.get("_outcome", "")
    if outcome not in OUTCOMES:
        raise Http404
    try:
        seen = procedures.rehearse(
            source=design.source, answers=_answers(request), outcome=outcome, language=get_language() or "ja", at=at
        )
    except procedures.DefinitionError as error:
        raise Http404 from error
    if seen.notice is None:
        raise Http404
    return HttpResponse(seen.notice[1], content_type="application/pdf", headers={"Content-Disposition": "inline"})
