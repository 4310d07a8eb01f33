"""What the pages share: who looks, which event, the way out to a meeting or a recording."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor

from .. import actions
from ..models import Event, Registration
from ..permissions import events_of_offices, events_open_to

BIGGEST = 2**63 - 1
SEEN_SECONDS = 86_400


def person_of(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def open_event(request: HttpRequest, event_id: int) -> Event:
    found: Event = get_object_or_404(events_open_to(person_of(request)), id=min(event_id, BIGGEST))
    return found


def office_event(request: HttpRequest, event_id: int, *, at: datetime) -> Event:
    mine = events_of_offices(request.user.pk or 0, at=at)
    found: Event = get_object_or_404(mine, id=min(event_id, BIGGEST))
    return found


def actor_of(request: HttpRequest) -> Actor:
    return Actor(user_id=request.user.pk)


def text_of(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip().replace("\x00", "")[:100]


class Away(HttpResponseRedirect):
    """To a meeting or a recording, wherever an officer said it is."""

    def __init__(self, address: str, **more: Any) -> None:
        self.allowed_schemes = list(settings.EVENT_LINK_SCHEMES)
        super().__init__(address, **more)
        self.headers["Referrer-Policy"] = "no-referrer"  # the address of the page is a key
        self.headers["Cache-Control"] = "private, no-store"


def watch(
    request: HttpRequest, event: Event, registration: Registration | None, *, may_watch: bool, at: datetime
) -> HttpResponse:
    """Open the recording; a browser counts once a day."""
    if not may_watch:
        raise Http404
    seen = f"seen-recording-{event.id}"
    answer = Away(event.recording_url)
    if seen not in request.COOKIES:
        actions.watch_recording(event_id=event.id, registration_id=registration.id if registration else None, at=at)
        answer.set_cookie(
            seen, "1", max_age=SEEN_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return answer


def calendar_answer(content: bytes, name: str, *, inline: bool = False) -> HttpResponse:
    disposition = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{disposition}; filename="{name}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
