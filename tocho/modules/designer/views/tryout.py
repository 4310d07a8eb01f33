"""試す: the design as applicant and as officer, from the application through all rounds. Nothing is written."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocho.engines.forms.api import FormDefinition
from tocho.lib.text import whole_number
from tocho.modules.procedures import api as procedures

from ..models import Design
from ..queries import problem_rows, turns_in_words
from .access import fetch_design, show_tab
from .walking import Trial, trial_of, walk

ACTS = ("pass_on", "approve", "reject")
MOST_MOVES, MOST_SHOWN = 40, 10


@require_http_methods(["GET", "POST"])
def tryout(request: HttpRequest, design_id: int) -> HttpResponse:
    """``_act``: what the officer does (``pass_on``, ``approve``, ``reject``), ``back`` for the last move taken back;
    ``part``: the report that the applicant writes; else the application's own form."""
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    try:
        compiled = procedures.compile_source(design.source)
    except procedures.DefinitionError as error:
        return _broken(request, design, error, at=at)
    trial, act, part = trial_of(request, compiled), request.POST.get("_act", ""), request.POST.get("part", "")
    if act:
        return _result(request, design, _acted(trial, act), at=at)
    if part and part not in compiled.parts:
        raise Http404
    trial, context = walk(request, replace(trial, part=part), design.source, at=at)
    if context is None:
        return _result(request, design, _reported(trial) if part else replace(trial, moves=()), at=at)
    status = 422 if context["form"].is_bound and not context["form"].is_refill and context["form"].errors else 200
    return show_tab(request, design, "tryout", "designer/tryout.html", context, at=at, status=status)


def _acted(trial: Trial, act: str) -> Trial:
    if act == "back":
        return replace(trial, moves=trial.moves[:-1])
    if act not in ACTS or len(trial.moves) >= MOST_MOVES:
        raise Http404
    return replace(trial, moves=(*trial.moves, procedures.Move(act)))


def _reported(trial: Trial) -> Trial:
    """The report is written: a move of the applicant."""
    return replace(trial, moves=(*trial.moves, procedures.Move("report", trial.given, trial.part)), part="", typed=None)


def _broken(request: HttpRequest, design: Design, error: Exception, *, at: datetime) -> HttpResponse:
    context = {"reason": str(error), "rows": [row for row in problem_rows(design) if row.is_error][:MOST_SHOWN]}
    return show_tab(request, design, "tryout", "designer/tryout_broken.html", context, at=at)


def _result(request: HttpRequest, design: Design, trial: Trial, *, at: datetime) -> HttpResponse:
    language = get_language() or "ja"
    try:
        seen = procedures.rehearse(
            source=design.source, answers=trial.answers, moves=trial.moves, language=language, at=at
        )
    except procedures.DefinitionError as error:
        return _broken(request, design, error, at=at)
    done = len(seen.turns) - sum(turn.by_rule for turn in seen.turns)
    failed = trial.moves[done] if (seen.errors or seen.refused) and done < len(trial.moves) else None
    forms = _written(trial)
    context = {
        "seen": seen,
        "state": trial.state,
        "summaries": [(title, form.summary(answers, language=language)) for title, form, answers in forms],
        "faults": _faults(seen, forms[-1][1] if failed else trial.compiled.form),
        "failed": failed,
        "has_moves": bool(trial.moves),
        "turns": turns_in_words(seen.turns),
        "first": trial.compiled.form.steps[0].key,
        "report": trial.compiled.parts[seen.report].title if seen.report else "",
    }
    return show_tab(request, design, "tryout", "designer/tryout_result.html", context, at=at)


def _written(trial: Trial) -> list[tuple[str, FormDefinition, dict[str, Any]]]:
    """The application and each report: what it is called, its form, its answers."""
    reports = [(trial.compiled.parts[move.part], dict(move.answers)) for move in trial.moves if move.part]
    return [
        (_("申請の内容"), trial.compiled.form, trial.answers),
        *((form.title, form, answers) for form, answers in reports),
    ]


def _faults(seen: procedures.Rehearsal, form: FormDefinition) -> list[tuple[str, list[str]]]:
    """What was not accepted: the question's words and the reasons."""
    labels = {key: question.label for key, question in form.questions.items()}
    return [(labels.get(path.split(".")[0], path), texts) for path, texts in seen.errors.items()]


@require_POST
def tryout_notice(request: HttpRequest, design_id: int) -> HttpResponse:
    """The notice of a turn, unsigned and marked 案."""
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    turn = whole_number(request.POST.get("turn", ""))
    try:
        trial = trial_of(request, procedures.compile_source(design.source))
        seen = procedures.rehearse(
            source=design.source,
            answers=trial.answers,
            moves=trial.moves,
            draw=turn,
            language=get_language() or "ja",
            at=at,
        )
    except procedures.DefinitionError as error:
        raise Http404 from error
    if turn is None or not 0 <= turn < len(seen.turns) or not seen.turns[turn].notice:
        raise Http404
    if seen.notice is None:
        messages.error(request, _("この通知は、この答えでは描けません。様式に誤りがあります。"))
        return redirect("designer:notices", design.id)
    return HttpResponse(seen.notice[1], content_type="application/pdf", headers={"Content-Disposition": "inline"})
