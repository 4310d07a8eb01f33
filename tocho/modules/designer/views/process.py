"""The process of a procedure: drawn with bpmn-js, read as sentences, chosen from ready shapes, exchanged as a file."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.engines.process import api as engine
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.modules.procedures import api as procedures

from ..actions import save_part
from ..definitions import shape, with_process_id
from ..forms.process import ProcessFileForm, ShapeForm
from ..models import Design
from ..queries.process import process_page
from ..queries.tables import part_at, part_history, undo_target
from ..rules.process import offers, with_inputs
from .access import actor_of, fetch_design, fetch_own_design, show_tab


@require_http_methods(["GET", "HEAD", "POST"])
def process(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        design = fetch_design(request, design_id, at=at)
        return _show(request, design, design.source["process"], at=at)
    design = fetch_own_design(request, design_id, at=at)
    xml = request.POST.get("xml") or design.source["process"]
    try:
        xml, message = _wanted(request, design)
        revision = whole_number(request.POST.get("revision", "")) or design.revision
        actor = actor_of(request, design, at=at)
        save_part(design_id=design.id, part="process", value=xml, revision=revision, actor=actor, at=at)
    except Refused as refused:
        more = {"problem": refused.message, "lock": getattr(refused, "revision", design.revision)}
        return _show(request, design, xml, at=at, status=422, **more)
    messages.success(request, message)
    return redirect("designer:process", design.id)


def _wanted(request: HttpRequest, design: Design) -> tuple[str, str]:
    """The BPMN that a button stands for, and what to say of it.

    :raises Refused: it is not BPMN at all, or there is nothing to go back to.
    """
    act, _colon, where = request.POST.get("do", "save").partition(":")
    if act == "save":
        return with_inputs(_read(request.POST.get("xml", "").encode())), _("保存しました。")
    if act == "upload":
        form = ProcessFileForm(request.POST, request.FILES)
        if not form.is_valid():
            raise Refused(_("BPMN のファイルを選んでください。"))
        return _read(form.cleaned_data["file"].read()), _("ファイルの内容を取り込みました。")
    if act == "shape":
        return _shape(request, design), _("流れを選びました。図で確かめてください。")
    if act == "undo":
        return _earlier(undo_target(design, "process")), _("一つ前に戻しました。")
    if act == "back":
        return _earlier(part_at(design, "process", whole_number(where) or 0)), _("選んだ改訂に戻しました。")
    raise BadRequest("do")


def _shape(request: HttpRequest, design: Design) -> str:
    form = ShapeForm(request.POST, units={design.unit})
    if not form.is_valid():
        raise Refused(_("流れの形を選んでください。"))
    kind, _colon, name = form.cleaned_data["shape"].partition(":")
    source = procedures.source_of(name) if kind == "copy" else shape(name)
    return with_process_id(_earlier(str(source["process"]) if source else None), design.key)


def _earlier(xml: str | None) -> str:
    if xml is None:
        raise Refused(_("これより前の変更はありません。"))
    return xml


def _read(data: bytes) -> str:
    """The text of what is BPMN at all; faults in it are listed on the page and may be mended later.

    :raises Refused: it is no XML, or no BPMN.
    """
    try:
        engine.outline(data)
    except engine.ProcessError as error:
        if (not error.element and error.line is None) or b"definitions" not in data:
            raise
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused(_("文字コードはUTF-8にしてください。")) from None


def _offered(design: Design) -> dict[str, Any]:
    """What the panel offers: the names that the platform knows, and the processes that another may use."""
    known = {key: [asdict(each) for each in group] for key, group in offers().items()}
    calls = [{"value": key, "label": name} for key, name in engine.published_names() if key != design.key]
    return known | {"calls": calls}


def _show(
    request: HttpRequest, design: Design, xml: str, *, at: datetime, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "page": process_page(xml),
        "offers": json.dumps(_offered(design)),
        "xml": xml,
        "lock": design.revision,
        "shapes": ShapeForm(units={design.unit}),
        "upload": ProcessFileForm(),
        "history": part_history(design, "process"),
        **more,
    }
    return show_tab(request, design, "process", "designer/process.html", context, at=at, status=status)


@require_POST
def process_check(request: HttpRequest, design_id: int) -> HttpResponse:
    """What is wrong with a drawing while it is made, and how it reads. Saves nothing."""
    fetch_own_design(request, design_id, at=timezone.now())
    page = process_page(with_inputs(request.POST.get("xml", "")))
    return render(request, "designer/_process.html", {"page": page})


@require_GET
def process_file(request: HttpRequest, design_id: int) -> HttpResponse:
    design = fetch_design(request, design_id, at=timezone.now())
    response = HttpResponse(design.source["process"].encode(), content_type="application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{design.key}.bpmn") or ""
    return response
