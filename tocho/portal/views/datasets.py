"""The published datasets: what each holds, how fresh it is, and its files."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from tocho.engines.facts import api as facts
from tocho.ui.downloads import csv_response, excel_response, json_response

from .. import datasets as pages

PREVIEW_ROWS = 10


@login_not_required
@require_GET
def open_data(request: HttpRequest) -> HttpResponse:
    return render(
        request, "portal/open_data.html", {"datasets": [pages.dataset_card(view) for view in facts.catalogue()]}
    )


@login_not_required
@require_GET
def dataset_detail(request: HttpRequest, key: str) -> HttpResponse:
    view = facts.view_of(key)
    if view is None:
        raise Http404
    table = facts.table_of(view)
    context = {
        "dataset": pages.dataset_card(view),
        "table": table,
        "row_count": len(table.rows),
        "crumbs": [(_("オープンデータ"), reverse("portal:open_data")), (_(view.title), "")],
        "columns": pages.column_rows(table),
        "preview": pages.preview_rows(table, PREVIEW_ROWS),
        "files": pages.file_links(view),
        "used_by": pages.uses_of(view),
    }
    return render(request, "portal/dataset_detail.html", context)


@login_not_required
@require_safe
def dataset_file(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """CSV in UTF-8, or for old spreadsheets in Shift_JIS with ``?encoding=cp932``; JSON; Excel. Open to other sites."""
    view = facts.view_of(key)
    if view is None:
        raise Http404
    table = facts.table_of(view)
    titles = [column.title for column in table.columns]  # in Japanese whoever asks, for programs read them
    response: HttpResponseBase
    if form == "csv":
        encoding = "cp932" if request.GET.get("encoding") == "cp932" else "utf-8"
        response = csv_response(key, titles, table.rows, encoding=encoding)
    elif form == "json":
        keys = [column.key for column in table.columns]
        response = json_response(key, keys, table.rows, about=pages.about(table))
    else:
        response = excel_response(key, titles, table.rows)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=10"
    return response
