from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.core.org.api import Rank

from .. import actions
from ..forms import ReopenForm, SurveyForm
from ..models import BureauReturn
from ..permissions import can_certify, can_change, can_lead
from ..queries.bureau import bureau_page
from ..queries.returns import answer_digest, newest_survey, return_rows
from .access import home_bureau, need_sight, show_problems
from .requirements import home


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [home(), (_("局の回答"), reverse("seals:return_list")), *last]


@require_GET
def return_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    need_sight(request, at=at)
    survey = newest_survey()
    rows = return_rows(survey, on=org.office_day(at)) if survey else []
    own = home_bureau(request.user, at=at)
    mine = next((row for row in rows if row.bureau == own), None)
    context = {
        "survey": survey,
        "rows": rows,
        "certified": sum(1 for row in rows if row.certified_at),
        "mine": mine,
        "is_late": bool(survey and org.office_day(at) > survey.closes_on),
        "is_unchanged": bool(mine and mine.digest and mine.digest == answer_digest(own, on=org.office_day(at))),
        "can_certify": bool(mine and mine.is_ready and can_certify(request.user, mine.bureau, at=at)),
        "can_reopen": bool(mine and mine.certified_at and can_certify(request.user, mine.bureau, at=at)),
        "can_lead": can_lead(request.user, at=at),
        "crumbs": [home(), (_("局の回答"), "")],
    }
    return render(request, "seals/return_list.html", context)


@require_GET
def return_detail(request: HttpRequest, return_id: int) -> HttpResponse:
    """How far one bureau has come; where those who are late are asked to certify."""
    at = timezone.now()
    need_sight(request, at=at)
    answer, day = BureauReturn.objects.select_related("survey").filter(id=return_id).first(), org.office_day(at)
    if answer is None:
        raise Http404
    page = bureau_page(answer, on=day)
    is_newest, may = answer.survey == newest_survey(), can_certify(request.user, answer.bureau, at=at)
    context = {
        "answer": answer,
        "survey": answer.survey,
        "page": page,
        "is_unchanged": bool(answer.digest) and answer.digest == answer_digest(answer.bureau, on=day),
        "can_certify": may and is_newest and answer.certified_at is None and not page.unclassified,
        "can_reopen": (may or can_lead(request.user, at=at)) and is_newest and answer.certified_at is not None,
        "can_answer": can_change(request.user, answer.bureau, at=at) and is_newest,
        "crumbs": _crumbs((page.name, "")),
    }
    return render(request, "seals/return_detail.html", context)


def _answer(survey_id: int, bureau: str) -> BureauReturn:
    found = BureauReturn.objects.filter(survey_id=survey_id, bureau=bureau).first()
    if found is None:
        raise Http404
    return found


@require_POST
def return_certify(request: HttpRequest, survey_id: int, bureau: str) -> HttpResponse:
    at = timezone.now()
    need_sight(request, at=at)
    answer = _answer(survey_id, bureau)
    if not can_certify(request.user, bureau, at=at):
        raise PermissionDenied
    day = org.office_day(at)
    posts = [
        post
        for post in org.posts_of(request.user.pk or 0, at=at)
        if post.rank >= Rank.SECTION_CHIEF and org.bureau_of(post.unit_code, on=day).code == bureau
    ]
    actions.certify_return(
        survey_id=answer.survey_id,
        bureau=bureau,
        certifier=posts[0].label,
        actor=Actor(user_id=request.user.pk, post_id=posts[0].id),
        at=at,
    )
    messages.success(request, _("局の回答を認証しました。"))
    return redirect("seals:return_detail", answer.pk)


@require_http_methods(["GET", "POST"])
def return_reopen(request: HttpRequest, survey_id: int, bureau: str) -> HttpResponse:
    at = timezone.now()
    need_sight(request, at=at)
    answer = _answer(survey_id, bureau)
    if not (can_lead(request.user, at=at) or can_certify(request.user, bureau, at=at)):
        raise PermissionDenied
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.reopen_return(
            survey_id=answer.survey_id,
            bureau=bureau,
            reason=form.cleaned_data["reason"],
            actor=org.actor_of(request.user.pk, at=at),
            at=at,
        )
        messages.success(request, _("認証を取り消しました。回答を直せます。"))
        return redirect("seals:return_list")
    title = _("%(bureau)sの回答をもう一度開く") % {"bureau": org.unit(bureau, on=org.office_day(at)).name}
    context = {"form": form, "title": title, "crumbs": _crumbs((title, "")), "back": reverse("seals:return_list")}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def survey_open(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if not can_lead(request.user, at=at):
        raise PermissionDenied
    before = newest_survey()
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            number = (before.number if before else 0) + 1
            actions.open_survey(number=number, actor=org.actor_of(request.user.pk, at=at), at=at, **form.cleaned_data)
        except actions.SealRefused as refused:
            show_problems(form, refused)
        else:
            messages.success(request, _("調査を始めました。各局が回答できます。"))
            return redirect("seals:return_list")
    title = _("新しい回の調査を始める")
    context = {"form": form, "title": title, "crumbs": _crumbs((title, "")), "back": reverse("seals:return_list")}
    return render(request, "seals/form.html", context, status=422 if form.errors else 200)
