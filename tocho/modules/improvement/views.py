from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.lib.text import whole_number
from tocho.ui.forms import invalid

from . import actions
from .forms import ItemForm, MoveForm
from .models import Item
from .permissions import items_of, reviews_seen_by, trials_of
from .queries import ImprovementPage, improvement_page, procedure_lines
from .rules import FOLLOWS


@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """How the procedures of the own offices are rated, and what waits to be read."""
    at, user_id = timezone.now(), request.user.pk or 0
    lines = procedure_lines(reviews_seen_by(user_id, at=at))
    items = items_of(user_id, at=at).filter(state__in=["open", "planned"]).order_by("-id")[:30]
    return render(request, "improvement/review_list.html", {"lines": lines, "items": items})


def _page(request: HttpRequest, procedure: str, *, at: datetime) -> ImprovementPage:
    user_id = request.user.pk or 0
    page = improvement_page(
        reviews_seen_by(user_id, at=at),
        items_of(user_id, at=at),
        trials_of(user_id, at=at),
        procedure=procedure,
        show=request.GET.get("show", ""),
        after=whole_number(request.GET.get("after", "")),
        on=calendar.office_day(at),
    )
    if page is None:
        raise Http404
    return page


@require_GET
def procedure_reviews(request: HttpRequest, procedure: str) -> HttpResponse:
    page = _page(request, procedure, at=timezone.now())
    return render(request, "improvement/procedure_reviews.html", {"page": page, "show": request.GET.get("show", "")})


@require_POST
def review_settle(request: HttpRequest, review_id: int) -> HttpResponse:
    at = timezone.now()
    review = get_object_or_404(reviews_seen_by(request.user.pk or 0, at=at), id=review_id)
    is_public = request.POST.get("public") == "yes"
    actions.settle_review(review_id=review.id, is_public=is_public, actor=Actor(user_id=request.user.pk), at=at)
    messages.success(request, _("手続の案内に載せました。") if is_public else _("公開しないことにしました。"))
    return redirect("improvement:procedure_reviews", review.procedure)


@require_http_methods(["GET", "POST"])
def item_new(request: HttpRequest, procedure: str) -> HttpResponse:
    """Open an improvement of a procedure, from the review named in the address if there is one."""
    at, user_id = timezone.now(), request.user.pk or 0
    seen = reviews_seen_by(user_id, at=at).filter(procedure=procedure).order_by("-id")
    about = seen.first() or items_of(user_id, at=at).filter(procedure=procedure).first()
    if about is None:
        raise Http404
    review = seen.filter(id=whole_number(request.GET.get("review", "")) or 0).first()
    title = about.procedure_title if isinstance(about, Item) else about.title
    form = ItemForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "review": review, "procedure": procedure, "procedure_title": title}
    if request.method != "POST":
        return render(request, "improvement/item_new.html", context)
    if not form.is_valid():
        return invalid(request, "improvement/item_new.html", context)
    item = actions.open_item(
        procedure=procedure,
        procedure_title=title,
        unit=about.unit,
        review_ids=[review.id] if review else [],
        actor=Actor(user_id=user_id),
        at=at,
        **form.cleaned_data,
    )
    messages.success(request, _("改善項目を作りました。"))
    return redirect("improvement:item_detail", item.id)


@require_http_methods(["GET", "POST"])
def item_detail(request: HttpRequest, item_id: int) -> HttpResponse:
    at = timezone.now()
    item = get_object_or_404(items_of(request.user.pk or 0, at=at), id=item_id)
    states = [state for state in Item.State.values if state in FOLLOWS[item.state]]
    initial = {"revision": item.revision, "told": item.told}
    form = MoveForm(states, request.POST if request.method == "POST" else None, initial=initial)
    context = {"item": item, "form": form, "states": states, "reviews": item.reviews.order_by("-id")[:30]}
    if request.method != "POST":
        return render(request, "improvement/item_detail.html", context)
    if not form.is_valid():
        return invalid(request, "improvement/item_detail.html", context)
    try:
        actions.move_item(item_id=item.id, actor=Actor(user_id=request.user.pk), at=at, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refused.message)
        return invalid(request, "improvement/item_detail.html", context)
    messages.success(request, _("状態を変えました。"))
    return redirect("improvement:item_detail", item.id)
