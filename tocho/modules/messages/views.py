"""The standard phrases of one's units. Messages themselves are shown by the pages of their subjects."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from . import actions
from .forms import PhraseForm
from .permissions import phrases_of


def _units(request: HttpRequest, *, at: datetime) -> list[tuple[str, str]]:
    """The units whose phrases this person writes: those of the posts held now. :raises PermissionDenied: none."""
    posts = org.posts_of(request.user.pk or 0, at=at)
    units = list({post.unit_code: org.unit(post.unit_code).full_name for post in posts}.items())
    if not units:
        raise PermissionDenied
    return units


@require_GET
def phrase_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    units = dict(_units(request, at=at))
    rows = [(row, units.get(row.unit, "")) for row in phrases_of(request.user.pk or 0, at=at)]
    return render(request, "messages/phrase_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def phrase_edit(request: HttpRequest, phrase_id: int | None = None) -> HttpResponse:
    at = timezone.now()
    units = _units(request, at=at)
    phrase = get_object_or_404(phrases_of(request.user.pk or 0, at=at), id=phrase_id) if phrase_id else None
    if phrase is not None and phrase.unit not in dict(units):
        units.append((phrase.unit, phrase.unit))
    initial = {"unit": phrase.unit, "title": phrase.title, "text": phrase.text} if phrase else {}
    form = PhraseForm(units, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_phrase(phrase_id=phrase_id, actor=Actor(user_id=request.user.pk), at=at, **form.cleaned_data)
        except Refused as refused:
            form.add_error("title", refused.message)
        else:
            messages.success(request, _("定型文を保存しました。"))
            return redirect("messages:phrase_list")
    context = {"form": form, "phrase": phrase}
    return render(request, "messages/phrase_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def phrase_delete(request: HttpRequest, phrase_id: int) -> HttpResponse:
    at = timezone.now()
    phrase = get_object_or_404(phrases_of(request.user.pk or 0, at=at), id=phrase_id)
    if request.method == "POST":
        actions.delete_phrase(phrase_id=phrase.id, actor=Actor(user_id=request.user.pk), at=at)
        messages.success(request, _("定型文を削除しました。"))
        return redirect("messages:phrase_list")
    return render(request, "messages/phrase_delete.html", {"phrase": phrase})
