from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tocho.modules.payments.rules import effect_of, fits, is_abandoned, next_check, refundable

AT = datetime(2020, 11, 20, tzinfo=UTC)
ENDS = {"collect": ("collected", "success"), "surplus": ("cancelled", "surplus"), "fail": ("due", "failed")}


@pytest.mark.parametrize(
    ("intent", "attempt", "outcome", "effect"),
    [
        ("due", "started", "succeeded", "collect"),
        ("due", "failed", "succeeded", "collect"),
        ("due", "expired", "succeeded", "collect"),
        ("cancelled", "started", "succeeded", "surplus"),
        ("collected", "started", "succeeded", "surplus"),
        ("collected", "success", "succeeded", "nothing"),
        ("collected", "success", "failed", "nothing"),
        ("due", "started", "failed", "fail"),
        ("due", "failed", "expired", "nothing"),
        ("due", "started", "open", "nothing"),
        ("due", "started", "unknown", "nothing"),
    ],
)
def test_effect_of(intent: str, attempt: str, outcome: str, effect: str) -> None:
    assert effect_of(intent_state=intent, attempt_state=attempt, outcome=outcome) == effect  # type: ignore[arg-type]


@pytest.mark.parametrize("news", sorted(set(permutations(["succeeded", "succeeded", "failed", "expired"]))))
def test_one_attempt_ends_the_same_in_every_order_of_news(news: tuple[str, ...]) -> None:
    intent, attempt = "due", "started"
    for outcome in news:
        effect = effect_of(intent_state=intent, attempt_state=attempt, outcome=outcome)  # type: ignore[arg-type]
        intent, attempt = ENDS.get(effect, (intent, attempt))
    assert (intent, attempt) == ("collected", "success")


def test_only_the_very_sum_in_yen_fits() -> None:
    assert fits(amount=400, currency="JPY", expected=400)
    assert not fits(amount=401, currency="JPY", expected=400)
    assert not fits(amount=400, currency="USD", expected=400)


def test_the_provider_is_asked_ever_more_rarely_for_a_day() -> None:
    at, asked = AT, 0
    while (later := next_check(started_at=AT, at=at)) is not None:
        assert later > at
        at, asked = later, asked + 1
    assert at - AT >= timedelta(days=1)
    assert asked < 40


def test_an_order_never_seen_is_abandoned_when_it_can_no_longer_be_used() -> None:
    late = AT + timedelta(minutes=31)
    assert is_abandoned(outcome="unknown", started_at=AT, at=late)
    assert not is_abandoned(outcome="unknown", started_at=AT, at=AT)
    assert not is_abandoned(outcome="open", started_at=AT, at=late)


def test_never_more_goes_back_than_came() -> None:
    assert refundable(collected=400, refunds=[100, 200]) == 100
    assert refundable(collected=400, refunds=[400, 400]) == 0
