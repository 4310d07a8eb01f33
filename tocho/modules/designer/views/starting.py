"""How a design begins: from a shape, from another procedure, from the version in use, from a zip; and out as a zip."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.procedures import api as procedures

from .. import actions
from ..definitions import blank, from_zip, renamed, shape, shapes, to_zip
from ..forms import KEY, ImportForm, NewForm
from ..permissions import owner_units
from ..queries import starting_points, unit_name
from .access import fetch_design


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    """The person's own offices. :raises PermissionDenied: they hold no post."""
    codes = owner_units(request.user.pk or 0, at=timezone.now())
    if not codes:
        raise PermissionDenied
    return sorted((code, unit_name(code)) for code in codes)


def _starts() -> list[tuple[str, Any]]:
    """Every shape and every published procedure, as choices by group."""
    language = get_language() or "ja"
    ready = [(f"shape:{one.name}", procedures.in_language(one.title, language)) for one in shapes()]
    others = [(f"copy:{one.key}", one.title) for one in procedures.published_versions()]
    return [(_("白紙"), [("blank:", _("白紙からはじめる"))]), (_("ひな形"), ready), (_("いまある手続を写す"), others)]


def _source(start: str) -> dict[str, Any] | None:
    """What a chosen beginning stands for; None where there is none of that name."""
    kind, _colon, name = start.partition(":")
    if kind == "blank":
        return blank(step=_("申請の内容"))
    return shape(name) if kind == "shape" else procedures.source_of(name)


def _page(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    units = _units(request)
    chosen = request.GET.get("start", "shape:certificate")
    language = get_language() or "ja"
    context = {
        "new_form": forms.get("new_form") or NewForm(units=units, starts=_starts(), initial={"start": chosen}),
        "import_form": forms.get("import_form") or ImportForm(units=units),
        "shapes": [
            (one.name, procedures.in_language(one.title, language), procedures.in_language(one.summary, language))
            for one in shapes()
        ],
        "own": starting_points(code for code, _name in units),
    }
    return render(request, "designer/design_start.html", context, status=status)


@require_http_methods(["GET", "POST"])
def design_start(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    form = NewForm(units=_units(request), starts=_starts(), data=request.POST)
    if not form.is_valid():
        return _page(request, status=422, new_form=form)
    data = form.cleaned_data
    source = _source(data["start"])
    if source is None:
        raise Http404
    if procedures.versions_of(data["key"]):
        form.add_error("key", _("この名前の手続は、すでにあります。別の名前にしてください。"))
        return _page(request, status=422, new_form=form)
    made = renamed(source, key=data["key"], title=data["title"], office=data["unit"])
    try:
        return _begin(request, made, unit=data["unit"])
    except Refused as refused:
        form.add_error("key", refused.message)
        return _page(request, status=422, new_form=form)


def _begin(request: HttpRequest, source: dict[str, Any], *, unit: str, base: int | None = None) -> HttpResponse:
    actor = Actor(user_id=request.user.pk)
    design = actions.start_design(source=source, unit=unit, base_number=base, actor=actor, at=timezone.now())
    messages.success(request, _("草案を作りました。事実から順に、空いているところをうめてください。"))
    return redirect("designer:facts", design.id)


@require_POST
def design_next(request: HttpRequest, key: str) -> HttpResponse:
    """The next version of a procedure of the own office, from the one in use."""
    found = [one for one in starting_points(code for code, _name in _units(request)) if one.key == key]
    if not found:
        raise Http404
    source = procedures.source_of(key)
    assert source is not None
    try:
        return _begin(request, source, unit=found[0].unit, base=found[0].number)
    except actions.UnderWay as refused:
        messages.info(request, refused.message)
        return redirect("designer:facts", refused.design_id)


@require_POST
def design_import(request: HttpRequest) -> HttpResponse:
    units = _units(request)
    form = ImportForm(units=units, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _page(request, status=422, import_form=form)
    try:
        source = from_zip(form.cleaned_data["folder"].read())
        key = str(source["facts"].get("key", ""))
        if not KEY.fullmatch(key):
            raise Refused(_("procedure.toml の key は、英小文字で始まる英小文字・数字・ハイフンで書いてください。"))
        current = [one for one in procedures.versions_of(key) if one.is_current]
        if current and current[0].unit not in dict(units):
            raise Refused(
                _("手続「%(key)s」は、ほかの課のものです。写すときは、別の名前にしてください。") % {"key": key}
            )
        return _begin(request, source, unit=form.cleaned_data["unit"], base=current[0].number if current else None)
    except Refused as refused:
        form.add_error("folder", refused.message)
        return _page(request, status=422, import_form=form)


@require_GET
def design_export(request: HttpRequest, design_id: int) -> HttpResponse:
    design = fetch_design(request, design_id, at=timezone.now())
    name = f"{design.key}-r{design.revision}.zip"
    return HttpResponse(
        to_zip(design.source, folder=design.key),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
