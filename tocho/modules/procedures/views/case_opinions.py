"""Other sections are asked what they think of a case; they see what is chosen here and nothing else."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.modules.opinions import api as opinions

from .. import actions
from ..forms import InquiryForm
from ..queries import CasePage, case_page
from .access import fetch_case
from .cases import actor_of


@require_http_methods(["GET", "POST"])
def case_opinions(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    form = _form(request, page, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            _ask(request, page, form, actor=actor_of(request, application, at=at), at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("意見を聞きました。回答が届いたら、お知らせします。"))
            return redirect("procedures:case_detail", case_id)
    sections = org.sections(on=calendar.office_day(at))
    context = {"page": page, "form": form, "sections": [section.full_name for section in sections]}
    return render(request, "procedures/case_opinions.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, page: CasePage, *, at: datetime) -> InquiryForm:
    rows = _rows(page)
    initial = {
        "due_on": calendar.add_business_days(calendar.office_day(at), opinions.ANSWER_DAYS).isoformat(),
        "shown": [key for key, _label, _value in rows if not key.startswith("applicant")],
    }
    choices = [(key, f"{label}：{value[:60]}") for key, label, value in rows]
    files = [(str(file_id), name) for file_id, name in page.file_choices]
    return InquiryForm(choices, files, request.POST if request.method == "POST" else None, initial=initial)


def _rows(page: CasePage) -> list[tuple[str, str, str]]:
    return [(row.key, row.label, row.display) for step in page.summary for row in step.rows if row.display]


def _ask(request: HttpRequest, page: CasePage, form: InquiryForm, *, actor: Actor, at: datetime) -> None:
    chosen = form.cleaned_data
    actions.ask_opinions(
        application=page.application,
        question=opinions.Question(
            text=chosen["question"],
            units=chosen["units"],
            due_on=chosen["due_on"],
            brief=_brief(page, chosen["shown"]),
            file_ids=[int(file_id) for file_id in chosen.get("shown_files", ())],
            once=request.POST.get("_once", ""),
        ),
        actor=actor,
        at=at,
    )


def _brief(page: CasePage, shown: Iterable[str]) -> list[tuple[str, str]]:
    wanted = set(shown)
    return [(label, value) for key, label, value in _rows(page) if key in wanted]
