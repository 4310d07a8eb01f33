"""The platform as a WSGI application: the Messaging API for the bot, a telephone for people."""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, unquote

from doubles.line import pages
from doubles.line.checks import faults_of, is_retry_key
from doubles.line.platform import Person, Platform

STATUS = {
    200: "OK", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 409: "Conflict",
    413: "Content Too Large",
}  # fmt: skip
MAX_BODY = 2_000_000


@dataclass
class Answer:
    code: int
    body: str = ""
    kind: str = "text/html; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


def as_json(code: int, values: dict[str, Any], **headers: str) -> Answer:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(code, json.dumps(values), "application/json", pairs)


class LineApp:
    def __init__(self, platform: Platform, *, token: str) -> None:
        self.platform, self.token = platform, token

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self._answer(environ)
        policy = f"default-src 'none'; style-src '{pages.STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'"
        headers = [("Content-Type", answer.kind), ("Content-Security-Policy", policy), *answer.headers]
        start_response(f"{answer.code} {STATUS[answer.code]}", headers)
        return [answer.body.encode()]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY:
            return as_json(413, {"message": "Request body too large"})
        body = environ["wsgi.input"].read(length) if length else b""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith("/v2/bot/"):
            return self._bot(method, path.removeprefix("/v2/bot/").split("/"), body, environ)
        if path == "/dialog/bot/accountLink":
            return self._link(parse_qs(environ.get("QUERY_STRING", "")))
        if path.startswith("/R/oaMessage/"):
            return self._telephone(method, body, environ, typed=unquote(environ.get("QUERY_STRING", "")))
        return self._telephone(method, body, environ)

    # --- the bot

    def _bot(self, method: str, parts: list[str], body: bytes, environ: dict[str, Any]) -> Answer:
        if environ.get("HTTP_AUTHORIZATION", "") != f"Bearer {self.token}":
            return as_json(401, {"message": "Authentication failed. Confirm that the access token is valid."})
        match (method, *parts):
            case ("POST", "message", "reply"):
                return self._reply(body)
            case ("POST", "message", "push"):
                return self._push(body, environ.get("HTTP_X_LINE_RETRY_KEY", ""))
            case ("GET", "profile", person_id):
                return self._profile(person_id)
            case ("POST", "user", person_id, "linkToken"):
                person = self.platform.people.get(person_id)
                if person is None or not person.is_friend:
                    return as_json(404, {"message": "Not found"})
                return as_json(200, {"linkToken": self.platform.make_link_token(person)})
        return as_json(404, {"message": "Not found"})

    def _profile(self, person_id: str) -> Answer:
        person = self.platform.people.get(person_id)
        if person is None or not person.is_friend:
            return as_json(404, {"message": "Not found"})
        return as_json(200, {"displayName": "見本さん", "userId": person.id, "language": person.language})

    def _reply(self, body: bytes) -> Answer:
        values, problem = _messages(body)
        if problem:
            return problem
        person = self.platform.take_reply_token(str(values.get("replyToken") or ""))
        if person is None:
            return as_json(400, {"message": "Invalid reply token"})
        return self._show(person, values)

    def _push(self, body: bytes, retry_key: str) -> Answer:
        if retry_key and not is_retry_key(retry_key):
            return as_json(400, {"message": "The retry key is invalid"})
        values, problem = _messages(body)
        if problem:
            return problem
        person = self.platform.people.get(str(values.get("to") or ""))
        if person is None or not person.is_friend:
            return as_json(400, {"message": "Failed to send messages"})
        request_id = secrets.token_hex(8)
        if retry_key and (known := self.platform.is_repeated(retry_key, request_id)):
            return as_json(409, {"message": "The retry key is already accepted"}, X_Line_Accepted_Request_Id=known)
        return self._show(person, values, request_id)

    def _show(self, person: Person, values: dict[str, Any], request_id: str = "") -> Answer:
        sent = [{"id": str(next(self.platform.numbers))} for _message in values["messages"]]
        person.talk.extend(("bot", message) for message in values["messages"])
        return as_json(200, {"sentMessages": sent}, X_Line_Request_Id=request_id or secrets.token_hex(8))

    # --- the person

    def _link(self, query: dict[str, list[str]]) -> Answer:
        token, nonce = query.get("linkToken", [""])[0], query.get("nonce", [""])[0]
        if not self.platform.confirm_link(token, nonce):
            return Answer(400, pages.page("連携", "<h1>連携できません</h1><p>もう一度「連携」と送ってください。</p>"))
        return Answer(200, pages.page("連携", '<h1>連携しました</h1><p><a href="/">トークに戻る</a></p>'))

    def _telephone(self, method: str, body: bytes, environ: dict[str, Any], *, typed: str = "") -> Answer:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("phone")
        person_id = cookie.value if cookie else "U" + secrets.token_hex(16)
        person = self.platform.person(person_id)
        keep = ("Set-Cookie", f"phone={person_id}; HttpOnly; SameSite=Lax; Path=/")
        if method != "POST":
            return Answer(200, pages.talk_page(person, typed=typed), headers=[keep])
        form = parse_qs(body.decode("utf-8", "replace"))
        match form.get("act", [""])[0]:
            case "add":
                self.platform.add_friend(person)
            case "block":
                self.platform.block(person)
            case "write" if text := form.get("text", [""])[0].strip():
                self.platform.write(person, text)
        return Answer(303, headers=[keep, ("Location", "/")])


def _messages(body: bytes) -> tuple[dict[str, Any], Answer | None]:
    """The body of a reply or push, or the answer that refuses it."""
    try:
        values = json.loads(body)
    except ValueError:
        return {}, as_json(400, {"message": "The request body could not be parsed as JSON"})
    faults = faults_of(values)
    if not faults:
        return values, None
    details = [{"message": said, "property": place} for place, said in faults]
    return {}, as_json(400, {"message": f"The request body has {len(faults)} error(s)", "details": details})
