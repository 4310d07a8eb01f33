"""Tokens, answers given once, and what webhooks are told."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.notify.models import Message
from tocho.engines.rest import actions, openapi
from tocho.engines.rest.actions.answering import KeyUsedOtherwiseError
from tocho.engines.rest.models import Answered, Delivery, Hook, Token
from tocho.engines.rest.sending import NotSentError, post
from tocho.lib.errors import Refused

from .factories import Program, Receiver, make_person, make_secret

pytestmark = pytest.mark.django_db
LOCAL = override_settings(WEBHOOK_TRUSTED_HOSTS=["127.0.0.1"])


@pytest.mark.parametrize(
    ("scopes", "days"),
    [([], 30), (["unheard:of"], 30), (["cases:read"], 30), (["applications:read"], 0), (["applications:read"], 400)],
)
def test_token_refuses_what_it_cannot_be(scopes: list[str], days: int) -> None:
    """A resident is not offered the scopes of employees."""
    with pytest.raises(Refused):
        make_secret(make_person(), scopes, days=days)
    assert not Token.objects.exists()


def test_token_keeps_no_secret_and_is_in_the_ledger() -> None:
    secret = make_secret(make_person(), ["applications:read"])
    token = Token.objects.get()
    assert secret not in str(vars(token))
    actions.revoke_token(token_id=token.id, actor=Actor(user_id=token.user_id), at=timezone.now())
    actions.revoke_token(token_id=token.id, actor=Actor(user_id=token.user_id), at=timezone.now())
    kinds = [entry.kind for entry in ledger.entries_of(Subject("token", token.id))]
    assert kinds == ["rest.token_made", "rest.token_revoked"]


def test_answer_is_given_once_for_each_key() -> None:
    make_secret(make_person(), ["applications:read"])
    token, done = Token.objects.get(), []

    def ask(key: str, digest: bytes = b"d" * 32) -> Any:
        act = lambda: (done.append(key), (201, {"n": len(done)}))[1]  # noqa: E731
        return actions.answer_once(token_id=token.id, key=key, digest=digest, act=act, at=timezone.now())

    assert [ask("a"), ask("a"), ask("b")] == [(201, {"n": 1}), (201, {"n": 1}), (201, {"n": 2})]
    with pytest.raises(KeyUsedOtherwiseError):
        ask("a", b"e" * 32)
    assert actions.forget_answers(at=timezone.now() + timedelta(days=3)) == 2


def test_a_refused_act_leaves_its_key_free() -> None:
    make_secret(make_person(), ["applications:read"])
    token = Token.objects.get()

    def refuse() -> Any:
        raise Refused("no")

    with pytest.raises(Refused):
        actions.answer_once(token_id=token.id, key="a", digest=b"d" * 32, act=refuse, at=timezone.now())
    assert not Answered.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_once_act_once() -> None:
    make_secret(make_person(), ["applications:read"])
    token, done, answers = Token.objects.get(), [], []
    both = threading.Barrier(2)

    def act() -> tuple[int, dict[str, Any]]:
        done.append(1)
        return 201, {"n": len(done)}

    def ask() -> None:
        both.wait()
        answers.append(actions.answer_once(token_id=token.id, key="a", digest=b"d" * 32, act=act, at=timezone.now()))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(201, {"n": 1})] * 2


NO_ADDRESSES = [f"https://{'a' * 64}.example/", "https://a..b/", "https://a.example:99999/", "https://a.example:0/"]


@pytest.mark.parametrize("url", [*NO_ADDRESSES, f"https://{'a.' * 127}example/", "https://[::1/", "https://a b/"])
def test_what_is_no_address_is_neither_taken_nor_called(url: str) -> None:
    with pytest.raises(Refused):
        actions.make_hook(user_id=make_person().pk, url=url, kinds=["application.closed"], at=timezone.now())
    with pytest.raises(NotSentError):
        post(url, b"{}", {})


@pytest.mark.parametrize("url", ["http://example.jp/x", "https://u:p@example.jp/", "https:///x", "ftp://example.jp/"])
def test_hook_refuses_addresses_that_are_not_safe(url: str) -> None:
    with pytest.raises(Refused):
        actions.make_hook(user_id=make_person().pk, url=url, kinds=["application.closed"], at=timezone.now())


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/", "https://localhost/", "https://[::1]/", "http://8.8.8.8/"])
def test_calls_into_our_own_network_are_refused(url: str) -> None:
    with pytest.raises(NotSentError):
        post(url, b"{}", {})


@LOCAL
def test_a_trial_is_signed_and_a_failure_is_tried_again(run_jobs: RunJobs) -> None:
    receiver, at = Receiver(), timezone.now()
    hook = actions.make_hook(user_id=make_person().pk, url=receiver.url, kinds=["application.closed"], at=at)
    receiver.secret, receiver.answer = hook.secret, 503
    delivery = actions.try_hook(hook_id=hook.id, at=at)
    run_jobs()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.answer) == ("waiting", 1, "503")
    receiver.answer = 204
    run_jobs(until=at + timedelta(minutes=2))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("delivered", 2)
    assert [event["type"] for event in receiver.events] == ["trial", "trial"]
    assert receiver.forged == []


@LOCAL
def test_the_last_failure_ends_the_hook_and_tells_its_owner(run_jobs: RunJobs) -> None:
    at, person = timezone.now(), make_person()
    hook = actions.make_hook(user_id=person.pk, url="http://127.0.0.1:9/x", kinds=["application.closed"], at=at)
    Delivery.objects.create(hook=hook, entry_id=1, event={"id": "evt_1", "type": "application.closed"}, made_at=at)
    actions.resend(delivery_id=Delivery.objects.get().id, at=at)  # it waits already: nothing changes
    for _try in range(8):
        actions.deliver(delivery_id=Delivery.objects.get().id, at=at)
    hook.refresh_from_db()
    assert (Delivery.objects.get().state, hook.ended_because) == ("failed", "failing")
    assert Message.objects.filter(to_email=person.email).count() == 1
    assert Hook.objects.filter(ended_at=None).count() == 0


def test_too_many_requests_of_a_token_are_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "A_MINUTE", 3)
    monkeypatch.setattr(openapi, "time", SimpleNamespace(time=lambda: 1_600_000_030.5))  # all in one minute
    one, other = (Program(make_secret(make_person(name), ["applications:read"])) for name in ("hanako", "taro"))
    assert [one.get("/applications").status_code for _n in range(4)] == [200, 200, 200, 429]
    refused = one.get("/applications")
    assert (refused["Retry-After"], refused.json()["type"]) == ("50", "/api/#too-many")
    assert refused["Content-Type"].startswith("application/problem+json")
    assert other.get("/applications").status_code == 200
