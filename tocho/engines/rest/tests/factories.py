"""A person with a token, a receiver of webhooks that checks what receivers check, and a client that speaks JSON."""

import base64
import hashlib
import hmac
import http.server
import itertools
import json
import threading
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.engines.rest import actions

_keys = itertools.count(1)


def make_person(name: str = "hanako", **values: Any) -> User:
    return User.objects.create_user(name, f"{name}@example.jp", "a long pass phrase", **values)


def make_secret(user: User, scopes: Sequence[str], *, days: int = 30) -> str:
    return actions.make_token(
        user_id=user.pk, is_staff=user.is_employee, name="test", scopes=scopes, days=days, at=timezone.now()
    )[1]


class Program:
    """A program with a token: ``get``, ``post``, ``put`` speak JSON; each write has a key of its own."""

    def __init__(self, secret: str = "") -> None:
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client()

    def get(self, path: str, **values: Any) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", values, headers=self.headers)  # type: ignore[arg-type,return-value]

    def send(self, method: str, path: str, body: Any, *, key: str | None = None) -> HttpResponse:
        headers = {**self.headers, "Idempotency-Key": f"key-{next(_keys)}" if key is None else key}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            body if isinstance(body, bytes) else json.dumps(body),
            "application/json",
            headers={name: value for name, value in headers.items() if value},
        )  # type: ignore[return-value]

    def post(self, path: str, body: Any, *, key: str | None = None) -> HttpResponse:
        return self.send("POST", path, body, key=key)

    def put(self, path: str, body: Any, *, key: str | None = None) -> HttpResponse:
        return self.send("PUT", path, body, key=key)


class Receiver:
    """A real HTTP server that takes webhooks and refuses what is not signed with its secret."""

    def __init__(self) -> None:
        self.secret, self.answer = "", 204
        self.events: list[dict[str, Any]] = []
        self.forged: list[bytes] = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.is_signed(self.headers, body):
                    receiver.events.append(json.loads(body))
                    self.send_response(receiver.answer)
                else:
                    receiver.forged.append(body)
                    self.send_response(401)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def is_signed(self, headers: Any, body: bytes) -> bool:
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        text = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return headers["Webhook-Signature"] == f"v1,{wanted}"
