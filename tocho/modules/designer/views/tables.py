"""The list of a procedure's rule tables; one begun, exchanged with Excel, taken out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.engines.rules.api import (
    Grid,
    SheetError,
    TableError,
    csv_of,
    edits,
    excel_of,
    faults_of,
    read_csv,
    read_excel,
    read_grids,
    write_grid,
)
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.downloads import EXCEL

from ..actions import save_part, save_parts
from ..definitions.names import names_of
from ..forms.tables import NewTableForm, SheetForm
from ..models import Design
from ..queries.tables import known_names, table_rows
from ..rules.tables import new_grid
from .access import actor_of, fetch_design, fetch_own_design, show_tab

FORMATS = ("xlsx", "csv", "sjis", "dmn")


@require_http_methods(["GET", "HEAD", "POST"])
def tables(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    wanted = request.GET.get("name", "")
    if request.method != "POST":
        design = fetch_design(request, design_id, at=at)
        if wanted in design.source["rules"]:
            return redirect("designer:table", design_id, wanted)
        return _list(request, design, NewTableForm(taken=design.source["rules"]), at=at)
    design = fetch_own_design(request, design_id, at=at)
    form = NewTableForm(request.POST, taken=design.source["rules"])
    if not form.is_valid():
        return _list(request, design, form, at=at, status=422)
    name = form.cleaned_data["name"]
    xml = write_grid(new_grid(form.cleaned_data["kind"], name, names_of(design.source, table=name)))
    values = {f"rules/{name}": xml} | _with_fee(design, name)
    try:
        save_parts(
            design_id=design.id,
            values=values,
            revision=design.revision,
            actor=actor_of(request, design, at=at),
            at=at,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _list(request, design, form, at=at, status=422)
    return redirect("designer:table", design.id, name)


def _with_fee(design: Design, name: str) -> dict[str, Any]:
    """The form that asks a new fee table, where nothing computes the fee yet: nobody has to know that it must."""
    form = design.source["form"]
    computed = form.get("computed") or []
    if name != "fee" or not isinstance(computed, list) or any(one.get("key") == "fee" for one in computed):
        return {}
    return {"form": {**form, "computed": [*computed, {"key": "fee", "rule": "fee"}]}}


def _list(request: HttpRequest, design: Design, form: NewTableForm, *, at: datetime, status: int = 200) -> HttpResponse:
    context = {"rows": table_rows(design), "form": form}
    return show_tab(request, design, "tables", "designer/tables.html", context, at=at, status=status)


def save(
    request: HttpRequest, design: Design, name: str, xml: str | None, *, at: datetime, revision: int | None = None
) -> Design:
    """Save a table under the post of the person. :raises Refused: as ``save_part``"""
    actor = actor_of(request, design, at=at)
    number = design.revision if revision is None else revision
    return save_part(design_id=design.id, part=f"rules/{name}", value=xml, revision=number, actor=actor, at=at)


def table_source(design: Design, name: str) -> str:
    """The DMN of a table; 404 where the design has none of that name."""
    xml = design.source["rules"].get(name)
    if xml is None:
        raise Http404
    return str(xml)


@require_http_methods(["GET", "HEAD", "POST"])
def table_remove(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    table_source(design, name)
    if request.method != "POST":
        return show_tab(request, design, "tables", "designer/table_remove.html", {"name": name}, at=at)
    save(request, design, name, None, at=at, revision=whole_number(request.POST.get("revision", "")))
    messages.success(request, _("表「%(name)s」を外しました。「確認」の画面の履歴から戻せます。") % {"name": name})
    return redirect("designer:tables", design.id)


@require_GET
def table_file(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    design = fetch_design(request, design_id, at=timezone.now())
    xml = table_source(design, name)
    kind = request.GET.get("format", "xlsx")
    if kind not in FORMATS:
        raise BadRequest("format")
    try:
        grids = read_grids(xml) if kind != "dmn" else ()
    except TableError as error:
        raise Refused(error.message) from error
    content, media, suffix = _file(kind, xml, grids)
    response = HttpResponse(content, content_type=media)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{design.key}-{name}.{suffix}") or ""
    return response


def _file(kind: str, xml: str, grids: Sequence[Grid]) -> tuple[bytes, str, str]:
    if kind == "dmn":
        return xml.encode(), "application/xml; charset=utf-8", "dmn"
    if kind == "xlsx":
        return excel_of(grids), EXCEL, "xlsx"
    encoding, charset = ("cp932", "Shift_JIS") if kind == "sjis" else ("utf-8", "utf-8")
    return csv_of(grids[-1], encoding=encoding), f"text/csv; charset={charset}", "csv"


@require_POST
def table_upload(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    """A file is read and shown with what it would change; nothing is saved until that is confirmed."""
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    xml = table_source(design, name)
    if "source" in request.POST:
        return _take(request, design, name, request.POST["source"], at=at)
    form = SheetForm(request.POST, request.FILES)
    context: dict[str, Any] = {"name": name, "form": form, "faults": [], "changes": []}
    if not form.is_valid():
        return show_tab(request, design, "tables", "designer/table_upload.html", context, at=at, status=422)
    try:
        context |= _read(design, name, xml, form.cleaned_data["file"].read())
    except SheetError as error:
        context["faults"] = [str(fault) for fault in error.faults]
    status = 422 if context["faults"] else 200
    return show_tab(request, design, "tables", "designer/table_upload.html", context, at=at, status=status)


def _read(design: Design, name: str, xml: str, data: bytes) -> dict[str, Any]:
    """What a spreadsheet would make of the tables: the new DMN and what changes.

    :raises SheetError: with every fault, those in single cells included.
    """
    found = read_excel(data) if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else read_csv(data)
    known = known_names(names_of(design.source, table=name), xml)
    old = {grid.id: grid for grid in read_grids(xml)}
    faults, changes, written = [], [], xml
    for table in found:
        grid = edits.understood(table.grid, known)
        faults += [table.place(fault) for fault in faults_of(grid, names=known) if fault.is_error]
        before = old.get(grid.id) or (next(iter(old.values())) if len(old) == 1 else None)
        if before is not None:
            grid = edits.renamed(grid, before.id)
            changes += edits.changes(before, grid)
        written = write_grid(grid, written)
    if faults:
        raise SheetError(faults)
    return {"changes": changes, "source": written, "is_same": written == xml}


def _take(request: HttpRequest, design: Design, name: str, source: str, *, at: datetime) -> HttpResponse:
    try:
        read_grids(source)
        save(request, design, name, source, at=at, revision=whole_number(request.POST.get("revision", "")))
    except Refused as refused:
        context = {"name": name, "faults": [refused.message], "changes": [], "form": SheetForm()}
        return show_tab(request, design, "tables", "designer/table_upload.html", context, at=at, status=422)
    messages.success(request, _("ファイルの内容を取り込みました。"))
    return redirect("designer:table", design.id, name)
