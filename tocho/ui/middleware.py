from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from tocho.lib.errors import Refused
from tocho.ui import furigana


class NulMiddleware:
    """Refuses an address with a NUL in it, which no text of PostgreSQL can hold. Forms refuse it in their fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)


class FuriganaMiddleware:
    """Puts readings over the kanji of a page for whoever switched them on (a cookie, so that it costs nobody else)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.COOKIES.get(furigana.COOKIE) == "1" and self.is_japanese_page(response):
            response.content = furigana.annotate(response.content.decode()).encode()
            patch_vary_headers(response, ["Cookie"])
        return response

    @staticmethod
    def is_japanese_page(response: HttpResponse) -> bool:
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        return is_page and (get_language() or "ja").startswith("ja")


class PrivateMiddleware:
    """Keeps pages about a person out of every cache, so that the next one at a shared machine cannot leaf back.

    About a person is whatever is answered to a session (signed in, or with a link opened) and whatever stands behind
    an address that is itself the key. A view that says how long its answer may be kept is left alone.
    """

    KEYS = frozenset({"token", "public_id"})  # what such addresses call their key

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and self.is_personal(request):
            response["Cache-Control"] = "private, no-store"
        return response

    def is_personal(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return not request.session.is_empty() or (match is not None and not self.KEYS.isdisjoint(match.kwargs))


class RefusedMiddleware:
    """Renders a ``Refused`` that no view has put on a form: its message, and the way back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = ""
        return render(request, "ui/refused.html", {"message": exception.message, "back": back}, status=422)
