"""One rule table edited as a grid: every press saves a revision, so that everything can be undone."""

from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.engines.rules.api import (
    Grid,
    TableError,
    edits,
    presses,
    read_grid,
    read_grids,
    speech_of,
    write_grid,
)
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from ..actions import Stale
from ..definitions.names import names_of
from ..forms.tables import ColumnForm, SheetForm, TryForm
from ..models import Design
from ..permissions import can_edit
from ..queries.tables import known_names, part_at, part_history, table_page, undo_target
from ..rules.tables import with_columns_for_results
from ..rules.trying import needed_names, tried
from .access import fetch_design, fetch_own_design, show_tab
from .tables import save, table_source


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        design = fetch_design(request, design_id, at=at)
        xml = table_source(design, name)
        try:
            grid = read_grid(xml, table=request.GET.get("table", ""))
        except TableError as error:
            context = {"name": name, "reason": error.message, "xml": xml}
            return show_tab(request, design, "tables", "designer/table_broken.html", context, at=at)
        return _show(request, design, name, grid, xml, at=at)
    design = fetch_own_design(request, design_id, at=at)
    table_source(design, name)
    return _edit(request, design, name, at=at)


def _edit(request: HttpRequest, design: Design, name: str, *, at: datetime) -> HttpResponse:
    """Apply what was typed to the revision that the person saw, then the button that was pressed; save."""
    revision = whole_number(request.POST.get("revision", "")) or design.revision
    base = whole_number(request.POST.get("base", "")) or revision
    xml = part_at(design, f"rules/{name}", base) or table_source(design, name)
    typed = _typed(request, read_grid(xml, table=request.POST.get("table", "")), xml, design, name)
    try:
        done, message = _done(request.POST.get("do", "save"), typed, design, name)
        written = done if isinstance(done, str) else write_grid(done, xml)
        saved = save(request, design, name, written, at=at, revision=revision)
    except Refused as refused:
        more = {"problem": refused.message, "base": base, "lock": getattr(refused, "revision", revision)}
        return _show(request, design, name, typed, xml, at=at, status=422, **more)
    if not request.htmx:  # type: ignore[attr-defined]
        return _back(design, name, typed)
    again = read_grid(written, table=request.POST.get("table", ""))
    return _show(request, saved, name, again, written, at=at, message=message)


def _back(design: Design, name: str, grid: Grid) -> HttpResponseRedirectBase:
    address = reverse("designer:table", args=[design.id, name])
    return redirect(f"{address}?table={grid.id}" if grid.id else address)


def _typed(request: HttpRequest, grid: Grid, xml: str, design: Design, name: str) -> Grid:
    """The grid with the cells, title and hit policy that were posted."""
    known = known_names(names_of(design.source, table=name), xml)
    return presses.typed(grid, request.POST.dict(), speech_of(known))


# --- what a button does


def _done(press: str, grid: Grid, design: Design, name: str) -> tuple[Grid | str, str]:
    """The grid after a button (``row_up:3``), or the text to bring back, and what to say.

    :raises Refused: there is nothing to undo.
    """
    act, where = presses.split(press)
    if act == "save":
        whole = with_columns_for_results(grid, names_of(design.source, table=name))
        added = len(whole.columns) > len(grid.columns)
        return whole, _("保存しました。結果の式で使う項目の列を足しました。") if added else _("保存しました。")
    if act == "undo":
        before = undo_target(design, f"rules/{name}")
        if before is None:
            raise Refused(_("これより前の変更はありません。"))
        return before, _("一つ前に戻しました。")
    if act == "back":
        earlier = part_at(design, f"rules/{name}", whole_number(where) or 0)
        if earlier is None:
            raise Refused(_("その改訂に、この表はありません。"))
        return earlier, _("選んだ改訂に戻しました。")
    try:
        return presses.pressed(act, where, grid)
    except presses.UnknownPress as error:
        raise BadRequest("do") from error


# --- showing


