"""The inbox of those who decide: read, decide, next; several at once with one confirmation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.text import whole_number

from .. import actions
from ..actions.refusals import apart
from ..models import Batch, Step
from ..permissions import decisions_visible_to
from ..queries.inbox import Shown, batch_page, inbox_page, own_posts, rows_of, waiting_steps


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if not org.posts_of(request.user.pk or 0, at=at):
        raise PermissionDenied
    picked = request.GET.get("pick") == "all"
    try:
        page = inbox_page(
            request.user.pk or 0, Shown.of(request.GET), after=request.GET.get("after", ""), picked=picked, at=at
        )
    except ValueError:
        return redirect("decisions:inbox")
    return render(request, "decisions/inbox.html", {"page": page})


@require_POST
def inbox_together(request: HttpRequest) -> HttpResponse:
    """Shown first: what will be done, and what will not and why. Confirmed: done, each by itself."""
    at, user_id = timezone.now(), request.user.pk or 0
    chosen = [key for value in request.POST.getlist("step")[: actions.MOST] if (key := whole_number(value))]
    once, shown = request.POST.get("_once", ""), Shown.of(request.POST)
    actor = Actor(user_id=user_id)
    if request.POST.get("confirmed") == "1" and chosen and once:
        within = decisions_visible_to(user_id, at=at)  # what is named in the answer is theirs to know
        known = Step.objects.filter(id__in=chosen, decision__in=within).values_list("id", flat=True)
        seen = [(key, whole_number(request.POST.get(f"seen_{key}", "")) or 0) for key in chosen if key in set(known)]
        batch = actions.begin_batch(stations=seen, once=once, actor=actor, at=at)
        if batch.finished_at is None:
            actions.run_batch(batch_id=batch.id, actor=actor, clock=timezone.now)
        return redirect("decisions:batch_detail", batch.id)
    steps = list(waiting_steps(user_id, at=at).filter(id__in=chosen).select_related("decision__drafter"))
    steps.sort(key=lambda step: chosen.index(step.id))
    if not steps:
        messages.error(request, _("事案を選んでから、ボタンを押してください。"))
        return redirect("decisions:inbox")
    rows = rows_of(steps, user_id=user_id, posts=own_posts(user_id, at=at), shown=shown, at=at)
    context = {
        "rows": [row for row in rows if row.alone is None],
        "left_out": [(row, apart(row.alone)) for row in rows if row.alone is not None],
        "gone": len(set(chosen)) - len(steps),
        "shown": shown,
        "total": sum(row.amount for row in rows if row.alone is None),
    }
    return render(request, "decisions/inbox_together.html", context)


@require_http_methods(["GET", "POST"])
def batch_detail(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What came of a batch; one that stopped in the middle is carried on with, or its rest given up."""
    user_id = request.user.pk or 0
    batch = get_object_or_404(Batch, id=min(batch_id, 2**63 - 1), user_id=user_id)
    if request.method == "POST" and batch.finished_at is None:
        actor = Actor(user_id=user_id)
        if request.POST.get("act") == "give_up":
            actions.end_batch(batch_id=batch.id, left_out={}, actor=actor, at=timezone.now())
        else:
            actions.run_batch(batch_id=batch.id, actor=actor, clock=timezone.now)
        return redirect("decisions:batch_detail", batch.id)
    return render(request, "decisions/batch_detail.html", {"page": batch_page(batch)})
