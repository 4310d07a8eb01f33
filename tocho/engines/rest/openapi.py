"""One API of the platform: made here, filled with the modules' routers by the portal."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

import orjson
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Status
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.throttling import BaseThrottle

from .actions import answer_once
from .bearer import Bearer, Caller
from .problems import Problem, ProblemSchema, install_handlers, unknown_address
from .rules import request_digest

# The cursor of a list: the id after which its next page begins.
After = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
PROBLEMS = (400, 401, 403, 404, 413, 422, 429)
OPEN_PROBLEMS = (404, 422)
LARGEST_BODY = 2_000_000
A_MINUTE = 600
KEY_HEADER = "Idempotency-Key"


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        if len(request.body) > LARGEST_BODY:
            raise Problem(413, "too-large", _("2MBまでにしてください。ファイルは /files に送ってください。"))
        try:
            value = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise Problem(400, "not-readable", _("JSONとして読めません：%(why)s") % {"why": error}) from error
        if has_nul(value):
            raise Problem(400, "not-readable", _("使えない文字（NUL）が入っています。"))
        return value


def has_nul(value: Any) -> bool:
    """Whether a JSON value holds a text with NUL, which PostgreSQL cannot keep."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or has_nul(one) for key, one in value.items())
    return isinstance(value, list) and any(map(has_nul, value))


class _Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class _Rate(BaseThrottle):
    """So many requests a minute for each token, whatever address it calls from; reading without one is not counted."""

    def allow_request(self, request: HttpRequest) -> bool:
        caller = getattr(request, "auth", None)
        if not isinstance(caller, Caller):
            return True
        key = f"rest.rate:{caller.token_id}:{int(time.time()) // 60}"
        cache.add(key, 0, timeout=120)
        try:
            return cache.incr(key) <= A_MINUTE
        except ValueError:  # swept between the two lines
            return True

    def wait(self) -> float | None:
        return 60 - time.time() % 60


class _Schema(OpenAPISchema):
    """Adds what ninja does not say: the scope of each operation, and that any may be answered by a problem."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        self.schemas["Problem"] = ProblemSchema.model_json_schema()
        details = super().operation_details(operation)
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        statuses = OPEN_PROBLEMS if not operation.auth_callbacks else PROBLEMS
        for status in statuses:
            details["responses"][status] = {"description": HTTPStatus(status).phrase, "content": content}
        return details

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        asked = super().operation_security(operation)
        scopes = [auth.scope for auth in operation.auth_callbacks if isinstance(auth, Bearer)]
        return [dict.fromkeys(one, scopes) for one in asked] if asked else asked


class _Api(NinjaAPI):
    """Describes itself by ``_Schema``; operations are called as their views."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        return _Schema(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def make_api(*, title: str, version: str, description: str) -> NinjaAPI:
    """An API without operations yet, that reads, refuses and answers as all of it does."""
    api = _Api(
        title=title,
        version=version,
        description=description,
        urls_namespace="rest",
        docs_url=None,
        openapi_url="openapi.json",
        parser=_Parser(),
        renderer=_Renderer(),
        throttle=[_Rate()],
    )
    install_handlers(api)
    return api


def open_to_programs(api: NinjaAPI) -> list[URLPattern | URLResolver]:
    """The API's routes, past the sign-in page of people: operations ask for their token themselves (``asks_token``)."""
    operations = [
        one for methods in api.get_openapi_schema(path_prefix="")["paths"].values() for one in methods.values()
    ]
    guarded = {one["operationId"] for one in operations if one.get("security")}
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback.login_required = False  # type: ignore[attr-defined]
        pattern.callback.asks_token = pattern.name in guarded  # type: ignore[attr-defined]
    return [*patterns, path("<path:rest>", unknown_address, name="unknown_address")]


def once(request: HttpRequest, act: Callable[[], tuple[int, dict[str, Any]]]) -> Status[dict[str, Any]]:
    """Do a write once for each ``Idempotency-Key`` of a token; see ``actions.answer_once``.

    :raises Problem: no key, or one that is too long.
    """
    key = request.headers.get(KEY_HEADER, "")
    if not 1 <= len(key) <= 255 or "\0" in key:
        raise Problem(
            400, "key-needed", _("書きこむ依頼には、依頼ごとに違う Idempotency-Key（255字まで）を付けてください。")
        )
    caller: Caller = request.auth  # type: ignore[attr-defined]
    digest = request_digest(request.method or "", request.get_full_path(), request.body)
    return Status(*answer_once(token_id=caller.token_id, key=key, digest=digest, act=act, at=timezone.now()))
