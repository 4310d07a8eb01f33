"""Errors of the API in one shape: Problem Details (RFC 9457), in words a person can act on."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from tocho.lib.errors import Refused

from .actions.answering import KeyUsedOtherwiseError

MEDIA_TYPE = "application/problem+json; charset=utf-8"
Errors = Mapping[str, Sequence[str]]


class ProblemSchema(Schema):
    """What every answer of 4xx looks like. ``errors``: messages by the place in the request they are about."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: dict[str, list[str]] = {}


class Problem(Exception):
    """An answer of 4xx; ``kind`` is its name in the documentation."""

    def __init__(self, status: int, kind: str, detail: str = "", errors: Errors | None = None) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.errors = status, kind, detail, errors or {}


def titles() -> dict[str, str]:
    """Each kind of problem in words."""
    return {
        "unauthorized": _("鍵がないか、使えません"),
        "missing-scope": _("許されていません"),
        "not-found": _("見つかりません"),
        "not-possible": _("できません"),
        "not-valid": _("内容に誤りがあります"),
        "not-readable": _("読み取れません"),
        "key-needed": _("Idempotency-Key が必要です"),
        "key-used-otherwise": _("Idempotency-Key が別の内容で使われています"),
        "too-many": _("回数が多すぎます"),
        "too-large": _("大きすぎます"),
    }


def problem(status: int, kind: str, detail: str = "", errors: Errors | None = None) -> dict[str, Any]:
    """The body of an answer."""
    return {
        "type": f"/api/#{kind}",
        "title": titles()[kind],
        "status": status,
        "detail": detail,
        "errors": {place: list(said) for place, said in (errors or {}).items()},
    }


@login_not_required
@csrf_exempt
def unknown_address(request: HttpRequest, rest: str) -> JsonResponse:
    """The answer below the API's address where no operation stands."""
    return JsonResponse(problem(404, "not-found"), status=404, content_type=MEDIA_TYPE)


def install_handlers(api: NinjaAPI) -> None:
    """Let the API answer every expected error as a problem; the rest rises to the log."""

    def answer(
        request: HttpRequest, status: int, kind: str, detail: str = "", errors: Errors | None = None
    ) -> HttpResponse:
        response = api.create_response(request, problem(status, kind, detail, errors), status=status)
        response["Content-Type"] = MEDIA_TYPE
        if status == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
        return answer(request, error.status, error.kind, error.detail, error.errors)

    @api.exception_handler(Refused)
    def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return answer(request, 422, "not-possible", error.message, getattr(error, "errors", None))

    @api.exception_handler(AuthenticationError)
    def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(request, 401, "unauthorized", _("Authorization: Bearer に、期限の内の鍵を付けてください。"))

    @api.exception_handler(Http404)
    def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(request, 404, "not-found", _("番号を確かめてください。あなたに見えないものも、こう答えます。"))

    @api.exception_handler(ValidationError)
    def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        places: dict[str, list[str]] = {}
        for fault in error.errors:
            places.setdefault(".".join(map(str, fault["loc"])), []).append(str(fault["msg"]))
        return answer(request, 422, "not-valid", errors=places)

    @api.exception_handler(KeyUsedOtherwiseError)
    def _used(request: HttpRequest, error: KeyUsedOtherwiseError) -> HttpResponse:
        return answer(request, 422, "key-used-otherwise", _("別の依頼には、別の Idempotency-Key を付けてください。"))

    @api.exception_handler(Throttled)
    def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = answer(request, 429, "too-many", _("少し待って、もう一度お試しください。"))
        response["Retry-After"] = str(error.wait or 60)
        return response

    @api.exception_handler(HttpError)
    def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(request, error.status_code, "not-readable", str(error))
