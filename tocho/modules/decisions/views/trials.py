"""A proposed authority table tried on the past year: asked again, what goes otherwise, as a file, on paper."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response

from .. import actions
from ..models import AuthorityChange, AuthorityTrial
from ..queries.routes import words_of
from ..queries.speech import after_word
from ..queries.trials import Sought, columns, file_rows, latest_trial, shifted, trial_page, ways_of
from .authority import fetch_change


@require_POST
def change_try(request: HttpRequest, change_id: int) -> HttpResponse:
    change = fetch_change(request, change_id)
    actions.ask_trial(change_id=change.id, actor=Actor(user_id=request.user.pk), at=timezone.now())
    return redirect("decisions:change_detail", change.id)


@require_GET
def change_ways(request: HttpRequest, change_id: int) -> HttpResponse:
    at = timezone.now()
    change, trial = _tried(request, change_id)
    sought, on = Sought.of(request.GET), org.office_day(at)
    after = whole_number(request.GET.get("after", ""))
    rows, following = shifted(trial, sought, user_id=request.user.pk or 0, at=at, after=after)
    words = dict(words_of(on).get("category", ()))
    shifts = trial.shifts.order_by()
    context = {
        "change": change,
        "sought": sought,
        "rows": rows,
        "next": following,
        "way": ways_of(sought.shifts(trial)[:1], on=on) if sought.way else (),
        "categories": [(one, words.get(one, one)) for one in sorted(set(shifts.values_list("category", flat=True)))],
        "olds": [(str(rank), after_word(rank)) for rank in sorted(set(shifts.values_list("before_rank", flat=True)))],
        "news": [(str(rank), after_word(rank)) for rank in sorted(set(shifts.values_list("after_rank", flat=True)))],
        "query": sought.query(),
    }
    return render(request, "decisions/change_ways.html", context)


@require_GET
def change_ways_export(request: HttpRequest, change_id: int, form: str) -> HttpResponseBase:
    """What is found, as a file."""
    at = timezone.now()
    _change, trial = _tried(request, change_id)
    rows = file_rows(trial, Sought.of(request.GET), user_id=request.user.pk or 0, at=at)
    return table_response(request, form, "authority-trial", columns(), rows)


@require_GET
def change_print(request: HttpRequest, change_id: int) -> HttpResponse:
    """The result for paper, to be laid before who puts the table in force."""
    at = timezone.now()
    change, trial = _tried(request, change_id)
    page = trial_page(trial, change, on=org.office_day(at))
    return render(request, "decisions/change_print.html", {"change": change, "page": page, "trial": trial})


def _tried(request: HttpRequest, change_id: int) -> tuple[AuthorityChange, AuthorityTrial]:
    """A proposal and its latest trial; 404 while that goes on."""
    change = fetch_change(request, change_id)
    trial = latest_trial(change)
    if trial is None or trial.done_at is None:
        raise Http404
    return change, trial
