"""The platform's memory: friends, talks, tokens; and the webhook that it calls, signed."""

import base64
import hashlib
import hmac
import http.client
import itertools
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

REPLY_SECONDS, LINK_SECONDS = 60, 600
TRIES = 5


@dataclass
class Person:
    """One telephone: its id for this account, the language, the talk, whether the account is a friend."""

    id: str
    language: str = "ja"
    is_friend: bool = False
    talk: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # ("me" | "bot", message)


class Platform:
    """Everything that happens between one telephone and one account."""

    def __init__(self, *, secret: str, webhook: str) -> None:
        self.secret, self.webhook = secret, webhook
        self.people: dict[str, Person] = {}
        self.reply_tokens: dict[str, tuple[str, float]] = {}
        self.link_tokens: dict[str, tuple[str, float]] = {}
        self.retry_keys: dict[str, str] = {}
        self.answers: list[int] = []  # what the webhook answered, newest last
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)

    def person(self, person_id: str) -> Person:
        with self.lock:
            return self.people.setdefault(person_id, Person(person_id))

    # --- what a person does

    def add_friend(self, person: Person) -> None:
        person.is_friend = True
        self._tell(person, {"type": "follow", "follow": {"isUnblocked": False}}, answerable=True)

    def block(self, person: Person) -> None:
        person.is_friend = False
        self._tell(person, {"type": "unfollow"}, answerable=False)

    def write(self, person: Person, text: str) -> None:
        person.talk.append(("me", {"type": "text", "text": text}))
        message = {"type": "text", "id": str(next(self.numbers)), "quoteToken": "q", "text": text}
        self._tell(person, {"type": "message", "message": message}, answerable=True)

    def confirm_link(self, token: str, nonce: str) -> bool:
        """The account link dialog: a token that was issued, once, within its time, and a nonce of fit length."""
        with self.lock:
            person_id, until = self.link_tokens.pop(token, ("", 0.0))
        if time.time() > until or not 10 <= len(nonce) <= 255:
            return False
        self._tell(
            self.person(person_id), {"type": "accountLink", "link": {"result": "ok", "nonce": nonce}}, answerable=True
        )
        return True

    # --- what the bot does

    def take_reply_token(self, token: str) -> Person | None:
        with self.lock:
            person_id, until = self.reply_tokens.pop(token, ("", 0.0))
        return self.person(person_id) if time.time() <= until else None

    def make_link_token(self, person: Person) -> str:
        token = secrets.token_urlsafe(24)
        with self.lock:
            self.link_tokens[token] = (person.id, time.time() + LINK_SECONDS)
        return token

    def is_repeated(self, retry_key: str, request_id: str) -> str:
        """The request that was accepted with this key before; "" when it is new, and is then remembered."""
        with self.lock:
            known = self.retry_keys.get(retry_key, "")
            self.retry_keys.setdefault(retry_key, request_id)
        return known

    # --- the webhook

    def _tell(self, person: Person, event: dict[str, Any], *, answerable: bool) -> None:
        token = secrets.token_urlsafe(24)
        if answerable:
            with self.lock:
                self.reply_tokens[token] = (person.id, time.time() + REPLY_SECONDS)
            event = {**event, "replyToken": token}
        event |= {
            "mode": "active",
            "timestamp": int(time.time() * 1000),
            "source": {"type": "user", "userId": person.id},
            "webhookEventId": f"01{next(self.numbers):024d}",
            "deliveryContext": {"isRedelivery": False},
        }
        threading.Thread(target=self._deliver, args=(event,), daemon=True).start()

    def _deliver(self, event: dict[str, Any]) -> None:
        for number in range(TRIES):
            event = {**event, "deliveryContext": {"isRedelivery": number > 0}}
            if self.call(json.dumps({"destination": "U0", "events": [event]}).encode()) == 200:
                return
            time.sleep(0.5 * 2**number)

    def call(self, body: bytes) -> int:
        """POST a signed body to the webhook; the status, 0 where it is out of reach."""
        where = urlsplit(self.webhook)
        signature = base64.b64encode(hmac.new(self.secret.encode(), body, hashlib.sha256).digest()).decode()
        link = http.client.HTTPConnection(where.netloc, timeout=10)
        headers = {"Content-Type": "application/json; charset=utf-8", "X-Line-Signature": signature}
        try:
            link.request("POST", where.path, body, headers)
            status = link.getresponse().status
        except OSError:
            status = 0
        finally:
            link.close()
        self.answers.append(status)
        return status
