"""The forms beside the application's: one begun (empty, or as a copy of another procedure's), handed on, taken out."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.modules.procedures import api as procedures

from .. import actions
from ..definitions import part_of, with_part
from ..models import Design
from ..permissions import owner_units
from ..queries import form_to_copy, starting_points
from ..rules.wholes import MAIN, empty_form, free_name, owners, with_owner, without_form
from .access import actor_of, fetch_own_design


@require_POST
def part_change(request: HttpRequest, design_id: int) -> HttpResponse:
    """``act=add`` with ``owner`` and ``start``, ``act=remove:<name>``, ``act=hand_on:<name>:<procedure>``."""
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    act, _colon, rest = request.POST.get("act", "").partition(":")
    name, _colon, key = rest.partition(":")
    if act != "add" and part_of(design.source, f"parts/{name}") is None:
        raise Http404
    part = MAIN if act == "add" else f"parts/{name}"
    try:
        if act == "add":
            part = _add(request, design, at=at)
        elif act == "remove":
            _save(request, design, {part: None, "facts": without_form(design.source["facts"], name)}, at=at)
            part = MAIN
            messages.success(request, _("様式を外しました。「公開」の画面の履歴から戻せます。"))
        elif act == "hand_on":
            _hand_on(request, design, name, key, at=at)
        else:
            raise Http404
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("designer:form", design.id, part)


def _save(request: HttpRequest, design: Design, values: dict[str, Any], *, at: datetime) -> None:
    actions.save_parts(
        design_id=design.id,
        values=values,
        revision=whole_number(request.POST.get("revision", "")) or 0,
        actor=actor_of(request, design, at=at),
        at=at,
    )


def _add(request: HttpRequest, design: Design, *, at: datetime) -> str:
    """A new form and the round or role that asks for it, in one revision; returns its part."""
    facts, start = design.source["facts"], request.POST.get("start", "")
    vacant = {one.id: one for one in owners(facts) if not one.part}
    owner = vacant.get(request.POST.get("owner", ""))
    if owner is None:
        raise Refused(_("この審査の回（役）には、もう様式があります。画面を開き直してください。"))
    copied = form_to_copy(start) if start else None
    if start and copied is None:
        raise Refused(_("写すもとの様式が見つかりません。選び直してください。"))
    stem, form = copied or (f"{owner.key}_form", empty_form(owner.title, step=_("書いてもらう内容")))
    name = free_name(design.source, stem)
    _save(request, design, {f"parts/{name}": form, "facts": with_owner(facts, owner, name)}, at=at)
    return f"parts/{name}"


def _hand_on(request: HttpRequest, design: Design, name: str, key: str, *, at: datetime) -> None:
    """The next version of another procedure of the own offices, begun with this form in place of its own."""
    found = [one for one in starting_points(owner_units(request.user.pk or 0, at=at)) if one.key == key]
    source = procedures.source_of(key)
    if not found or source is None or part_of(source, f"parts/{name}") is None:
        raise Http404
    changed = with_part(source, f"parts/{name}", part_of(design.source, f"parts/{name}"))
    try:
        begun = actions.start_design(
            source=changed,
            unit=found[0].unit,
            base_number=found[0].number,
            actor=actor_of(request, design, at=at),
            at=at,
        )
    except actions.UnderWay as refused:
        where = reverse("designer:form", args=[refused.design_id, MAIN])
        messages.info(request, format_html('{} <a href="{}">{}</a>', refused.message, where, _("草案を開く")))
        return
    where = reverse("designer:publish", args=[begun.id])
    said = _("「%(title)s」の次の版の草案を、この様式で作りました。") % {"title": found[0].title}
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, where, _("変更を見て、確認を頼む")))
