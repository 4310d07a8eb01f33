"""The public figures: every number with its sentence, its chart, its table, its definition, its records."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocho.core.ledger.api import Actor
from tocho.engines.facts import api as facts
from tocho.lib.text import whole_number

from .. import figures as pages
from ..tracing import trace_rows


@login_not_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    now, at = facts.state(), timezone.now()
    cards = [pages.card_of(page, at=at) for page in facts.overview(now=now)]
    topics: dict[str, list[pages.Card]] = {}
    for card in cards:
        topics.setdefault(card.topic, []).append(card)
    other = topics.pop("", [])
    context = {"topics": [*topics.items(), *([(_("そのほか"), other)] if other else [])], "as_of": now.as_of}
    return render(request, "portal/figures.html", context)


def _page_or_404(key: str, query: Any, now: facts.State) -> facts.Dashboard:
    page = facts.dashboard(key, month=query.get("month", ""), unit=query.get("unit", ""), now=now)
    if page is None:
        raise Http404
    return page


@login_not_required
@require_GET
def figure_detail(request: HttpRequest, key: str) -> HttpResponse:
    now, at = facts.state(), timezone.now()
    page = _page_or_404(key, request.GET, now)
    traced = facts.bureaus_traced_by(request.user, at=at)
    piece = ("figure", key, page.month, page.unit, get_language())
    context = {
        "title": pages.title_of(page),
        "headline": pages.headline(page),
        "standing": pages.standing(page, at=at),
        "crumbs": pages.crumbs(page),
        "body": _body(page, traced) if traced else facts.kept_while(now, piece, lambda: _body(page, traced)),
    }
    return render(request, "portal/figure_detail.html", context)


def _body(page: facts.Dashboard, traced: frozenset[str]) -> SafeString:
    """Everything below the headline. It is the same for every reader who may not look behind the figure."""
    trace_href = pages.trace_address(page, page.unit, traced) if page.now.measured else ""
    rows = pages.rows_of(page, traced) if not page.unit else []
    context = {
        "page": page,
        "years": pages.years_chart(page),
        "chart": pages.chart_of(page, pages.links_of(page, trace_href=trace_href)) if page.series else None,
        "months": pages.month_links(page),
        "here": pages.month_address(page, page.month),
        "heads": pages.column_heads(page),
        "rows": rows,
        "notes": pages.notes_of(rows),
        "traceable": any(row.trace_href for row in rows),
        "beside": pages.beside(page),
        "restated": pages.restated(page),
        "spread": pages.spread_words(page),
        "definition": pages.definition_of(page),
    }
    return render_to_string("portal/_figure.html", context)


@require_GET
def figure_records(request: HttpRequest, key: str) -> HttpResponse:
    """The entries behind a figure; each look is recorded, which is why this page writes."""
    page, at = _page_or_404(key, request.GET, facts.state()), timezone.now()
    after = whole_number(request.GET.get("after", "0"))
    if after is None or not page.month:
        raise Http404
    if not facts.can_trace(request.user, unit=page.unit, at=at):
        raise PermissionDenied
    actor = Actor(user_id=request.user.pk)
    facts.record_look(indicator_key=key, unit=page.unit, month=page.month, actor=actor, at=at)
    found = facts.trace(key, unit=page.unit, month=page.month, after=after)
    rows = trace_rows(found.rows, user_id=request.user.pk or 0, at=at)
    context = {
        "page": page,
        "title": pages.title_of(page),
        "month": pages.month_words(page.month),
        "crumbs": pages.crumbs(page, (_("元の記録"), "")),
        "rows": rows,
        "has_others": any(row.is_others for row in rows),
        "next": str(found.next) if found.next else None,
    }
    return render(request, "portal/figure_records.html", context)
