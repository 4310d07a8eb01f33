"""The authority table (事案決定規程 別表): its versions, one table, a change from proposal to its day."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.rules.api import Grid, SheetError, csv_of, excel_of, read_grid
from tocho.lib.errors import Refused
from tocho.ui.downloads import EXCEL

from .. import actions
from ..forms import AuthorityForm
from ..models import AuthorityChange, AuthorityTable
from ..permissions import can_keep_authority, sheets_visible_to
from ..queries.asking import table_before
from ..queries.authority import asked_by, changes_between, findings_in, read_sheet, table_view
from ..queries.trials import latest_trial, trial_page

MOST = 2**63 - 1


@require_GET
def authority_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    _check_employee(request)
    on, may_keep = org.office_day(at), can_keep_authority(request.user, at=at)
    tables = list(AuthorityTable.objects.defer("xml"))
    now = next((table for table in tables if table.effective_from <= on), None)
    changes = AuthorityChange.objects.defer("xml").select_related("drafted_by")[:100] if may_keep else ()
    sheets = sheets_visible_to(request.user, at=at).filter(change__isnull=True, discarded_at__isnull=True)
    context = {
        "tables": tables,
        "now": now,
        "on": on,
        "changes": changes,
        "may_keep": may_keep,
        "sheets": sheets.defer("xml", "base__xml").select_related("base", "editor")[:100],
    }
    return render(request, "decisions/authority_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def authority_detail(request: HttpRequest, table_id: int) -> HttpResponse:
    at = timezone.now()
    _check_employee(request)
    table = get_object_or_404(AuthorityTable, id=min(table_id, MOST))
    may_keep = can_keep_authority(request.user, at=at)
    if request.method == "POST" and not may_keep:
        raise PermissionDenied
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AuthorityForm(data, files)
    faults: list[str] = []
    if data is not None and form.is_valid():
        try:
            day = form.cleaned_data["effective_from"]
            xml = read_sheet(form.cleaned_data["file"].read(), table.xml, on=day)
            proposal = actions.Proposal(
                xml, day, form.cleaned_data["why"], table.id, bool(form.cleaned_data["keeps_pending"])
            )
            change = actions.propose_authority(proposal, actor=Actor(user_id=request.user.pk), at=at)
        except SheetError as error:
            faults = [str(fault) for fault in error.faults]
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("decisions:change_detail", change.id)
    q = request.GET.get("q", "")[:100]
    context = {
        "table": table,
        "view": table_view(table.xml, q, on=org.office_day(at)),
        "q": q,
        "form": form,
        "faults": faults,
    }
    status = 422 if faults or form.errors else 200
    return render(request, "decisions/authority_detail.html", {**context, "may_keep": may_keep}, status=status)


@require_GET
def authority_duties(request: HttpRequest, table_id: int) -> HttpResponse:
    """Whom the table has asked, and where nobody is there to be asked."""
    at = timezone.now()
    _check_employee(request)
    table = get_object_or_404(AuthorityTable, id=min(table_id, MOST))
    rows = asked_by(table.xml, at=at)
    context = {"table": table, "rows": rows, "lacking": sum(row.is_lacking for row in rows)}
    return render(request, "decisions/authority_duties.html", context)


@require_GET
def authority_file(request: HttpRequest, table_id: int) -> HttpResponse:
    _check_employee(request)
    table = get_object_or_404(AuthorityTable, id=min(table_id, MOST))
    return table_file(request, read_grid(table.xml), str(table.effective_from))


def table_file(request: HttpRequest, grid: Grid, suffix: str) -> HttpResponse:
    """A table as Excel or CSV, as ``format`` asks."""
    kind = request.GET.get("format", "xlsx")
    if kind not in ("xlsx", "csv", "sjis"):
        raise BadRequest("format")
    if kind == "xlsx":
        response = HttpResponse(excel_of([grid]), content_type=EXCEL)
    else:
        encoding, charset = ("cp932", "Shift_JIS") if kind == "sjis" else ("utf-8", "utf-8")
        response = HttpResponse(csv_of(grid, encoding=encoding), content_type=f"text/csv; charset={charset}")
    name = f"{grid.name}-{suffix}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@require_GET
def change_detail(request: HttpRequest, change_id: int) -> HttpResponse:
    at = timezone.now()
    change = fetch_change(request, change_id)
    old, trial = table_before(change), latest_trial(change)
    context = {
        "change": change,
        "changes": changes_between(read_grid(old.xml), read_grid(change.xml), on=change.effective_from) if old else [],
        "findings": findings_in(change.xml),
        "view": table_view(change.xml, on=change.effective_from),
        "is_own": change.drafted_by_id == request.user.pk,
    }
    if trial and trial.done_at:
        context["page"] = trial_page(trial, change, on=org.office_day(at))
    is_part = request.htmx and trial is not None and request.GET.get("part") == "trial"  # type: ignore[attr-defined]
    template = "decisions/_trial.html" if is_part else "decisions/change_detail.html"
    return render(request, template, {**context, "trial": trial})


@require_POST
def change_enact(request: HttpRequest, change_id: int) -> HttpResponse:
    change = fetch_change(request, change_id)
    actions.enact_authority(change_id=change.id, actor=Actor(user_id=request.user.pk), at=timezone.now())
    messages.success(request, _("施行を決めました。施行日の0時から、新しい起案がこの表で回付されます。"))
    return redirect("decisions:authority_list")


@require_POST
def change_withdraw(request: HttpRequest, change_id: int) -> HttpResponse:
    change = fetch_change(request, change_id)
    actions.withdraw_authority(change_id=change.id, actor=Actor(user_id=request.user.pk), at=timezone.now())
    messages.success(request, _("改正案を取り下げました。"))
    return redirect("decisions:authority_list")


def _check_employee(request: HttpRequest) -> None:
    if not org.posts_of(request.user.pk or 0, at=timezone.now()) and not getattr(request.user, "is_superuser", False):
        raise PermissionDenied


def fetch_change(request: HttpRequest, change_id: int) -> AuthorityChange:
    if not can_keep_authority(request.user, at=timezone.now()):
        raise PermissionDenied
    return get_object_or_404(
        AuthorityChange.objects.select_related("drafted_by", "enacted_by"), id=min(change_id, MOST)
    )
