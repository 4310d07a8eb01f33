from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import engines
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views import i18n
from django.views.decorators.http import require_GET, require_POST

from tocho.ui import furigana, mailbox
from tocho.ui.examples import EXAMPLES, Example
from tocho.ui.markup import format_html
from tocho.ui.sample import context

LAYOUTS = {
    "public": "ui/examples/public.html",
    "desk": "ui/examples/desk.html",
    "step": "ui/examples/step.html",
    "print": "ui/examples/print.html",
}

YEAR = 365 * 24 * 60 * 60
set_language = login_not_required(i18n.set_language)


@login_not_required
@require_POST
def set_furigana(request: HttpRequest) -> HttpResponse:
    """Switch the readings over kanji on or off, in this browser."""
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        after = "/"
    response = HttpResponseRedirect(after)
    if request.POST.get("furigana") == "1":
        response.set_cookie(
            furigana.COOKIE, "1", max_age=YEAR, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(furigana.COOKIE)
    return response


def only_builders(request: HttpRequest) -> None:
    """The gallery is for those who build: staff, and anyone in the sample city."""
    if not (settings.DEMO or getattr(request.user, "is_staff", False)):
        raise Http404


def rendered(example: Example, request: HttpRequest) -> list[tuple[str, str, SafeString]]:
    """(name, source, html) of each state."""
    engine = engines["django"]
    return [
        (name, source, format_html("{}", engine.from_string("{% load ui %}" + source).render(context(), request)))
        for name, source in example.states
    ]


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    only_builders(request)
    groups = [(example, rendered(example, request)) for example in EXAMPLES]
    return render(request, "ui/gallery.html", {"groups": groups, "layouts": LAYOUTS})


@login_not_required
@require_GET
def layout_example(request: HttpRequest, layout: str) -> HttpResponse:
    only_builders(request)
    if layout not in LAYOUTS:
        raise Http404
    return render(request, LAYOUTS[layout], context())


@login_not_required
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/mail_list.html", {"mails": mailbox.mails()})


@login_not_required
@require_GET
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "ui/mail_detail.html", {"mail": mailbox.mail(name)})
