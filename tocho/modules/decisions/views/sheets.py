"""The authority table edited in the browser: a working copy in the grid, every press saved, sent as a proposal."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.rules.api import Grid, names_in, presses, read_grid, write_grid
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from .. import actions
from ..forms import SendSheetForm
from ..models import AuthoritySheet, AuthorityTable
from ..permissions import can_keep_authority, sheets_visible_to
from ..queries.asking import table_before
from ..queries.authority import authority_faults, changes_between, findings_in, later_tables
from ..queries.authority_sheets import said_in_cell, sheet_at, sheet_history, sheet_page, undo_target
from ..queries.speech import speech_on
from ..rules.authority import with_consults, with_kind
from .authority import MOST, fetch_change, table_file

SAVED = {
    "save": gettext_lazy("保存しました。"),
    "next": gettext_lazy("保存しました。"),
    "merge": gettext_lazy("その表に合わせました。"),
    "looked": gettext_lazy("保存しました。"),
}


@require_POST
def sheet_begin(request: HttpRequest, table_id: int) -> HttpResponse:
    at = timezone.now()
    if not can_keep_authority(request.user, at=at):
        raise PermissionDenied
    table = get_object_or_404(AuthorityTable, id=min(table_id, MOST))
    sheet = actions.begin_sheet(table_id=table.id, actor=Actor(user_id=request.user.pk), at=at)
    return redirect("decisions:sheet_edit", sheet.id)


@require_POST
def change_edit(request: HttpRequest, change_id: int) -> HttpResponse:
    """A proposal taken up again: sent, the new one takes its place."""
    change = fetch_change(request, change_id)
    base = change.base or table_before(change)
    if base is None:
        raise BadRequest("base")
    actor, at = Actor(user_id=request.user.pk), timezone.now()
    sheet = actions.begin_sheet(table_id=base.id, corrects=change.id, actor=actor, at=at)
    return redirect("decisions:sheet_edit", sheet.id)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_edit(request: HttpRequest, sheet_id: int) -> HttpResponse:
    at = timezone.now()
    sheet = _fetch(request, sheet_id, at=at)
    if request.method != "POST":
        return _show(request, sheet, read_grid(sheet.xml), at=at)
    if sheet.editor_id != request.user.pk:
        raise PermissionDenied
    return _edit(request, sheet, at=at)


def _edit(request: HttpRequest, sheet: AuthoritySheet, *, at: datetime) -> HttpResponse:
    """Apply what was typed to the revision that the person saw, then the button that was pressed; save."""
    revision = whole_number(request.POST.get("revision", "")) or sheet.revision
    base = whole_number(request.POST.get("base", "")) or revision
    if base < sheet.since:
        words = _("ほかの改正に合わせ直しました。ここからは、合わせた表で続けてください。")
        return _show(request, sheet, read_grid(sheet.xml), at=at, status=422, problem=words)
    xml = sheet_at(sheet, base) or sheet.xml
    typed = presses.typed(read_grid(xml), request.POST.dict(), speech_on(org.office_day(at), names_in(xml)))
    act, where = presses.split(request.POST.get("do", "save"))
    try:
        done, message = _done(act, where, typed, sheet, request.POST)
        written = done if isinstance(done, str) else write_grid(done, xml)
        actor = Actor(user_id=request.user.pk)
        saved = actions.save_sheet(sheet_id=sheet.id, xml=written, revision=revision, actor=actor, at=at)
        if act == "merge":
            saved = actions.merge_sheet(sheet_id=sheet.id, table_id=_later(sheet, where), actor=actor, at=at)
        elif act == "looked":
            saved = actions.accept_merge(sheet_id=sheet.id, actor=actor, at=at)
    except Refused as refused:
        more: dict[str, Any] = {
            "problem": refused.message,
            "base": base,
            "lock": getattr(refused, "revision", revision),
        }
        return _show(request, sheet, typed, at=at, status=422, **more)
    return _answer(request, saved, act, where, message, at=at)


def _later(sheet: AuthoritySheet, where: str) -> int:
    """The later version that a button names."""
    table_id = whole_number(where)
    if table_id not in {table.id for table in later_tables(sheet.base)}:
        raise BadRequest("table")
    return table_id or 0


def _done(act: str, where: str, grid: Grid, sheet: AuthoritySheet, given: QueryDict) -> tuple[Grid | str, str]:
    """The grid after a button, or the text to bring back, and what to say.

    :raises Refused: nothing to undo, or what is to be added cannot be.
    """
    if act in SAVED:
        return grid, str(SAVED[act])
    if act == "kind_add":
        word, code = (" ".join(given.get(name, "").split())[:60] for name in ("new_kind", "new_code"))
        return with_kind(grid, word=word, code=code), _("事案の種類と、その規則を加えました。結果を書いてください。")
    if act == "consults_add":
        return with_consults(grid), _("協議の列を加えました。")
    if act == "undo":
        before = undo_target(sheet)
        if before is None:
            raise Refused(_("これより前の変更はありません。"))
        return before, _("一つ前に戻しました。")
    if act == "back":
        earlier = sheet_at(sheet, whole_number(where) or 0)
        if earlier is None:
            raise Refused(_("その改訂はありません。"))
        return earlier, _("選んだ改訂に戻しました。")
    try:
        return presses.pressed(act, where, grid, has_columns=False)
    except presses.UnknownPress as error:
        raise BadRequest("do") from error


def _answer(
    request: HttpRequest, sheet: AuthoritySheet, act: str, where: str, message: str, *, at: datetime
) -> HttpResponse:
    """What is shown after a press that was saved: for htmx the grid anew, else the page, by a new request."""
    is_htmx = bool(request.htmx)  # type: ignore[attr-defined]
    send = reverse("decisions:sheet_send", args=[sheet.id])
    if act == "next":
        return HttpResponse(headers={"HX-Redirect": send}) if is_htmx else redirect(send)
    grid = read_grid(sheet.xml)
    reach = (whole_number(where) or 0) + 1 if act == "row_add" else len(grid.rows) if act in ("fill", "kind_add") else 0
    if is_htmx:
        return _show(request, sheet, grid, at=at, message=message, reach=reach)
    row = reach or whole_number(request.GET.get("row", "")) or 1
    return redirect(f"{reverse('decisions:sheet_edit', args=[sheet.id])}?row={row}{f'#r{reach}' if reach else ''}")


def _show(
    request: HttpRequest,
    sheet: AuthoritySheet,
    grid: Grid,
    *,
    at: datetime,
    status: int = 200,
    reach: int = 0,
    **more: Any,
) -> HttpResponse:
    row = whole_number(request.GET.get("row", "")) or 1
    as_feel = request.GET.get("feel") == "1"
    page = sheet_page(sheet, grid, on=org.office_day(at), row=row, reach=reach, as_feel=as_feel)
    is_part = bool(request.htmx) and request.method == "POST"  # type: ignore[attr-defined]
    context = {
        "sheet": sheet,
        "sheet_page": page,
        "page": page.grid,
        "base": sheet.revision,
        "lock": sheet.revision,
        "editable": sheet.is_open and sheet.editor_id == request.user.pk,
        "history": sheet_history(sheet),
        "later": [(table, f"merge:{table.id}") for table in later_tables(sheet.base)] if sheet.is_open else (),
        "has_consults": any(column.text == "consults" for column in grid.columns),
        "is_part": is_part,
        "message": "",
        "problem": "",
        **more,
    }
    template = "decisions/_sheet_grid.html" if is_part else "decisions/sheet_edit.html"
    return render(request, template, context, status=status)


@require_POST
def sheet_cell(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What a cell means, or what is wrong with it, while the rest is still being typed. Saves nothing."""
    at = timezone.now()
    sheet, place = _fetch(request, sheet_id, at=at), whole_number(request.POST.get("column", ""))
    if place is None:
        raise BadRequest("column")
    try:
        feel, faults = said_in_cell(sheet, place, request.POST.get("text", ""), on=org.office_day(at))
    except IndexError as error:
        raise BadRequest("column") from error
    return render(request, "rules/_cell.html", {"faults": faults, "feel": feel if feel != "-" else ""})


