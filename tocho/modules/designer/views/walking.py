"""A form of a design gone through step by step. What was answered and done travels in the page, signed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.engines.forms.api import FormDefinition, Step, StepForm
from tocho.lib.errors import Refused
from tocho.modules.procedures import api as procedures

from ..rules.trial_answers import sample_answers

SALT = "designer.tryout"
REFILLS = ("_add", "_remove", "_lookup", "_refresh")


@dataclass(frozen=True)
class Trial:
    """A try-out on its way: what is compiled, the answers of the application, what was done since, and while a report
    is written (``part``) its answers so far; ``step`` comes now ("" = the end of the form)."""

    compiled: procedures.ProcedureDefinition
    answers: dict[str, Any]
    moves: tuple[procedures.Move, ...] = ()
    part: str = ""
    typed: dict[str, Any] | None = None
    step: str = ""

    @property
    def form(self) -> FormDefinition:
        return self.compiled.parts[self.part] if self.part else self.compiled.form

    @property
    def given(self) -> dict[str, Any]:
        """The answers to the form that is gone through."""
        return (self.typed or {}) if self.part else self.answers

    def with_given(self, answers: dict[str, Any]) -> "Trial":
        return replace(self, typed=answers) if self.part else replace(self, answers=answers)

    @property
    def state(self) -> str:
        moves = [[one.do, dict(one.answers), one.part] for one in self.moves]
        return signing.dumps([self.answers, moves, self.typed or {}], salt=SALT, compress=True)


def trial_of(request: HttpRequest, compiled: procedures.ProcedureDefinition) -> Trial:
    """The try-out as the page sent it; from the beginning where it cannot be read any more."""
    try:
        answers, moves, typed = signing.loads(request.POST.get("state", ""), salt=SALT, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return Trial(compiled, {})
    done = tuple(procedures.Move(do, given, part) for do, given, part in moves)
    if any(one.part and one.part not in compiled.parts for one in done):  # the form was taken out meanwhile
        done = ()
    return Trial(compiled, answers, done, "", typed)


def walk(
    request: HttpRequest, trial: Trial, source: Mapping[str, Any], *, at: datetime
) -> tuple[Trial, dict[str, Any] | None]:
    """One move through the form of a design: the try-out as it stands then, and the step to show; None at the end."""
    if "_samples" in request.POST:
        form = source["parts"][trial.part] if trial.part else source["form"]
        specs = {one["key"]: one for step in form["steps"] for one in step["fields"]}
        answers = sample_answers(trial.form, specs, today=office_day(at))
        return trial.with_given(answers if trial.part else _offered(trial.compiled, answers, at=at)), None
    keys = [step.key for step in trial.form.steps_for(trial.given)]
    here = request.POST.get("step") or (keys[0] if keys else "")
    if here not in keys:
        return trial, None
    return _move(request, replace(trial, step=here), at=at)


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
    step = trial.form.step(trial.step)
    if step is None:
        raise Http404
    posted: dict[str, Any] = {}
    if "_next" in request.POST or any(name in request.POST for name in REFILLS):
        posted = {"data": request.POST, "files": request.FILES, "store": _keep_nothing}
    form = _form(trial, step, at=at, **posted)
    if posted and not form.is_refill and form.is_valid():
        answers = {**trial.given, **form.cleaned_answers}
        keys = [one.key for one in trial.form.steps_for(answers)]
        after = keys[keys.index(trial.step) + 1 :]
        trial = replace(trial.with_given(answers), step=after[0] if after else "")
        following = trial.form.step(trial.step)
        if following is None:
            return trial, None
        step, form = following, _form(trial, following, at=at)
    return trial, _shown(trial, step, form)


def _keep_nothing(upload: Any, *, max_bytes: int, allowed: Any) -> dict[str, Any]:
    """What a stored upload would be called; its content goes nowhere."""
    if upload.size > max_bytes:
        raise Refused(_("ファイルが大きすぎます。"))
    return {"id": 0, "name": upload.name, "size": upload.size}


def _form(trial: Trial, step: Step, *, at: datetime, **posted: Any) -> StepForm:
    sources = procedures.sources_of(trial.compiled, at=at)
    return step.form(initial=trial.given, sources=sources, language=get_language() or "ja", **posted)


def _shown(trial: Trial, step: Step, form: StepForm) -> dict[str, Any]:
    steps = trial.form.steps_for(trial.given)
    keys = [one.key for one in steps]
    number = keys.index(trial.step) + 1
    return {
        "form": form,
        "step": step,
        "part": trial.part,
        "state": trial.state,
        "number": number,
        "total": len(keys),
        "before": keys[number - 2] if number > 1 else "",
        "titles": [one.title for one in steps],
    }
