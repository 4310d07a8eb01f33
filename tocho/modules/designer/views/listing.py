from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocho.lib.text import whole_number
from tocho.ui.downloads import csv_response, excel_response

from ..models import Design
from ..permissions import designs_visible_to
from ..queries import DesignFilter, design_columns, design_table
from ..queries import design_list as design_rows
from .access import fetch_design


@require_GET
def design_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    visible = designs_visible_to(request.user.pk or 0, at=at)
    page = design_rows(visible, shown=DesignFilter.of(request.GET), after=whole_number(request.GET.get("after", "")))
    return render(request, "designer/design_list.html", {"page": page, "states": Design.State.choices})


@require_GET
def designs_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as a table to take away: ``csv``, ``sjis`` (Shift_JIS) or ``xlsx``."""
    if form not in ("csv", "sjis", "xlsx"):
        raise Http404
    visible = designs_visible_to(request.user.pk or 0, at=timezone.now())
    name, columns = _("手続の草案"), design_columns()
    rows = design_table(visible, shown=DesignFilter.of(request.GET))
    if form == "xlsx":
        return excel_response(name, columns, rows)
    return csv_response(name, columns, rows, encoding="cp932" if form == "sjis" else "utf-8", guard=True)


@require_GET
def design_detail(request: HttpRequest, design_id: int) -> HttpResponse:
    fetch_design(request, design_id, at=timezone.now())
    return redirect("designer:facts", design_id)
