import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.modules.payments import actions, api
from tocho.modules.payments.models import PaymentIntent, Receipt, Refund
from tocho.modules.payments.providers.base import Event, ProviderRefusedError, ProviderUnavailableError
from tocho.modules.payments.providers.hosted import HostedPage
from tocho.modules.payments.signals import payment_collected, payment_refunded
from tocho.modules.payments.tests.factories import AT, collected, event, make_intent, start

pytestmark = pytest.mark.django_db


def kinds(intent: PaymentIntent) -> list[str]:
    return [entry.kind.removeprefix("payment.") for entry in ledger.entries_of(Subject("payment", intent.id))]


def state(intent: PaymentIntent) -> str:
    intent.refresh_from_db()
    return intent.state


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The provider's answers, without its network; the real thing answers in test_double.py."""
    answers: dict[str, Any] = {"refund": None, "status": None, "refunded": []}

    def refund(self: HostedPage, reference: str, *, refund_reference: str, amount: int, at: Any) -> None:
        if answers["refund"]:
            raise answers["refund"]
        answers["refunded"].append((refund_reference, amount))

    def status(self: HostedPage, reference: str, *, at: Any) -> Event:
        if isinstance(answers["status"], Exception):
            raise answers["status"]
        return Event("", reference, answers["status"], 400, "JPY")

    monkeypatch.setattr(HostedPage, "refund", refund)
    monkeypatch.setattr(HostedPage, "status", status)
    return answers


def test_the_same_thing_is_owed_once() -> None:
    first = make_intent(subject=Subject("thing", 9000), description="手数料")
    again = make_intent(subject=Subject("thing", 9000), description="手数料")
    assert again.id == first.id
    assert kinds(first) == ["intended"]
    with pytest.raises(ValueError, match="already owes 400"):
        make_intent(subject=Subject("thing", 9000), description="手数料", amount=500)


def test_a_cancelled_sum_may_be_owed_again() -> None:
    first = make_intent(subject=Subject("thing", 9001), description="手数料")
    actions.cancel_intent(intent_id=first.id, actor=SYSTEM, at=AT)
    assert make_intent(subject=Subject("thing", 9001), description="手数料", amount=500).id != first.id


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"return_path": "//evil.example/"}, {"return_path": "x"}, {"payer_email": "a b"}]
)
def test_a_wrong_intent_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        make_intent(**wrong)


def test_pressing_twice_is_one_attempt() -> None:
    intent = make_intent()
    start(intent)
    start(intent)
    assert intent.attempts.count() == 1
    start(intent, method="qr")
    assert intent.attempts.count() == 2
    assert kinds(intent) == ["intended", "started", "started"]


def test_nothing_can_be_paid_twice_by_choice() -> None:
    intent = collected()
    with pytest.raises(actions.NotDue):
        start(intent)


def test_a_success_collects_issues_the_receipt_and_tells_all(run_jobs: RunJobs) -> None:
    news: list[dict[str, Any]] = []
    receiver = lambda **kwargs: news.append(kwargs)  # noqa: E731
    payment_collected.connect(receiver)
    try:
        intent = collected(subject=Subject("thing", 77))
    finally:
        payment_collected.disconnect(receiver)
    assert state(intent) == "collected"
    assert [(n["subject"], n["amount"], n["method"]) for n in news] == [(Subject("thing", 77), 400, "card")]
    assert kinds(intent) == ["intended", "started", "collected"]
    assert Receipt.objects.get(intent=intent).fiscal_year == 2020
    run_jobs(only="notify.deliver_message")
    assert f"/pay/{intent.token}/receipt/" in mail.outbox[0].body


def test_the_same_event_counts_once() -> None:
    intent = make_intent()
    attempt = start(intent)
    news = event(attempt)
    assert [actions.take_event(news, at=AT) for _ in range(3)] == ["collect", "nothing", "nothing"]
    assert kinds(intent).count("collected") == 1


def test_a_success_after_a_failure_collects() -> None:
    intent = make_intent()
    attempt = start(intent)
    assert actions.take_event(event(attempt, "failed", reason="declined"), at=AT) == "fail"
    assert state(intent) == "due"
    assert actions.take_event(event(attempt), at=AT) == "collect"
    assert actions.take_event(event(attempt, "failed"), at=AT) == "nothing"
    assert state(intent) == "collected"


