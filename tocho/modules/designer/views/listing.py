from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocho.lib.text import whole_number
from tocho.ui.downloads import table_response

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
    visible = designs_visible_to(request.user.pk or 0, at=timezone.now())
    name, columns = _("手続の草案"), design_columns()
    rows = design_table(visible, shown=DesignFilter.of(request.GET))
    return table_response(request, form, name, columns, rows)


@require_GET
def design_detail(request: HttpRequest, design_id: int) -> HttpResponse:
    fetch_design(request, design_id, at=timezone.now())
    return redirect("designer:facts", design_id)