@require_GET
def sheet_file(request: HttpRequest, sheet_id: int) -> HttpResponse:
    sheet = _fetch(request, sheet_id, at=timezone.now())
    return table_file(request, read_grid(sheet.xml), _("下書き"))


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_send(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What the working copy changes, from when, and why: then it is a proposal."""
    at = timezone.now()
    sheet = _fetch(request, sheet_id, at=at)
    if sheet.editor_id != request.user.pk:
        raise PermissionDenied
    if sheet.change_id is not None:
        return redirect("decisions:change_detail", sheet.change_id)
    form = SendSheetForm(request.POST if request.method == "POST" else None, corrects=sheet.corrects)
    if form.is_valid():
        try:
            actor = Actor(user_id=request.user.pk)
            change = actions.send_sheet(sheet_id=sheet.id, **form.cleaned_data, actor=actor, at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("改正案にしました。過去1年の事案で試しています。"))
            return redirect("decisions:change_detail", change.id)
    on, grid = org.office_day(at), read_grid(sheet.xml)
    faults = [fault for fault in authority_faults(grid, sheet.xml, on=on) if fault.is_error]
    context = {
        "sheet": sheet,
        "form": form,
        "faults": faults,
        "changes": changes_between(read_grid(sheet.base.xml), grid, on=on),
        "findings": findings_in(sheet.xml) if not faults else [],
    }
    return render(request, "decisions/sheet_send.html", context, status=422 if form.errors else 200)


@require_POST
def sheet_discard(request: HttpRequest, sheet_id: int) -> HttpResponse:
    at = timezone.now()
    sheet = _fetch(request, sheet_id, at=at)
    if sheet.editor_id != request.user.pk:
        raise PermissionDenied
    actions.discard_sheet(sheet_id=sheet.id, actor=Actor(user_id=request.user.pk), at=at)
    messages.success(request, _("下書きを破棄しました。"))
    return redirect("decisions:authority_list")


def _fetch(request: HttpRequest, sheet_id: int, *, at: datetime) -> AuthoritySheet:
    if not can_keep_authority(request.user, at=at):
        raise PermissionDenied
    rows = sheets_visible_to(request.user, at=at).select_related("base", "corrects", "editor")
    return get_object_or_404(rows, id=min(sheet_id, MOST))