@pytest.mark.parametrize("wrong", [{"amount": 40}, {"amount": 4000}, {"currency": "USD"}])
def test_another_sum_is_never_collected(wrong: dict[str, Any]) -> None:
    intent = make_intent()
    attempt = start(intent)
    with pytest.raises(actions.AmountMismatchError):
        actions.take_event(event(attempt, **wrong), at=AT)
    attempt.refresh_from_db()
    assert (state(intent), attempt.state) == ("due", "error")


def test_money_after_the_cancellation_goes_back_by_itself(run_jobs: RunJobs, provider: dict[str, Any]) -> None:
    intent = make_intent()
    attempt = start(intent)
    assert actions.cancel_intent(intent_id=intent.id, actor=Actor(user_id=None), at=AT)
    assert actions.take_event(event(attempt), at=AT) == "surplus"
    run_jobs(only="payments.send_refund")
    refund = Refund.objects.get(attempt=attempt)
    assert (state(intent), refund.state) == ("cancelled", "done")
    assert provider["refunded"] == [(refund.reference, 400)]
    assert kinds(intent) == ["intended", "started", "cancelled", "refund_requested", "refunded"]
    assert not Receipt.objects.filter(intent=intent).exists()


def test_paying_twice_gives_the_second_back() -> None:
    intent = make_intent()
    card, code = start(intent), start(intent, method="qr")
    actions.take_event(event(card), at=AT)
    assert actions.take_event(event(code), at=AT) == "surplus"
    assert state(intent) == "collected"
    assert Refund.objects.get().attempt == code


def test_a_collected_sum_is_not_cancelled() -> None:
    intent = collected()
    assert not api.cancel(intent_id=intent.id, actor=SYSTEM, at=AT)
    assert state(intent) == "collected"


def test_refunds_in_parts_then_in_full(run_jobs: RunJobs, provider: dict[str, Any]) -> None:
    news: list[bool] = []
    receiver = lambda is_full, **kwargs: news.append(is_full)  # noqa: E731
    payment_refunded.connect(receiver)
    intent = collected()
    try:
        for amount, reason, after in ((100, "一部", "collected"), (300, "残り", "refunded")):
            api.refund(intent_id=intent.id, amount=amount, reason=reason, actor=SYSTEM, at=AT)
            assert state(intent) == "refund_requested"
            run_jobs(only="payments.send_refund")
            assert state(intent) == after
    finally:
        payment_refunded.disconnect(receiver)
    assert news == [False, True]


def test_a_refund_asked_twice_is_one_and_never_more_than_came() -> None:
    intent = collected()
    ask = {"intent_id": intent.id, "actor": SYSTEM, "at": AT}
    first = api.refund(amount=400, reason="誤り", **ask)
    assert api.refund(amount=400, reason="誤り", **ask) == first
    with pytest.raises(actions.RefundRefused, match="0円"):
        api.refund(amount=1, reason="もう少し", **ask)
    with pytest.raises(actions.RefundRefused):
        api.refund(intent_id=make_intent().id, amount=1, reason="", actor=SYSTEM, at=AT)


def test_a_refund_that_the_provider_refuses_waits_for_a_person(run_jobs: RunJobs, provider: dict[str, Any]) -> None:
    provider["refund"] = ProviderRefusedError("card expired")
    intent = collected()
    api.refund(intent_id=intent.id, amount=400, reason="取消", actor=SYSTEM, at=AT)
    run_jobs(only="payments.send_refund")
    assert (state(intent), Refund.objects.get().problem) == ("collected", "card expired")


def refused_refund(provider: dict[str, Any], intent: PaymentIntent, amount: int = 400) -> int:
    provider["refund"] = ProviderRefusedError("card expired")
    refund_id = api.refund(intent_id=intent.id, amount=amount, reason="取消", actor=SYSTEM, at=AT)
    actions.send_refund(refund_id=refund_id, at=AT)
    provider["refund"] = None
    return refund_id


def test_a_refused_refund_is_tried_again_under_the_same_name(run_jobs: RunJobs, provider: dict[str, Any]) -> None:
    intent = collected()
    run_jobs()
    refund_id = refused_refund(provider, intent)
    run_jobs()
    reference = Refund.objects.get(id=refund_id).reference
    assert [one.id for one in api.failed_refunds([intent.unit])] == [refund_id]
    assert (api.failed_refunds(["elsewhere"]), api.refund_of(refund_id, ["elsewhere"])) == ((), None)
    api.retry_refund(refund_id=refund_id, actor=Actor(user_id=7), at=AT)
    assert (state(intent), api.failed_refund_count()) == ("refund_requested", 0)
    with pytest.raises(api.RefundGone):
        api.retry_refund(refund_id=refund_id, actor=SYSTEM, at=AT)
    run_jobs(only="payments.send_refund")
    assert (state(intent), provider["refunded"]) == ("refunded", [(reference, 400)])
    assert kinds(intent)[-4:] == ["refund_requested", "refund_failed", "refund_retried", "refunded"]
    (done,) = api.retried_refunds([intent.unit])
    assert (done.state, done.retried_by_id) == ("done", 7)


