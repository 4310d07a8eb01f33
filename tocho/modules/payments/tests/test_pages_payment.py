import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from tocho.modules.payments import actions
from tocho.modules.payments.models import PaymentIntent
from tocho.modules.payments.tests.factories import AT, collected, event, make_intent, signed_callback, start
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


def test_payment_choose_shows_what_is_due_and_leads_to_the_signed_order(page: Pages) -> None:
    intent = make_intent()
    shown = page.get(f"/pay/{intent.token}/", queries=2)
    assert "400円" in shown
    assert intent.description in shown
    sent = page.post(f"/pay/{intent.token}/", {"method": "emoney"})
    asked = parse_qs(urlsplit(sent.location).query)
    assert (sent.status, asked["amount"], asked["method"]) == (302, ["400"], ["emoney"])
    assert sent.response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("data", [{}, {"method": "gold"}])
def test_payment_choose_without_a_method_says_so(page: Pages, data: dict[str, str]) -> None:
    answer = page.post(f"/pay/{make_intent().token}/", data)
    assert answer.status == 422
    assert "支払い方法を選んでください" in answer


def test_payment_choose_of_a_paid_one_shows_the_result(page: Pages) -> None:
    intent = collected()
    assert page.get(f"/pay/{intent.token}/").location == f"/pay/{intent.token}/result/"
    assert page.post(f"/pay/{intent.token}/", {"method": "qr"}).location == f"/pay/{intent.token}/result/"


@pytest.mark.parametrize("path", ["", "result/", "receipt/"])
def test_a_wrong_token_finds_nothing(page: Pages, path: str) -> None:
    assert page.get(f"/pay/{'x' * 22}/{path}").status == 404


def test_payment_result_waits_with_and_without_script(page: Pages) -> None:
    intent = make_intent()
    attempt = start(intent, at=timezone.now())
    shown = page.get(f"/pay/{intent.token}/result/")
    assert "お支払いを確認しています" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown.html
    assert 'hx-trigger="every 2s"' in page.get(f"/pay/{intent.token}/result/", htmx=True, queries=3).html
    actions.take_event(event(attempt), at=timezone.now())
    after = page.get(f"/pay/{intent.token}/result/", htmx=True)
    assert "お支払いが終わりました" in after
    assert "hx-trigger" not in after.html


@pytest.mark.parametrize(
    ("reason", "words"), [("declined", "別のカード"), ("balance", "チャージ"), ("odd", "少し待って")]
)
def test_payment_result_of_a_failure_says_what_to_do(page: Pages, reason: str, words: str) -> None:
    intent = make_intent()
    actions.take_event(event(start(intent), "failed", reason=reason), at=AT)
    shown = page.get(f"/pay/{intent.token}/result/")
    assert words in shown
    assert shown.links["もう一度支払う"] == f"/pay/{intent.token}/"


def test_payment_result_of_a_wrong_sum_does_not_ask_to_pay_again(page: Pages) -> None:
    intent = make_intent()
    with pytest.raises(actions.AmountMismatchError):
        actions.take_event(event(start(intent), amount=1), at=AT)
    assert "もう一度支払う" not in page.get(f"/pay/{intent.token}/result/").links


def test_receipt_detail(page: Pages) -> None:
    unpaid = make_intent()
    assert page.get(f"/pay/{unpaid.token}/receipt/").status == 404
    intent = collected()
    shown = page.get(f"/pay/{intent.token}/receipt/")
    assert "2020-000001" in shown
    assert "400円" in shown


def call_back(body: bytes, signature: str) -> tuple[int, str]:
    client = Client(enforce_csrf_checks=True)
    headers = {"Pay-Signature": signature}
    answer = client.post("/pay/callback/", body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()["result"]


def values_for(intent: PaymentIntent, **values: object) -> dict[str, object]:
    attempt = start(intent)
    known = {"id": "evt_1", "reference": attempt.reference, "outcome": "succeeded", "amount": 400, "currency": "JPY"}
    return {**known, "reason": "", **values}


def test_provider_callback_collects_once() -> None:
    intent = make_intent()
    body, signature = signed_callback(values_for(intent), at=timezone.now())
    assert call_back(body, signature) == (200, "collect")
    assert call_back(body, signature) == (200, "nothing")
    intent.refresh_from_db()
    assert intent.state == "collected"


def test_provider_callback_refuses_what_is_not_signed_or_too_old() -> None:
    values = values_for(make_intent())
    now = timezone.now()
    body, signature = signed_callback(values, at=now)
    altered = json.dumps({**values, "reference": "another"}).encode()
    attempts = [
        (body, ""),
        (body, "t=x,v1=é"),
        (altered, signature),
        (body, signature.replace("v1=", "v1=0")),
        signed_callback(values, at=now - timedelta(minutes=6)),
        signed_callback(values, at=now + timedelta(minutes=6)),
        signed_callback(values, at=now, path="/another/path/"),
    ]
    assert [call_back(*attempt) for attempt in attempts] == [(400, "not signed")] * len(attempts)


def test_provider_callback_of_unknown_or_wrong_sum() -> None:
    unknown = values_for(make_intent(), reference="never-heard-of")
    assert call_back(*signed_callback(unknown, at=timezone.now())) == (404, "unknown")
    wrong = values_for(make_intent(), id="evt_2", amount=399)
    assert call_back(*signed_callback(wrong, at=timezone.now())) == (422, "another amount")
    text = values_for(make_intent(), id="evt_3", amount="400")
    assert call_back(*signed_callback(text, at=timezone.now())) == (400, "not signed")


@pytest.mark.parametrize("odd", [{"reference": "\0"}, {"id": "\ud800"}, {"reason": "a\0", "outcome": "failed"}])
def test_provider_callback_with_text_that_fits_no_row(odd: dict[str, str]) -> None:
    values = values_for(make_intent(), **odd)
    assert call_back(*signed_callback(values, at=timezone.now())) == (400, "not signed")


def test_provider_callback_takes_only_posts() -> None:
    assert Client().get("/pay/callback/").status_code == 405
