import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.calendar import api as calendar
from tocho.engines.rules.api import DecisionTable, RuleError
from tocho.modules.consultations import api as consultations
from tocho.modules.improvement import api as improvement

from ..definitions import in_language
from ..forms import ActingForm, EligibilityForm
from ..models import ProcedureVersion
from ..queries import acting_options, current_version, definition, offered, procedure_page

logger = logging.getLogger(__name__)


def _version(key: str) -> ProcedureVersion:
    try:
        return current_version(key)
    except ProcedureVersion.DoesNotExist as error:
        raise Http404 from error


@login_not_required
@require_GET
def procedure_list(request: HttpRequest) -> HttpResponse:
    return render(request, "procedures/procedure_list.html", {"procedures": offered(get_language() or "ja")})


@login_not_required
@require_GET
def procedure_detail(request: HttpRequest, key: str) -> HttpResponse:
    version = _version(key)
    page = procedure_page(version, language=get_language() or "ja")
    user = request.user if request.user.is_authenticated else None
    options = acting_options(user, facts=definition(version.id).facts, on=calendar.office_day(timezone.now()))
    context = {
        "page": page,
        "rating": improvement.public_rating(key),
        "talks": consultations.themes_for_procedure(key),
        "acting": ActingForm(options) if options else None,
    }
    return render(request, "procedures/procedure_detail.html", context)


MESSAGES = {"en": "message_en", "ja-easy": "message_easy"}  # which output of the table is said in which language


def _answer(table: DecisionTable, given: dict[str, bool], language: str) -> dict[str, Any]:
    """What the table ``eligibility`` says; where it cannot judge, the person may ask or simply apply."""
    try:
        decided = table.decide(given)
    except RuleError:
        logger.exception("the rule table eligibility fails")
        return {
            "eligible": False,
            "message": _("いま判定できません。担当の部署にお問い合わせください。"),
            "citation": "",
        }
    outputs = decided.outputs if isinstance(decided.outputs, dict) else {}
    return {
        "eligible": bool(outputs.get("eligible")),
        "message": outputs.get(MESSAGES.get(language, "message")) or outputs.get("message") or "",
        "citation": decided.fired[0].citation if decided.fired else "",
    }


@login_not_required
@require_http_methods(["GET", "POST"])
def eligibility_check(request: HttpRequest, key: str) -> HttpResponse:
    language = get_language() or "ja"
    version = _version(key)
    compiled = definition(version.id)
    if not compiled.facts.questions:
        raise Http404
    form = EligibilityForm(compiled.facts.questions, language, request.POST if request.method == "POST" else None)
    answer = None
    if request.method == "POST" and form.is_valid():
        answer = _answer(compiled.rules["eligibility"], form.answers(), language)
    context = {
        "form": form,
        "answer": answer,
        "key": key,
        "title": in_language(compiled.facts.title, language),
    }
    return render(request, "procedures/eligibility_check.html", context, status=422 if form.errors else 200)
