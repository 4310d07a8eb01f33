"""Several cases at once: the same correction, the same draft, or other hands; each case its own act and record."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocho.core.calendar import api as calendar
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import CorrectionForm, DraftForm
from ..models import Application
from ..permissions import cases_visible_to, officer
from ..queries import CaseFilter, case_list
from ..rules import CORRECTION_BUSINESS_DAYS
from .case_work import work_context, work_deed, work_titles, works_said

MOST = 50
Act = Callable[[Application], object]


@require_POST
def case_bulk(request: HttpRequest) -> HttpResponse:
    """Asked for the first time it shows the cases and asks for the words; confirmed, it does it case by case."""
    at, user_id = timezone.now(), request.user.pk or 0
    wanted = [number for value in request.POST.getlist("case")[:MOST] if (number := whole_number(value))]
    visible = cases_visible_to(user_id, at=at).filter(id__in=wanted)
    act, is_confirmed = request.POST.get("act", ""), request.POST.get("confirmed") == "1"
    if act not in ("correct", "draft", *work_titles()) or not visible.exists():
        messages.error(request, _("案件を選んでから、ボタンを押してください。"))
        return redirect("procedures:case_list")
    if act in work_titles():
        return _change_hands(request, act, visible, is_confirmed=is_confirmed, at=at)
    form = _form(act, request, is_bound=is_confirmed, at=at)
    title = _("補正を求める") if act == "correct" else _("起案する")
    page = case_list(visible, shown=CaseFilter(), today=calendar.office_day(at), limit=MOST)
    context = {"page": page, "form": form, "act": act, "title": title}
    if not is_confirmed or not form.is_valid():
        return render(request, "procedures/case_bulk.html", context, status=422 if form.errors else 200)
    done, refused = _run(visible.order_by("id"), _deed(act, form, user_id=user_id, at=at))
    if refused:
        return render(request, "procedures/case_bulk_done.html", {**context, "done": done, "refused": refused})
    messages.success(request, _("%(n)d件の案件で、%(title)sを行いました。") % {"n": done, "title": title})
    return redirect("procedures:case_list")


def _change_hands(
    request: HttpRequest, act: str, visible: QuerySet[Application], *, is_confirmed: bool, at: datetime
) -> HttpResponse:
    """Several cases are taken, put back or handed to a colleague: first who has them now, then each by itself."""
    user_id = request.user.pk or 0
    context = work_context(act, visible, user_id=user_id, at=at, most=MOST)
    if (
        is_confirmed
        and act == "assign"
        and request.POST.get("to", "") not in {str(one) for one, _n in context["people"]}
    ):
        context["error"] = _("担当する人を選んでください。")
    if not is_confirmed or "error" in context:
        status = 422 if "error" in context else 200
        return render(request, "procedures/case_bulk_work.html", context, status=status)
    do = work_deed(act, context["works"], request.POST, user_id=user_id, at=at)
    done, refused = _run(visible.order_by("id"), do)
    if refused:
        return render(request, "procedures/case_bulk_done.html", {**context, "done": done, "refused": refused})
    messages.success(request, works_said(act, done))
    return redirect("procedures:case_list")


def _form(act: str, request: HttpRequest, *, is_bound: bool, at: datetime) -> forms.Form:
    data = request.POST if is_bound else None
    if act == "draft":
        form: forms.Form = DraftForm(data, initial={"outcome": "approve"})
        form.fields["body"].help_text = _("空けておくと、手続ごとの決まった文になります。")
        form.fields["body"].required = False
        return form
    deadline = calendar.add_business_days(calendar.office_day(at), CORRECTION_BUSINESS_DAYS)
    form = CorrectionForm([], deadline, data)
    del form.fields["fields_asked"]
    return form


def _deed(act: str, form: forms.Form, *, user_id: int, at: datetime) -> Act:
    given = form.cleaned_data

    def correct(application: Application) -> object:
        return actions.request_correction(
            application_id=application.id,
            message=given["message"],
            fields=[],
            deadline_on=given["deadline_on"],
            actor=officer(user_id, application, at=at),
            at=at,
        )

    def draft(application: Application) -> object:
        actor = officer(user_id, application, at=at)
        return actions.draft_decision(application_id=application.id, actor=actor, at=at, **given)

    return correct if act == "correct" else draft


def _run(cases: Iterable[Application], do: Act) -> tuple[int, list[tuple[str, str]]]:
    """Each case in a transaction of its own: how many were done, and those refused with the reason."""
    done, refused = 0, []
    for application in cases:
        try:
            do(application)
        except Refused as reason:
            refused.append((application.receipt_number or "", reason.message))
        else:
            done += 1
    return done, refused
