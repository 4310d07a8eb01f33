"""The notices of a procedure: blocks for officers, Typst for experts, and how they will look."""

import base64
import re
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.engines.documents.api import Sketch
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number

from ..actions import save_part, save_parts
from ..forms.notices import NewNoticeForm
from ..models import Design
from ..queries.notices import Mapped, mapped_of, notice_page, notice_rows, notice_sketch, outcomes_of, rounds_of
from ..queries.tables import part_at, part_history, undo_target
from ..rules.letters import BEGINNINGS, KINDS, OUTCOME_OF, Block, Letter, about_of, read_letter, write_letter
from ..rules.mapping import with_mapping
from .access import actor_of, fetch_design, fetch_own_design, show_tab

FIELD = re.compile(r"b-(\d{1,3})-kind")
PROFILES = ("disposition", "organisation", "none")
MAX_TEXT = 20_000


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest, design_id: int) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        design = fetch_design(request, design_id, at=at)
        if request.GET.get("name", "") in design.source["notices"]:
            return redirect("designer:notice", design_id, request.GET["name"])
        return _list(request, design, NewNoticeForm(taken=design.source["notices"]), at=at)
    design = fetch_own_design(request, design_id, at=at)
    form = NewNoticeForm(request.POST, taken=design.source["notices"])
    if not form.is_valid():
        return _list(request, design, form, at=at, status=422)
    name, beginning = form.cleaned_data["name"], form.cleaned_data["beginning"]
    title, letter = BEGINNINGS[beginning]
    outcome = OUTCOME_OF[beginning]
    is_free = outcome not in (design.source["facts"].get("notices") or {})
    try:
        spec = {"title": str(title), "profile": "none", "rows": {}}
        facts = with_mapping(design.source["facts"], name, (outcome,) if is_free else (), spec)
        source = write_letter(letter, about=str(title))
        _save_both(request, design, name, source, facts, design.revision, at=at)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _list(request, design, form, at=at, status=422)
    return redirect("designer:notice", design.id, name)


def _list(
    request: HttpRequest, design: Design, form: NewNoticeForm, *, at: datetime, status: int = 200
) -> HttpResponse:
    context = {"rows": notice_rows(design), "form": form}
    return show_tab(request, design, "notices", "designer/notices.html", context, at=at, status=status)


def _save(request: HttpRequest, design: Design, part: str, value: Any, revision: int, *, at: datetime) -> Design:
    actor = actor_of(request, design, at=at)
    return save_part(design_id=design.id, part=part, value=value, revision=revision, actor=actor, at=at)


def _save_both(
    request: HttpRequest, design: Design, name: str, source: str | None, facts: Any, revision: int, *, at: datetime
) -> None:
    """A notice, and the facts that say when it goes out with which rows: one revision."""
    actor = actor_of(request, design, at=at)
    values = {f"notices/{name}": source, "facts": facts}
    save_parts(design_id=design.id, values=values, revision=revision, actor=actor, at=at)


def _source(design: Design, name: str) -> str:
    source = design.source["notices"].get(name)
    if source is None:
        raise Http404
    return str(source)


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        design = fetch_design(request, design_id, at=at)
        source = _source(design, name)
        return _show(request, design, name, source, mapped_of(design.source, name), at=at)
    design = fetch_own_design(request, design_id, at=at)
    before = _source(design, name)
    mapped = _typed_mapping(request, design, name)
    source = _typed_source(request, before)
    revision = whole_number(request.POST.get("revision", "")) or design.revision
    try:
        act, _colon, _where = request.POST.get("do", "save").partition(":")
        if act in ("undo", "back", "remove"):
            return _step_back(request, design, name, revision, at=at)
        source, mapped = _done(request, source, mapped)
        facts = with_mapping(design.source["facts"], name, mapped.outcomes, _spec(mapped))
        _save_both(request, design, name, source, facts, revision, at=at)
    except Refused as refused:
        more = {"problem": refused.message, "lock": getattr(refused, "revision", revision)}
        return _show(request, design, name, source, mapped, at=at, status=422, **more)
    messages.success(request, _("保存しました。"))
    query = "?mode=source" if "source" in request.POST else ""
    return redirect(f"{request.path}{query}")


def _step_back(request: HttpRequest, design: Design, name: str, revision: int, *, at: datetime) -> HttpResponse:
    """Undo, an earlier revision, or the notice taken out. :raises Refused: nothing to go back to."""
    act, _colon, where = request.POST["do"].partition(":")
    part = f"notices/{name}"
    if act == "remove":
        facts = with_mapping(design.source["facts"], name, (), {})  # nothing may point at what is gone
        _save_both(request, design, name, None, facts, revision, at=at)
        return redirect("designer:notices", design.id)
    text = undo_target(design, part) if act == "undo" else part_at(design, part, whole_number(where) or 0)
    if text is None:
        raise Refused(_("これより前の変更はありません。"))
    _save(request, design, part, text, revision, at=at)
    messages.success(request, _("一つ前に戻しました。") if act == "undo" else _("選んだ改訂に戻しました。"))
    return redirect("designer:notice", design.id, name)


# --- what was typed


def _typed_source(request: HttpRequest, before: str) -> str:
    """The source that was typed, or the one that the blocks stand for."""
    if "source" in request.POST:
        return request.POST["source"].replace("\r\n", "\n")[:MAX_TEXT]
    letter = _typed_letter(request)
    return before if letter is None else write_letter(letter, about=about_of(before))


def _typed_letter(request: HttpRequest) -> Letter | None:
    places = sorted(int(found[1]) for key in request.POST if (found := FIELD.fullmatch(key)))
    if not places:
        return None
    blocks = []
    for at in places:
        kind, text = request.POST[f"b-{at}-kind"], request.POST.get(f"b-{at}-text", "")
        if kind not in KINDS:
            raise BadRequest("kind")
        blocks.append(Block(kind, text.replace("\r\n", "\n").strip()[:MAX_TEXT]))
    return tuple(blocks)


