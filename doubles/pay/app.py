"""The provider as a WSGI application: checkout, payment page, status and refund API."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from doubles.pay import cards, pages
from doubles.pay.callbacks import Caller
from doubles.pay.signing import ORDER_LIFE_SECONDS, call_is_genuine, order_is_genuine
from doubles.pay.store import ConflictError, Store, event_of

MAX_AMOUNT = 10_000_000
MAX_BODY = 64 * 1024
STATUS = {
    200: "OK",
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
}
STATUS |= {409: "Conflict", 410: "Gone", 413: "Content Too Large", 422: "Unprocessable Content"}


@dataclass
class Answer:
    code: int
    body: str = ""
    kind: str = "text/html; charset=utf-8"
    location: str = ""
    form_action: str = ""


def as_json(code: int, values: dict[str, Any]) -> Answer:
    return Answer(code, json.dumps(values), "application/json")


class PayApp:
    """``late`` seconds is how late a late callback comes."""

    def __init__(self, store: Store, caller: Caller, *, secret: str, late: float) -> None:
        self.store, self.caller, self.secret, self.late = store, caller, secret, late

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self._answer(environ)
        headers = [
            ("Content-Type", answer.kind),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            (
                "Content-Security-Policy",
                f"default-src 'none'; style-src '{pages.STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
                f"form-action 'self' {answer.form_action}".rstrip(),
            ),
        ]
        if answer.location:
            headers.append(("Location", answer.location))
        start_response(f"{answer.code} {STATUS[answer.code]}", headers)
        return [answer.body.encode()]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY:
            return as_json(413, {"problem": "too large"})
        body = environ["wsgi.input"].read(length) if length else b""
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "orders"]:
            header = environ.get("HTTP_PAY_SIGNATURE", "")
            return self._api(method, path, parts[2:], body, header)
        if parts == ["checkout"] and method == "GET":
            return self._checkout(dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)))
        if parts[0] == "orders" and len(parts) in (2, 3):
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
            return self._order(method, parts[1], form, is_three_d=parts[2:] == ["3d"])
        return (
            Answer(200, pages.front_page()) if path == "/" else Answer(404, pages.refused_page("ページがありません。"))
        )

    # --- the payer

    def _checkout(self, fields: dict[str, str]) -> Answer:
        if not order_is_genuine(self.secret, fields):
            return Answer(403, pages.refused_page("注文の署名が正しくありません。手続のページからやり直してください。"))
        try:
            amount = int(fields["amount"])
            age = time.time() - int(fields["at"])
            is_known = fields["currency"] == "JPY" and fields["method"] in pages.TITLES
            is_web = urlsplit(fields["return_url"]).scheme in ("http", "https")
            if not (is_known and is_web and 0 < amount <= MAX_AMOUNT):
                raise ValueError
            if age > ORDER_LIFE_SECONDS:
                return Answer(410, pages.refused_page("時間がたちました。手続のページからやり直してください。"))
            order_id = self.store.open_order({**fields, "amount": amount})
        except (KeyError, ValueError):
            return Answer(400, pages.refused_page("注文の内容が正しくありません。"))
        except ConflictError:
            return Answer(409, pages.refused_page("同じ注文が別の金額で届いています。"))
        return Answer(303, location=f"/orders/{order_id}")

    def _order(self, method: str, order_id: str, form: dict[str, str], *, is_three_d: bool) -> Answer:
        order = self.store.order(id=order_id)
        if order is None:
            return Answer(404, pages.refused_page("この支払いは見つかりません。"))
        if order["outcome"] != "open":
            return Answer(303, location=order["return_url"])
        render = pages.three_d_page if is_three_d else pages.pay_page
        if method == "GET":
            return self._page(order, render(order))
        if method != "POST":
            return Answer(405)
        return self._three_d(order, form) if is_three_d else self._pay(order, form)

    def _page(self, order: Row, html: str, code: int = 200) -> Answer:
        where = urlsplit(order["return_url"])
        return Answer(code, html, form_action=f"{where.scheme}://{where.netloc}")

    def _pay(self, order: Row, form: dict[str, str]) -> Answer:
        plan = form.get("plan", "succeed")
        if plan == "cancel":
            return self._end(order, "failed", "cancelled")
        if order["method"] != "card":
            return self._finish(order, plan)
        number = cards.digits(form.get("number", ""))
        if problem := cards.problem(number, form.get("expiry", ""), form.get("code", "")):
            return self._page(order, pages.pay_page(order, problem=problem), 422)
        if number == cards.DECLINED:
            return self._end(order, "failed", "declined")
        if number == cards.THREE_D:
            self.store.plan(order["id"], plan)
            return Answer(303, location=f"/orders/{order['id']}/3d")
        return self._finish(order, plan)

    def _three_d(self, order: Row, form: dict[str, str]) -> Answer:
        if cards.digits(form.get("otp", "")) != cards.CODE:
            return self._page(order, pages.three_d_page(order, problem="確認番号が違います。"), 422)
        return self._finish(order, order["plan"] or "succeed")

    def _finish(self, order: Row, plan: str) -> Answer:
        """What the tester chose to happen."""
        if plan == "fail":
            return self._end(order, "failed", "balance")
        if plan == "expire":
            return self._end(order, "expired", "expired", delays=[])
        delays = {"twice": [0.0, 0.0], "late": [self.late]}.get(plan, [0.0])
        return self._end(order, "succeeded", "", delays=delays)

    def _end(self, order: Row, outcome: str, reason: str, *, delays: list[float] | None = None) -> Answer:
        self.store.settle(order["id"], outcome=outcome, reason=reason, delays=[0.0] if delays is None else delays)
        self.caller.news.set()
        return Answer(303, location=order["return_url"])

    # --- the shop

    def _api(self, method: str, path: str, parts: list[str], body: bytes, header: str) -> Answer:
        if not call_is_genuine(self.secret, header, f"{method} {path}", body):
            return as_json(403, {"problem": "signature"})
        order = self.store.order(reference=parts[0]) if parts else None
        if order is None:
            return as_json(404, {"problem": "no such order"})
        if method == "GET" and len(parts) == 1:
            return as_json(200, event_of(order))
        if method == "POST" and parts[1:] == ["refunds"]:
            return self._refund(order, body)
        return as_json(405, {"problem": "method"})

    def _refund(self, order: Row, body: bytes) -> Answer:
        try:
            asked = json.loads(body)
            reference, amount = str(asked["refund_reference"]), asked["amount"]
            if type(amount) is not int:
                raise ValueError
            self.store.refund(order["id"], reference=reference, amount=amount)
        except (ValueError, KeyError, TypeError):
            return as_json(422, {"problem": "refund_reference and amount are needed"})
        except ConflictError:
            return as_json(409, {"problem": "more than was paid"})
        return as_json(200, {"refund_reference": reference, "amount": amount, "state": "done"})
