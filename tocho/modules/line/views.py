import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocho.modules.procedures import api as procedures

from . import actions
from .permissions import friends_of
from .rules import signature_is_genuine

LARGEST_BODY = 256_000


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """What LINE tells: believed only when it is signed with the channel's secret."""
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return HttpResponse(status=413)
    signature = request.headers.get("X-Line-Signature", "")
    if not settings.LINE_CHANNEL_SECRET or not signature_is_genuine(settings.LINE_CHANNEL_SECRET, body, signature):
        return HttpResponse(status=403)
    try:
        events = [dict(event) for event in json.loads(body)["events"]]
        is_sound = all(event["webhookEventId"] for event in events) and b"\\u0000" not in body
    except (ValueError, KeyError, TypeError):
        is_sound = False
    if not is_sound:
        return HttpResponse(status=400)
    actions.take_events(events=events, at=timezone.now())
    return HttpResponse(status=200)


@login_not_required
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What the account does, how to add it, and whether it is linked."""
    friends = list(friends_of(request.user.pk)) if request.user.pk else []
    return render(request, "line/about.html", {"friends": friends, **_account()})


def _account() -> dict[str, str]:
    basic_id = settings.LINE_BASIC_ID
    return {"basic_id": basic_id, "add_url": f"{settings.LINE_OPEN_URL}/R/ti/p/{basic_id}"}


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Confirm here that a telephone is to be linked; LINE then confirms the other side and tells us (accountLink)."""
    token = request.GET.get("linkToken", "") or request.POST.get("linkToken", "")
    if not token or len(token) > 200:
        return redirect("line:about")
    if request.method != "POST":
        return render(request, "line/link.html", {"token": token})
    nonce = actions.make_link_ticket(user_id=request.user.pk or 0, at=timezone.now())
    query = urlencode({"linkToken": token, "nonce": nonce})
    return redirect(f"{settings.LINE_ACCESS_URL}/dialog/bot/accountLink?{query}")


@require_POST
def unlink(request: HttpRequest, friend_id: int) -> HttpResponse:
    friend = get_object_or_404(friends_of(request.user.pk or 0), id=friend_id)
    actions.unlink(friend_id=friend.id, at=timezone.now())
    messages.success(request, _("LINEとの連携をやめました。"))
    return redirect("line:about")


@login_not_required
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Be told of one application on LINE: who holds the link of its status page gets a word to send in the talk."""
    news = procedures.news_by_token(token)
    context = {"news": news, **_account()}
    if request.method != "POST":
        return render(request, "line/follow.html", context)
    code = actions.make_follow_ticket(application_id=news.id, at=timezone.now())
    talk_url = f"{settings.LINE_OPEN_URL}/R/oaMessage/{settings.LINE_BASIC_ID}/?{code}"
    return render(request, "line/follow.html", {**context, "code": code, "talk_url": talk_url})