def _typed_mapping(request: HttpRequest, design: Design, name: str) -> Mapped:
    if "title" not in request.POST:
        return mapped_of(design.source, name)
    profile, agent = request.POST.get("profile", "none"), request.POST.get("agent", "by_profile")
    known, rows = outcomes_of(design.source["facts"]), []
    for at in range(60):
        label = request.POST.get(f"r-{at}-label", "").strip()[:60]
        text = request.POST.get(f"r-{at}-text", "").strip() or request.POST.get(f"r-{at}-source", "")
        if label and text:
            rows.append((label, text[:500]))
    return Mapped(
        outcomes=tuple(each for each in known if each in request.POST.getlist("outcomes")),
        title=request.POST["title"].strip()[:200],
        title_en=request.POST.get("title_en", "").strip()[:200],
        profile=profile if profile in PROFILES else "none",
        rows=tuple(rows),
        title_easy=request.POST.get("title_easy", "").strip()[:200],
        agent=agent if agent in dict(_agents()) else "by_profile",
    )


def _spec(mapped: Mapped) -> dict[str, Any]:
    """What the facts hold of a notice; what is as usual stays away."""
    said = {"ja": mapped.title, "en": mapped.title_en, "easy": mapped.title_easy}
    words = {code: text for code, text in said.items() if text or code == "ja"}
    spec: dict[str, Any] = {"title": words if len(words) > 1 else mapped.title, "profile": mapped.profile}
    if mapped.agent != "by_profile":
        spec["agent"] = mapped.agent
    return {**spec, "rows": dict(mapped.rows)} if mapped.rows else spec


def _done(request: HttpRequest, source: str, mapped: Mapped) -> tuple[str, Mapped]:
    """Source and mapping after the button that was pressed."""
    act, _colon, where = request.POST.get("do", "save").partition(":")
    if act == "save" or "source" in request.POST:
        return source, mapped
    letter = [*(read_letter(source) or ())]
    place = whole_number(where) or 0
    if act == "add":
        kind = request.POST.get("new", "says")
        letter.insert(_before_end(letter), Block(kind if kind in KINDS else "says"))
    elif place >= len(letter):
        raise BadRequest("do")
    elif act == "delete":
        letter.pop(place)
    elif act in ("up", "down"):
        letter.insert(max(0, place + (-1 if act == "up" else 1)), letter.pop(place))
    else:
        raise BadRequest("do")
    return write_letter(tuple(letter), about=about_of(source)), mapped


def _before_end(letter: list[Block]) -> int:
    """Where a new block goes: before what stands at the end of a letter."""
    ends = ("decision", "remedy", "verification")
    return next((at for at, block in enumerate(letter) if block.kind in ends), len(letter))


# --- showing


def _show(
    request: HttpRequest, design: Design, name: str, source: str, mapped: Mapped, *, at: datetime, **more: Any
) -> HttpResponse:
    status = more.pop("status", 200)
    letter = read_letter(source)
    as_source = letter is None or request.GET.get("mode") == "source" or "source" in request.POST
    context = {
        "page": notice_page(design, name, None if as_source else letter, mapped),
        "source": source,
        "is_letter": letter is not None,
        "lock": design.revision,
        "profiles": _profiles(),
        "agents": _agents(),
        "outcomes": _outcomes(design),
        "history": part_history(design, f"notices/{name}"),
        **more,
    }
    return show_tab(request, design, "notices", "designer/notice.html", context, at=at, status=status)


def _profiles() -> list[tuple[str, str]]:
    return [
        ("disposition", _("東京都知事（職責証明書で署名）")),
        ("organisation", _("東京都（組織の証明書で署名）")),
        ("none", _("公印省略（署名なし）")),
    ]


def _agents() -> list[tuple[str, str]]:
    return [
        ("by_profile", _("処分の通知には書く（東京都知事の名前で出すもの）")),
        ("named", _("いつも書く")),
        ("omitted", _("書かない（ほかの人に見せる証明書など）")),
    ]


def _outcomes(design: Design) -> list[tuple[str, str]]:
    found = [("approve", _("承認・交付・受付のとき")), ("reject", _("不承認・不交付のとき"))]
    for key, title in rounds_of(design.source["facts"]):
        found.append((f"{key}_approve", _("「%s」で承認したとき") % title))
        found.append((f"{key}_reject", _("「%s」で承認しなかったとき") % title))
    return found


@require_POST
def notice_preview(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    """How what is typed will look, with sample answers. Saves nothing."""
    at = timezone.now()
    design = fetch_own_design(request, design_id, at=at)
    source = _typed_source(request, _source(design, name))
    found = notice_sketch(design, source, _typed_mapping(request, design, name), at=at)
    return render(request, "designer/_letter.html", {"sketch": _shown(found)})


def _shown(found: Sketch) -> dict[str, Any]:
    pages = ["data:image/png;base64," + base64.b64encode(page).decode() for page in found.pages]
    return {"pages": pages, "fault": found.fault}


@require_GET
def notice_sample(request: HttpRequest, design_id: int, name: str) -> HttpResponse:
    """The saved template with sample answers, as a PDF."""
    at = timezone.now()
    design = fetch_design(request, design_id, at=at)
    found = notice_sketch(design, _source(design, name), mapped_of(design.source, name), at=at)
    if found.fault:
        raise Refused(_("見本を作れません: %(reason)s") % {"reason": found.fault.message})
    response = HttpResponse(found.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{design.key}-{name}.pdf"'
    return response
