"""The whole way through the real payment double: its pages, its callbacks over HTTP, its API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs, wait_until
from tocho.core.ledger.api import SYSTEM
from tocho.modules.payments import actions, api
from tocho.modules.payments.models import Attempt, PaymentIntent, ProviderEvent, Receipt, Refund
from tocho.modules.payments.providers.base import Event, ProviderRefusedError, ProviderUnavailableError
from tocho.modules.payments.providers.hosted import HostedPage, _call
from tocho.modules.payments.tests.factories import make_intent
from tocho.modules.payments.tests.payer import CARD, Double, fetch, open_order

pytestmark = pytest.mark.django_db(transaction=True)


def is_state(intent: PaymentIntent, state: str) -> bool:
    intent.refresh_from_db()
    return intent.state == state


def latest(intent: PaymentIntent) -> Attempt:
    return intent.attempts.latest("id")


def pay(intent: PaymentIntent, *, method: str = "emoney", **form: str) -> tuple[int, str, str]:
    return fetch("POST", open_order(intent, method=method, at=timezone.now()), form)


@pytest.mark.parametrize(("method", "form"), [("card", CARD), ("emoney", {}), ("qr", {})])
def test_every_method_collects(double: Double, settings: Any, method: str, form: dict[str, str]) -> None:
    intent = make_intent()
    status, location, _text = pay(intent, method=method, plan="succeed", **form)
    assert (status, location) == (303, f"{settings.SITE_URL}/pay/{intent.token}/result/")
    wait_until(lambda: is_state(intent, "collected"))
    assert Receipt.objects.get(intent=intent).method == method


def test_three_d_secure_asks_for_the_code(double: Double) -> None:
    intent = make_intent()
    _status, location, _text = pay(intent, method="card", **{**CARD, "number": "4000 0000 0000 3220"})
    assert location.endswith("/3d")
    assert fetch("POST", double.url + location, {"otp": "000000"})[0] == 422
    assert fetch("POST", double.url + location, {"otp": "１２３４５６"})[0] == 303
    wait_until(lambda: is_state(intent, "collected"))


@pytest.mark.parametrize(
    ("method", "form", "reason"),
    [
        ("card", {**CARD, "number": "4000000000000002"}, "declined"),
        ("emoney", {"plan": "fail"}, "balance"),
        ("qr", {"plan": "cancel"}, "cancelled"),
    ],
)
def test_a_failure_is_told_and_may_be_tried_again(
    double: Double, method: str, form: dict[str, str], reason: str
) -> None:
    intent = make_intent()
    pay(intent, method=method, **form)
    wait_until(lambda: latest(intent).state == "failed")
    assert (latest(intent).reason, is_state(intent, "due")) == (reason, True)
    pay(intent)
    wait_until(lambda: is_state(intent, "collected"))


def test_a_real_card_number_is_not_accepted(double: Double) -> None:
    status, _location, text = pay(make_intent(), method="card", **{**CARD, "number": "5555 5555 5555 4444"})
    assert status == 422
    assert "見本の番号だけ" in text


def test_a_timeout_without_callback_is_found_by_asking(double: Double) -> None:
    intent = make_intent()
    pay(intent, plan="expire")
    assert actions.check_attempt(attempt_id=latest(intent).id, at=timezone.now()) == "fail"
    assert latest(intent).state == "expired"


def test_an_order_never_opened_is_unknown(double: Double) -> None:
    intent = make_intent()
    actions.start_attempt(intent_id=intent.id, method="qr", at=timezone.now())
    assert HostedPage().status(latest(intent).reference, at=timezone.now()).outcome == "unknown"


def test_two_callbacks_collect_once(double: Double) -> None:
    intent = make_intent()
    pay(intent, plan="twice")
    wait_until(lambda: is_state(intent, "collected"))
    wait_until(lambda: double.callbacks() == [])
    assert (ProviderEvent.objects.count(), Receipt.objects.count()) == (1, 1)


def test_a_late_callback_after_the_cancellation_is_refunded(double: Double, run_jobs: RunJobs) -> None:
    intent = make_intent()
    pay(intent, plan="late")
    assert api.cancel(intent_id=intent.id, actor=SYSTEM, at=timezone.now())
    wait_until(lambda: latest(intent).state == "surplus")
    run_jobs(only="payments.send_refund")
    assert (Refund.objects.get().state, is_state(intent, "cancelled")) == ("done", True)


def test_a_callback_is_repeated_until_the_platform_is_there(double: Double, settings: Any) -> None:
    """The shop answers 500 at first: a wrong secret on our side stands for any outage."""
    intent = make_intent()
    address = open_order(intent, method="qr", at=timezone.now())
    secret, settings.PAY_SECRET = settings.PAY_SECRET, ""
    fetch("POST", address, {})
    wait_until(lambda: sum(double.callbacks()) > 0)
    settings.PAY_SECRET = secret
    wait_until(lambda: is_state(intent, "collected"))


def test_callbacks_survive_the_death_of_the_provider(double: Double) -> None:
    intent = make_intent()
    pay(intent, plan="late")
    port = int(double.url.rpartition(":")[2])
    double.stop()
    double.start(port=port)
    wait_until(lambda: is_state(intent, "collected"))


def test_an_altered_or_unsigned_order_is_refused(double: Double) -> None:
    url = actions.start_attempt(intent_id=make_intent().id, method="card", at=timezone.now())
    assert fetch("GET", url.replace("amount=400", "amount=4"))[0] == 403
    assert fetch("GET", url.rpartition("&signature=")[0])[0] == 403
    assert fetch("GET", url[:-1] + ("0" if url[-1] != "0" else "1"))[0] == 403
    assert fetch("GET", url)[0] == 303


def test_an_old_order_is_refused(double: Double) -> None:
    old = timezone.now() - timedelta(minutes=31)
    assert fetch("GET", actions.start_attempt(intent_id=make_intent().id, method="card", at=old))[0] == 410


def test_the_api_answers_only_signed_calls(double: Double) -> None:
    intent = make_intent()
    pay(intent)
    path = f"/api/orders/{latest(intent).reference}"
    assert fetch("GET", double.url + path)[0] == 403
    assert _call("GET", path, at=timezone.now())[0] == 200
    assert _call("GET", path, at=timezone.now() - timedelta(minutes=6))[0] == 403


def test_a_refund_is_paid_once_and_never_beyond_the_sum(double: Double) -> None:
    intent = make_intent()
    pay(intent)
    wait_until(lambda: is_state(intent, "collected"))
    provider, reference, now = HostedPage(), latest(intent).reference, timezone.now()
    for _ in range(2):
        provider.refund(reference, refund_reference="one", amount=300, at=now)
    with pytest.raises(ProviderRefusedError):
        provider.refund(reference, refund_reference="two", amount=101, at=now)
    provider.refund(reference, refund_reference="three", amount=100, at=now)


def test_a_refund_goes_the_whole_way(double: Double, run_jobs: RunJobs) -> None:
    intent = make_intent()
    pay(intent)
    wait_until(lambda: is_state(intent, "collected"))
    api.refund(intent_id=intent.id, amount=400, reason="取消", actor=SYSTEM, at=timezone.now())
    run_jobs(only="payments.send_refund")
    assert is_state(intent, "refunded")


def test_a_provider_out_of_reach_is_asked_later(double: Double) -> None:
    intent = make_intent()
    actions.start_attempt(intent_id=intent.id, method="qr", at=timezone.now())
    double.stop()
    with pytest.raises(ProviderUnavailableError):
        actions.check_attempt(attempt_id=latest(intent).id, at=timezone.now())
    assert latest(intent).check_at is not None


def test_the_answer_to_a_question_and_the_callback_are_one_event(double: Double) -> None:
    intent = make_intent()
    pay(intent)
    wait_until(lambda: is_state(intent, "collected"))
    answer: Event = HostedPage().status(latest(intent).reference, at=timezone.now())
    assert actions.take_event(answer, at=timezone.now()) == "nothing"
    assert ProviderEvent.objects.get().event_id == answer.id
