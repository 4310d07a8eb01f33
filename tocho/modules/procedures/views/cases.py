from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.decisions import api as decisions
from tocho.modules.messages import api as exchanges
from tocho.modules.records import api as records
from tocho.ui.downloads import check_form, table_response

from .. import actions
from ..forms import CorrectionForm, DraftForm
from ..models import Application, ProcedureVersion, Transit
from ..permissions import cases_readable_by, officer
from ..queries import (
    CaseFilter,
    CasePage,
    case_columns,
    case_page,
    case_table,
    current_version,
    decision_content,
    definition,
    is_given,
    party_rows,
    times_page,
    work_rows,
)
from ..queries import case_list as case_list_page
from ..rules import CORRECTION_BUSINESS_DAYS
from .access import fetch_case, read_case


def actor_of(request: HttpRequest, application: Application, *, at: datetime) -> Actor:
    return officer(request.user.pk or 0, application, at=at)


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    visible, shown = cases_readable_by(request.user.pk or 0, at=at), CaseFilter.of(request.GET)
    page = case_list_page(visible, shown=shown, after=request.GET.get("after", ""), today=calendar.office_day(at))
    states = [(value, label) for value, label in Application.State.choices if value not in ("draft", "expired")]
    return render(request, "procedures/case_list.html", {"page": page, "states": states})


@require_GET
def case_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as a table to take away: ``csv``, ``sjis`` (Shift_JIS) or ``xlsx``. That it was taken is recorded."""
    at = timezone.now()
    visible, shown = cases_readable_by(request.user.pk or 0, at=at), CaseFilter.of(request.GET)
    check_form(form)
    actions.record_export(actor=Actor(user_id=request.user.pk), form=form, at=at)
    name, columns, rows = _("案件"), case_columns(), case_table(visible, shown=shown)
    return table_response(request, form, name, columns, rows)


@require_GET
def case_detail(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = read_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    actor = actor_of(request, application, at=at)
    actions.record_look(application=application, actor=actor, at=at)
    if page.thread.unread and not page.elsewhere:
        exchanges.mark_read(subject=actions.subject_of(application), side=exchanges.OFFICE, actor=actor, at=at)
    context = {"page": page, "received": records.received_of("application", application.id)}
    return render(request, "procedures/case_detail.html", context)


@require_GET
def case_diagram(request: HttpRequest, case_id: int) -> HttpResponse:
    application = read_case(request, case_id, at=timezone.now())
    subject = actions.subject_of(application)
    work = work_rows(subject, at=timezone.now())
    context = {
        "application": application,
        "diagram": process.diagram_context(subject),
        "work": work,
        "key": definition(application.version_id).facts.key,
    }
    return render(request, "procedures/case_diagram.html", context)


@require_http_methods(["GET", "POST"])
def case_correct(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    fixed = definition(application.version_id).fixed_keys
    choices = [(row.key, row.label) for step in page.summary for row in step.rows if row.key not in fixed]
    deadline = calendar.add_business_days(calendar.office_day(at), CORRECTION_BUSINESS_DAYS)
    form = CorrectionForm(choices, deadline, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_correction(
                application_id=application.id,
                message=form.cleaned_data["message"],
                fields=form.cleaned_data["fields_asked"],
                deadline_on=form.cleaned_data["deadline_on"],
                actor=actor_of(request, application, at=at),
                at=at,
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("申請者に補正をお願いしました。標準処理期間は止まっています。"))
            return redirect("procedures:case_detail", case_id)
    elif not page.mine:
        raise PermissionDenied
    return render(
        request, "procedures/case_correct.html", {"page": page, "form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def case_draft(request: HttpRequest, case_id: int) -> HttpResponse:
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    page = case_page(application, user_id=request.user.pk or 0, at=at)
    actor = actor_of(request, application, at=at)
    initial = {"body": decision_content(application, outcome="approve", reasons="")["body"], "outcome": "approve"}
    form = DraftForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.draft_decision(application_id=application.id, actor=actor, at=at, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("起案し、回付しました。"))
            return redirect("procedures:case_detail", case_id)
    elif not page.mine:
        raise PermissionDenied
    context = {"page": page, "form": form, "route": _route(page, actor, at=at), "parties": party_rows(application)}
    return render(request, "procedures/case_draft.html", context, status=422 if form.errors else 200)


def _route(page: CasePage, actor: Actor, *, at: datetime) -> decisions.RouteView | None:
    """Where the draft would go; None where no route is found (the form says why when it is sent)."""
    application = page.application
    try:
        return decisions.route_preview(
            category=page.facts.category,
            facts={"amount": application.fee, "importance": page.facts.importance},
            unit=application.unit,
            drafter=actor,
            at=at,
        )
    except decisions.NoRoute:
        return None


@require_GET
def case_annex(request: HttpRequest, case_id: int) -> HttpResponse:
    """The notice as it would go out for the proposed outcome, before anybody drafts the decision."""
    at = timezone.now()
    application = fetch_case(request, case_id, at=at)
    annex = actions.notice_draft(application, outcome=request.GET.get("outcome", "approve"), reasons="", at=at)
    if annex is None:
        raise Http404
    return HttpResponse(annex[1], content_type="application/pdf", headers={"Cache-Control": "private, no-store"})


@require_GET
def case_file(request: HttpRequest, case_id: int, file_id: int) -> FileResponse:
    application = read_case(request, case_id, at=timezone.now())
    through = Transit.objects.filter(application=application, file_id=file_id).exists()
    if not through and not is_given(application, file_id):
        raise Http404
    return files.download_response(file_id, inline=True)


@require_GET
def procedure_times(request: HttpRequest, key: str) -> HttpResponse:
    """Where the cases of a procedure stay longest; numbers about cases only, for every employee."""
    if not org.posts_of(request.user.pk or 0, at=timezone.now()):
        raise PermissionDenied
    try:
        version = current_version(key)
    except ProcedureVersion.DoesNotExist as error:
        raise Http404 from error
    page = times_page(version, key, language=get_language() or "ja")
    return render(request, "procedures/procedure_times.html", {"page": page})