def _show(
    request: HttpRequest,
    design: Design,
    name: str,
    grid: Grid,
    xml: str,
    *,
    at: datetime,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    is_fragment = bool(request.htmx) and request.method == "POST"  # type: ignore[attr-defined]
    as_feel = request.GET.get("feel") == "1"
    page = table_page(design, name, grid, xml, as_feel=as_feel)
    trial, form = _trial(request, page.table, xml, page.names)
    context = {
        "page": page,
        "base": design.revision,
        "lock": design.revision,
        "fired": trial.fired if trial else (),
        "form": form,
        "trial": trial,
        "upload": SheetForm(),
        "history": part_history(design, f"rules/{name}"),
        **more,
    }
    if is_fragment:
        editable = can_edit(request.user.pk or 0, design, at=at)
        return render(
            request, "designer/_table_grid.html", {**context, "design": design, "editable": editable}, status=status
        )
    return show_tab(request, design, "tables", "designer/table.html", context, at=at, status=status)


def _trial(request: HttpRequest, table_id: str, xml: str, names: Any) -> tuple[Any, TryForm]:
    needed = needed_names(xml, table_id, names)
    data = request.GET if any(key.startswith("try-") for key in request.GET) else None
    form = TryForm(data, needed=needed)
    if data is None or not form.is_valid():
        return None, form
    return tried(xml, table_id, form.cleaned_data, needed), form


@require_GET
def table_try(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    """What the table as it is saved answers: a part of the page for htmx, the whole page otherwise."""
    design = fetch_design(request, design_id, at=timezone.now())
    xml = table_source(design, name)
    if not request.htmx:  # type: ignore[attr-defined]
        query = request.GET.urlencode()
        return redirect(f"{reverse('designer:table', args=[design.id, name])}?{query}#try")
    wanted = request.GET.get("table", "")
    try:
        table_id = wanted or read_grids(xml)[-1].id
    except (TableError, IndexError) as error:
        raise BadRequest("table") from error
    trial, form = _trial(request, table_id, xml, names_of(design.source, table=name))
    page = {"name": name, "table": table_id}
    return render(request, "designer/_trial.html", {"trial": trial, "form": form, "page": page, "design": design})


@require_POST
def table_cell(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    """What a cell means, or what is wrong with it, while the rest is still being typed. Saves nothing."""
    design = fetch_own_design(request, design_id, at=timezone.now())
    xml = table_source(design, name)
    grid = read_grid(xml, table=request.POST.get("table", ""))
    place = whole_number(request.POST.get("column", ""))
    if place is None or place >= len(grid.columns):
        raise BadRequest("column")
    known = known_names(names_of(design.source, table=name), xml)
    feel, faults = presses.cell_alone(grid, place, request.POST.get("text", ""), known, speech_of(known))
    return render(request, "rules/_cell.html", {"faults": faults, "feel": feel if feel != "-" else ""})


@require_http_methods(["GET", "HEAD", "POST"])
def table_column(request: HttpRequest, design_id: int, name: str, place: int) -> HttpResponse:
    """The head of one column: what it looks at or gives, its type, values and words."""
    at = timezone.now()
    fetch = fetch_own_design if request.method == "POST" else fetch_design
    design = fetch(request, design_id, at=at)
    xml = table_source(design, name)
    grid = read_grid(xml, table=request.GET.get("table", ""))
    if place >= len(grid.columns):
        raise BadRequest("column")
    form = ColumnForm(request.POST or None, column=grid.columns[place], names=names_of(design.source, table=name))
    context = {"form": form, "name": name, "place": place, "grid": grid, "column": grid.columns[place]}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return show_tab(request, design, "tables", "designer/table_column.html", context, at=at, status=status)
    changed = write_grid(edits.change_column(grid, place, form.changed()), xml)
    try:
        save(request, design, name, changed, at=at, revision=whole_number(request.POST.get("revision", "")))
    except Stale as stale:
        form.add_error(None, stale.message)
        return show_tab(request, design, "tables", "designer/table_column.html", context, at=at, status=422)
    return _back(design, name, grid)
