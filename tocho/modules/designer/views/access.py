"""How a request reaches a design, and what every tab shows around its own part."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org

from ..definitions import problems
from ..models import Design
from ..permissions import can_edit, designs_visible_to, owner_units
from ..queries import tabs_of


def fetch_design(request: HttpRequest, design_id: int, *, at: datetime) -> Design:
    """The design, if it is one of the person's offices or of those below them; 404 otherwise."""
    if request.user.pk is None:
        raise Http404
    return get_object_or_404(designs_visible_to(request.user.pk, at=at), id=design_id)


def fetch_own_design(request: HttpRequest, design_id: int, *, at: datetime) -> Design:
    """The design, if the person's own office owns it: 404 for those who cannot see it, 403 for those who only can.

    Whether it can be changed now is the action's question, so that what was typed is not lost.
    """
    design = fetch_design(request, design_id, at=at)
    if design.unit not in owner_units(request.user.pk or 0, at=at):
        raise PermissionDenied
    return design


def actor_of(request: HttpRequest, design: Design, *, at: datetime) -> Actor:
    """The person under the post of the office that owns the design, the main post otherwise."""
    posts = org.posts_of(request.user.pk or 0, at=at)
    here = [post for post in posts if post.unit_code == design.unit]
    post = (here or list(posts))[0] if posts else None
    return Actor(user_id=request.user.pk, post_id=post.id if post else None)


def show_tab(
    request: HttpRequest,
    design: Design,
    tab: str,
    template: str,
    context: dict[str, Any],
    *,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    """A page of a design under its tabs. ``context`` is the page's own; ``design``, ``tabs``, ``problem_list``,
    ``editable`` and ``crumbs`` are added."""
    found = problems(design.source)
    around = {
        "design": design,
        "tabs": tabs_of(design, found, current=tab),
        "problem_list": found,
        "editable": can_edit(request.user.pk or 0, design, at=at),
        "crumbs": [(_("手続デザイナー"), reverse("designer:design_list")), (design.title or design.key, "")],
    }
    return render(request, template, {**around, **context}, status=status)
