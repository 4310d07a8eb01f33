"""The earlier decision that a draft cancels or changes: found while one types, without JavaScript on its own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from tocho.core.org import api as org
from tocho.lib.text import whole_number

from ..models import Decision
from ..permissions import own_parts, visible_decision, visible_parts
from ..queries.earlier import SHOWN, SUGGESTED, SoughtEarlier, earlier_page
from ..queries.lists import ListPage


@dataclass(frozen=True)
class Related:
    """What a draft says of an earlier decision: the one chosen, what becomes of it, what is being looked for."""

    earlier: Decision | None
    relation: str
    sought: SoughtEarlier
    found: ListPage
    reasons: str = ""

    @property
    def lacks_reasons(self) -> bool:
        """A disposition is taken back with reasons that whom it concerns is told (行政手続法14条)."""
        cancels = self.earlier is not None and self.relation == Decision.Relation.CANCEL
        return cancels and self.earlier is not None and self.earlier.subject_type != "decision" and not self.reasons

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Decision.Relation.choices]

    @property
    def is_unanswered(self) -> bool:
        """Something is being looked for and nothing chosen: asked once more, rather than passed over."""
        return bool(self.sought.find) and self.earlier is None

    @property
    def is_wrong(self) -> bool:
        return self.is_unanswered or self.lacks_reasons

    @property
    def is_open(self) -> bool:
        return self.earlier is not None or bool(self.sought.find)


def related_of(
    request: HttpRequest, *, at: datetime, old: Decision | None = None, typed: Mapping[str, Any] | None = None
) -> Related:
    """As posted, as the address says, as it was typed before, or as the draft has it. :raises Http404: what is named is
    out of reach."""
    given, typed = request.POST if request.method == "POST" else request.GET, typed or {}
    if "change" in given:
        earlier = _reachable(request, given["change"], at=at)
        if earlier is None and given["change"]:
            raise Http404
    elif request.method == "POST":
        earlier = None
    else:
        earlier = _reachable(request, str(typed.get("change") or (old and old.relates_to_id) or ""), at=at)
    relation = (
        given.get("relation") or typed.get("relation") or (old.relation if old else "") or Decision.Relation.CANCEL
    )
    if relation not in Decision.Relation.values:
        raise Http404
    sought = SoughtEarlier.of(request.POST) if request.method == "POST" else SoughtEarlier()
    found = _found(request, sought, limit=SUGGESTED, at=at) if sought.find and earlier is None else ListPage((), "")
    reasons = given.get("reasons", typed.get("reasons", "") if request.method != "POST" else "")
    if not reasons and old and request.method != "POST":
        reasons = old.reasons
    return Related(earlier, relation, sought, found, str(reasons).strip()[:2000].replace("\x00", ""))


def _reachable(request: HttpRequest, given: str, *, at: datetime) -> Decision | None:
    return visible_decision(whole_number(given) or 0, request.user.pk or 0, at=at) if given else None


@require_GET
def earlier_search(request: HttpRequest) -> HttpResponse:
    """Beside the draft what to choose from; without JavaScript a page whose links go back to the draft."""
    at = timezone.now()
    if not org.posts_of(request.user.pk or 0, at=at):
        raise PermissionDenied
    sought = SoughtEarlier.of(request.GET)
    if request.htmx:  # type: ignore[attr-defined]
        found = _found(request, sought, limit=SUGGESTED, at=at)
        return render(request, "decisions/_earlier_found.html", {"sought": sought, "found": found})
    found = _found(request, sought, limit=SHOWN, at=at, after=whole_number(request.GET.get("after", "")))
    kind, _colon, key = sought.place.partition(":")
    asks = reverse("decisions:draft_new")
    if kind == "decision" and (number := whole_number(key)) is not None:
        asks = reverse("decisions:draft_edit", args=[number])
    context = {"sought": sought, "found": found, "draft_url": asks}
    return render(request, "decisions/earlier_search.html", context)


def _found(
    request: HttpRequest, sought: SoughtEarlier, *, limit: int, at: datetime, after: int | None = None
) -> ListPage:
    parts = own_parts if sought.own else visible_parts
    return earlier_page(parts(request.user.pk or 0, at=at), sought, after=after, limit=limit, on=org.office_day(at))
