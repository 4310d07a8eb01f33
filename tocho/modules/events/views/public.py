from uuid import uuid4

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tocho.core.accounts import api as accounts
from tocho.core.files import api as files
from tocho.lib.errors import Refused
from tocho.ui.forms import invalid

from .. import actions
from ..forms import RegistrationForm
from ..permissions import events_open_to, token_of
from ..queries.detail import calendar_of, feed_of, handouts_of
from ..queries.detail import event_detail as detail_page
from ..queries.listing import Filters, event_page_of
from .access import calendar_answer, open_event, person_of, text_of, watch

MOST_REGISTERED, RATE_SECONDS = 30, 600  # from one address of the network: a class or an office may come together


@login_not_required
@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    filters = Filters(**{name: text_of(request, name) for name in ("q", "show", "bureau", "month", "after")})
    page = event_page_of(events_open_to(person_of(request)), filters, at=timezone.now())
    here = reverse("events:event_list")
    shows = (("", _("これから")), ("recorded", _("録画を見る")), ("past", _("終わった催し")))
    chips = [(label, f"{here}?show={show}" if show else here) for show, label in shows]
    current = f"{here}?show={filters.show}" if filters.is_past else here
    return render(
        request, "events/event_list.html", {"page": page, "filters": filters, "chips": chips, "here": current}
    )


@login_not_required
@require_GET
def event_feed(request: HttpRequest) -> HttpResponse:
    """The calendar that people subscribe to; the same for everybody, so it holds what is public."""
    at = timezone.now()
    answer = calendar_answer(calendar_of(feed_of(events_open_to(None), at=at), name=_("都庁の催し"), at=at), "events")
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer


@login_not_required
@require_GET
def event_detail(request: HttpRequest, event_id: int) -> HttpResponse:
    page = detail_page(open_event(request, event_id), at=timezone.now())
    crumbs = [(_("催し"), reverse("events:event_list")), (page.title, "")]
    return render(request, "events/event_detail.html", {"page": page, "crumbs": crumbs})


@login_not_required
@require_GET
def event_calendar(request: HttpRequest, event_id: int) -> HttpResponse:
    event = open_event(request, event_id)
    return calendar_answer(calendar_of([event], at=timezone.now()), f"event-{event.id}")


@login_not_required
@require_http_methods(["GET", "POST"])
def event_register(request: HttpRequest, event_id: int) -> HttpResponse:
    at, person = timezone.now(), person_of(request)
    event = open_event(request, event_id)
    page = detail_page(event, at=at)
    if not page.may_register or (page.seats.is_full and not event.has_waiting_list and request.method == "GET"):
        return redirect("events:event_detail", event.id)
    initial = {"email": person.email, "name": person.display_name} if person else {}
    form = RegistrationForm(event, page.question, request.POST if request.method == "POST" else None, initial=initial)
    context = {"page": page, "form": form}
    if request.method == "GET":
        return render(request, "events/event_register.html", context)
    if not form.is_valid():
        return invalid(request, "events/event_register.html", context)
    given = {"organisation": "", "answer": "", **form.cleaned_data}
    once = request.POST.get("_once", "")[:64] or uuid4().hex
    wish = actions.Request(**given, language=get_language() or "ja", once=once)
    try:
        if not accounts.within_rate(request, "events.register", most=MOST_REGISTERED, seconds=RATE_SECONDS):
            raise Refused(_("短い時間に何度も送信されました。10分ほど待ってから、もう一度お試しください。"))
        made = actions.register(event_id=event.id, request=wish, user_id=person.pk if person else None, at=at)
    except Refused as refused:
        form.add_error(None, refused.message)
        return invalid(request, "events/event_register.html", context)
    if made.was_known:  # the page behind the link is shown to whoever reads the mail, not to whoever knows the address
        notes.info(
            request, _("このお名前とメールアドレスでは、もう申し込まれています。確認のリンクをメールで送り直しました。")
        )
        return redirect("events:event_detail", event.id)
    notes.success(request, _("申し込みを受け付けました。確認のメールを送りました。"))
    return redirect("events:registration_detail", token_of(made.registration))


@login_not_required
@require_GET
def event_recording(request: HttpRequest, event_id: int) -> HttpResponse:
    at = timezone.now()
    event = open_event(request, event_id)
    return watch(request, event, None, may_watch=detail_page(event, at=at).has_recording, at=at)


@login_not_required
@require_GET
def event_file(request: HttpRequest, event_id: int, file_id: int) -> FileResponse:
    event = open_event(request, event_id)
    if file_id not in {one.file_id for one in handouts_of(event, registered=False)}:
        raise Http404
    return files.download_response(file_id, inline=True)
