"""起案: the form in which a matter of one's own is drafted, and drafted anew."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from .. import actions
from ..forms import DraftForm
from ..models import Decision
from ..permissions import reserved_for, templates_of
from ..queries import attachments_of
from ..queries.routes import post_named, words_of
from ..queries.standing import may_redraft
from ..rules import Consultation
from .beginnings import Begun, begun_with, initial_of, kept_typing, received_in
from .decisions import fetch
from .earlier import Related, related_of

SOME_OF = re.compile(r"(?:の)?うち\s*([0-9０-９]{1,2})\s*(?:つ|課)?$")
MOST_CONSULTED, MOST_RESERVED = 50, 100
PLACE = re.compile(r"new|decision:[0-9]{1,18}")
KEPT = (
    "post",
    "category",
    "importance",
    "amount",
    "title",
    "body",
    "consulted",
    "due_on",
    "paper_reason",
    "reservation",
    "change",
    "relation",
)


@require_http_methods(["GET", "POST"])
def draft_new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    posts = _posts(request, at=at)
    begun = begun_with(request, at=at)
    related = related_of(request, at=at, typed=begun.values)
    form = _form(request, posts, at=at, initial=begun.values, reserved=_reserved(request, at=at))
    if request.method == "POST" and form.is_valid() and not related.is_wrong:
        try:
            draft = _draft(request, form, posts, at=at, related=related)
            decision = actions.create_draft(draft, drafter=_drafter(request, form), at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            actions.forget_typed(user_id=request.user.pk or 0, place="new")
            messages.success(request, _("起案しました。経路を確かめて、回付してください。"))
            return redirect("decisions:decision_detail", decision.id)
    context: dict[str, Any] = {"form": form, "related": related}
    context |= {"begun": begun, "place": "new", "templates": list(templates_of(request.user.pk or 0, at=at)[:100])}
    return _shown(request, form, related, context)


@require_http_methods(["GET", "POST"])
def draft_edit(request: HttpRequest, decision_id: int) -> HttpResponse:
    at = timezone.now()
    decision = fetch(request, decision_id, at)
    in_hand = decision.state in (Decision.State.DRAFTING, Decision.State.RETURNED, Decision.State.PULLED_BACK)
    mine = in_hand and may_redraft(decision, request.user.pk or 0, at=at)
    if not mine or decision.subject_type != "decision":
        raise PermissionDenied
    posts = _posts(request, at=at)
    place = f"decision:{decision.id}"
    begun = kept_typing(request, place) or Begun(initial_of(decision, at=at))
    related = related_of(request, at=at, old=decision, typed=begun.values)
    form = _form(request, posts, at=at, initial=begun.values)
    if request.method == "POST" and form.is_valid() and not related.is_wrong:
        try:
            draft = _draft(request, form, posts, at=at, old=decision, related=related)
            actions.redraft(decision_id=decision.id, draft=draft, drafter=_drafter(request, form), at=at)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            actions.forget_typed(user_id=request.user.pk or 0, place=place)
            messages.success(request, _("起案を直しました。経路を確かめて、回付してください。"))
            return redirect("decisions:decision_detail", decision.id)
    context = {"form": form, "decision": decision, "begun": begun, "place": place, "related": related}
    return _shown(request, form, related, context)


def _shown(request: HttpRequest, form: DraftForm, related: Related, context: dict[str, Any]) -> HttpResponse:
    wrong = bool(form.errors) or (request.method == "POST" and related.is_wrong)
    return render(request, "decisions/draft_form.html", context, status=422 if wrong else 200)


@require_POST
def draft_typed(request: HttpRequest, place: str) -> HttpResponse:
    """What is being typed is kept; or forgotten, to begin anew."""
    at = timezone.now()
    _posts(request, at=at)
    if not PLACE.fullmatch(place):
        raise Http404
    if request.POST.get("act") == "forget":
        actions.forget_typed(user_id=request.user.pk or 0, place=place)
        where = place.partition(":")[2]
        return redirect("decisions:draft_edit", int(where)) if where else redirect("decisions:draft_new")
    values = {name: request.POST[name][:20_000].replace("\x00", "") for name in KEPT if request.POST.get(name)}
    actions.keep_typed(user_id=request.user.pk or 0, place=place, values=values, at=at)
    clock = timezone.localtime(at).strftime("%H:%M")
    return render(request, "decisions/_typed.html", {"clock": clock})


def _posts(request: HttpRequest, *, at: datetime) -> tuple[org.PostView, ...]:
    posts = org.posts_of(request.user.pk or 0, at=at)
    if not posts:
        raise PermissionDenied
    return posts


def _reserved(request: HttpRequest, *, at: datetime) -> list[tuple[int, str]]:
    """The reserved numbers that a new draft may have, with what each was reserved for."""
    year = calendar.fiscal_year(org.office_day(at))
    rows = reserved_for(request.user.pk or 0, fiscal_year=year, at=at)[:MOST_RESERVED]
    return [(row.id, f"{row.reference}　{row.purpose}") for row in rows]


def _form(
    request: HttpRequest,
    posts: Iterable[org.PostView],
    *,
    at: datetime,
    initial: dict[str, Any] | None = None,
    reserved: Sequence[tuple[int, str]] = (),
) -> DraftForm:
    words = words_of(org.office_day(at))
    return DraftForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        initial=initial,
        posts=[(post.id, post.label) for post in posts],
        categories=words.get("category", ()),
        importances=words.get("importance", ()),
        reserved=reserved,
    )


def _drafter(request: HttpRequest, form: DraftForm) -> Actor:
    return Actor(user_id=request.user.pk, post_id=form.cleaned_data["post"])


def _draft(
    request: HttpRequest, form: DraftForm, posts: Iterable[org.PostView], *, at: datetime, **more: Any
) -> actions.Draft:
    """What was filled in. :raises Refused: an office to be consulted is not found, or a file is not what it says."""
    said = form.cleaned_data
    post = next(post for post in posts if post.id == said["post"])
    old: Decision | None = more.get("old")
    related: Related = more["related"]
    by = _drafter(request, form)
    kept = [files.store(one.file, name=one.name or "", by=by, at=at).id for one in said["annexes"]]
    before = [row.file_id for row in attachments_of(old.id, old.revision)] if old and not kept else []
    content = {"title": said["title"], "body": said["body"], "outcome": "approve", "attachments": kept or before}
    content["reasons"] = related.reasons if related.earlier else ""
    return actions.Draft(
        category=said["category"],
        facts={"importance": said["importance"], "amount": said["amount"] or 0},
        content=content,
        subject=Subject("decision", old.id) if old else None,
        unit=post.unit_code,
        consultations=tuple(consultations_of(said["consulted"], at=at)),
        relates_to=related.earlier.id if related.earlier else None,
        relation=related.relation if related.earlier else "",
        paper_reason=said["paper_reason"],
        reservation=said.get("reservation"),
        due_on=said["due_on"],
        received=found.id if old is None and (found := received_in(request, at=at)) else None,
    )


def consultations_of(text: str, *, at: datetime) -> Iterable[Consultation]:
    """「財務局 主計部 財政課、財務局 経理部 契約課 のうち1」: a line is a group, asked after the one above it; of a
    group all answer, or as many as it says.

    :raises Refused: an office is not found, or there are too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if sum(line.count("、") + 1 for line in lines) > MOST_CONSULTED:
        raise Refused(_("協議する課は50までにしてください。"))
    for group, line in enumerate(lines, start=1):
        some = SOME_OF.search(line)
        for name in filter(None, (part.strip() for part in SOME_OF.sub("", line).split("、"))):
            yield Consultation(post_named(name, at=at), group, int(some.group(1)) if some else 0)