def test_a_refund_that_was_asked_anew_is_not_tried_again(provider: dict[str, Any]) -> None:
    intent = collected()
    refund_id = refused_refund(provider, intent, amount=100)
    api.refund(intent_id=intent.id, amount=100, reason="取消", actor=SYSTEM, at=AT)
    with pytest.raises(api.RefundRefused, match="二重"):
        api.retry_refund(refund_id=refund_id, actor=SYSTEM, at=AT)
    api.refund(intent_id=intent.id, amount=250, reason="ほか", actor=SYSTEM, at=AT)
    Refund.objects.filter(id=refund_id).update(reason="別の理由")
    with pytest.raises(api.RefundRefused, match="50円"):
        api.retry_refund(refund_id=refund_id, actor=SYSTEM, at=AT)


def test_a_refund_waits_for_a_provider_out_of_reach(provider: dict[str, Any]) -> None:
    provider["refund"] = ProviderUnavailableError("down")
    intent = collected()
    refund_id = api.refund(intent_id=intent.id, amount=400, reason="取消", actor=SYSTEM, at=AT)
    with pytest.raises(ProviderUnavailableError):
        actions.send_refund(refund_id=refund_id, at=AT)
    assert state(intent) == "refund_requested"


def test_a_lost_callback_is_found_by_asking(run_jobs: RunJobs, provider: dict[str, Any]) -> None:
    now = timezone.now()
    intent = make_intent()
    attempt = start(intent, at=now)
    provider["status"] = "succeeded"
    actions.note_return(attempt_id=attempt.id, at=now)
    actions.note_return(attempt_id=attempt.id, at=now)
    assert run_jobs(until=now + timedelta(seconds=9), only="payments.check_attempt") == ["payments.check_attempt"]
    assert state(intent) == "collected"


@pytest.mark.parametrize(("answer", "minutes", "after"), [("unknown", 5, "started"), ("unknown", 40, "expired")])
def test_an_abandoned_attempt_expires(provider: dict[str, Any], answer: str, minutes: int, after: str) -> None:
    attempt = start(make_intent())
    provider["status"] = answer
    actions.check_attempt(attempt_id=attempt.id, at=AT + timedelta(minutes=minutes))
    attempt.refresh_from_db()
    assert attempt.state == after


def test_a_failing_receiver_undoes_the_collection() -> None:
    def broken(**news: Any) -> None:
        raise RuntimeError

    payment_collected.connect(broken)
    intent = make_intent()
    attempt = start(intent)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.take_event(event(attempt), at=AT)
    finally:
        payment_collected.disconnect(broken)
    assert (state(intent), Receipt.objects.count()) == ("due", 0)


def in_threads(*calls: Any) -> list[Any]:
    results: list[Any] = []

    def run(call: Any) -> None:
        try:
            results.append(call())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_collect_one() -> None:
    intent = make_intent()
    events = [event(start(intent)), event(start(intent, method="qr"))]
    effects = in_threads(*[lambda e=e: actions.take_event(e, at=AT) for e in events])
    assert sorted(effects) == ["collect", "surplus"]
    assert Receipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_receipt_numbers_have_no_gaps_and_no_doubles() -> None:
    """Eight at once, two of which are rolled back after their number was taken."""
    events = [event(start(make_intent())) for _ in range(8)]

    def collect(number: int) -> None:
        with transaction.atomic():
            actions.take_event(events[number], at=AT)
            transaction.set_rollback(number < 2)

    assert in_threads(*[lambda n=n: collect(n) for n in range(8)]) == [None] * 8
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_refused_refund_is_tried_again_once(provider: dict[str, Any]) -> None:
    refund_id = refused_refund(provider, collected())
    asked = in_threads(*[lambda: actions.retry_refund(refund_id=refund_id, actor=SYSTEM, at=AT)] * 4)
    assert [type(one) for one in asked].count(Refund) == 1
    assert [type(one) for one in asked].count(actions.RefundGone) == 3
