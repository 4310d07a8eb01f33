"""A telephone talks with the account: over the double's signed webhook, by jobs, and back through the Messaging API."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tocho.core.accounts.models import User
from tocho.core.jobs.testing import RunJobs, wait_until
from tocho.core.ledger import api as ledger
from tocho.modules.line import actions
from tocho.modules.line.models import Arrival, Following, Friend, Push
from tocho.modules.line.providers import MessagingRefusedError, sender
from tocho.modules.procedures import api as procedures
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.tests.factories import World, make_world, submit

from .phone import Phone

pytestmark = pytest.mark.django_db(transaction=True)
Listen = Callable[[], None]


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    procedures.publish(source=world.version.source, actor=ledger.SYSTEM, at=timezone.now())
    return world


@pytest.fixture
def phone(world: World, live_server: LiveServer, settings: Settings) -> Iterator[Phone]:
    settings.SITE_URL = live_server.url
    with Phone(site=live_server.url) as phone:
        settings.LINE_API_URL = settings.LINE_ACCESS_URL = phone.url
        yield phone


@pytest.fixture
def listen(run_jobs: RunJobs) -> Listen:
    """Wait for what the telephone told and let the account answer."""
    heard = [0]

    def one() -> None:
        heard[0] += 1
        wait_until(lambda: Arrival.objects.count() == heard[0])
        run_jobs(only="line.handle_event")

    return one


@pytest.fixture
def friend(phone: Phone, listen: Listen) -> Friend:
    phone.press("add")
    listen()
    return Friend.objects.get()


def test_a_procedure_is_found_by_talking(phone: Phone, friend: Friend, listen: Listen, live_server: LiveServer) -> None:
    assert "いつもの言葉で" in phone.read()
    phone.press("write", "見本の申請がしたい")
    listen()
    assert "見本です。" in phone.read()
    assert phone.links()["見る・申請する"] == f"{live_server.url}/procedures/mihon/?openExternalBrowser=1"
    phone.press("write", "zzz qqq")
    listen()
    assert "見つかりませんでした" in phone.read()


def test_an_account_is_linked_by_both_sides_and_told(
    phone: Phone, friend: Friend, listen: Listen, run_jobs: RunJobs, world: World, settings: Settings
) -> None:
    person = User.objects.create_user("hanako", "hanako@example.jp", "a long pass phrase")
    phone.press("write", "連携")
    listen()
    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = phone.links()["連携する"].split("/line/")[1]
    assert browser.get(f"/line/{address}").status_code == 200
    token = address.split("linkToken=")[1].split("&")[0]
    answer = browser.post("/line/link/", {"linkToken": token})
    assert phone.ask("GET", answer["Location"].removeprefix(phone.url))[0] == 200
    assert phone.ask("GET", answer["Location"].removeprefix(phone.url))[0] == 400  # once
    listen()
    friend.refresh_from_db()
    assert friend.user_id == person.id
    actions.make_pushes(at=timezone.now())
    submit(world.version, user_id=person.id, at=timezone.now(), kind="free")
    ledger.seal(at=timezone.now())
    assert actions.make_pushes(at=timezone.now()) == 1
    run_jobs(only="line.send_push")
    assert "申請を受け付けました。" in phone.read()
    phone.press("write", "状況")
    listen()
    assert "審査中" in phone.read()


def test_an_application_is_followed_without_an_account(
    phone: Phone, friend: Friend, listen: Listen, world: World
) -> None:
    application = submit(world.version, kind="free")
    link = procedures.news_of([application.id])[application.id].link
    token = link.rstrip("/").rsplit("/", 1)[1]
    page = Client().post(f"/line/follow/{token}/").content.decode()
    code = page.split("oaMessage/@virtual-tocho/?")[1][:8]
    phone.press("write", code.lower())
    listen()
    assert str(application.receipt_number) in phone.read()
    assert Following.objects.get().application_id == application.id
    phone.press("write", code)
    listen()
    assert "この番号は使えません" in phone.read()


def test_who_blocks_is_told_nothing_more(phone: Phone, friend: Friend, listen: Listen, world: World) -> None:
    application = submit(world.version, kind="free")
    actions.follow(friend_id=friend.id, application_id=application.id, at=timezone.now())
    phone.press("block")
    listen()
    assert not Following.objects.exists()


def test_a_push_is_taken_once_however_often_it_is_sent(phone: Phone, friend: Friend, run_jobs: RunJobs) -> None:
    messages = [{"type": "text", "text": "一度だけ"}]
    push = Push.objects.create(friend=friend, entry_id=1, messages=messages, made_at=timezone.now())
    actions.send_push(push_id=push.id, at=timezone.now())
    Push.objects.update(state="waiting")  # as if the worker had been killed before its commit
    actions.send_push(push_id=push.id, at=timezone.now())
    assert phone.read().count("一度だけ") == 1
    assert Push.objects.get().state == "sent"


def test_an_event_told_twice_is_answered_once(phone: Phone, friend: Friend, run_jobs: RunJobs) -> None:
    event: dict[str, Any] = dict(Arrival.objects.get().event)
    assert actions.take_events(events=[event], at=timezone.now()) == 0
    actions.handle_event(arrival_id=Arrival.objects.get().id, at=timezone.now())
    assert phone.read().count("いつもの言葉で") == 1


def test_what_is_not_signed_is_not_believed(world: World) -> None:
    body = json.dumps({"events": [{"webhookEventId": "1", "type": "follow"}]})
    for headers in ({}, {"X-Line-Signature": "forged"}):
        assert Client().post("/line/webhook/", body, "application/json", headers=headers).status_code == 403
    assert not Arrival.objects.exists()


def test_the_platform_refuses_a_wrong_token_and_wrong_messages(
    phone: Phone, friend: Friend, settings: Settings
) -> None:
    with pytest.raises(MessagingRefusedError, match="5000"):
        sender().push(friend.line_id, [{"type": "text", "text": "x" * 5001}], retry_key=str(Push().retry_key))
    settings.LINE_CHANNEL_TOKEN = "another"
    with pytest.raises(MessagingRefusedError, match="401"):
        sender().push(friend.line_id, [{"type": "text", "text": "x"}], retry_key=str(Push().retry_key))


def test_a_late_answer_goes_out_as_a_push(phone: Phone, friend: Friend) -> None:
    """The reply token is used up already: what is said still arrives, once."""
    event = Arrival.objects.get().event
    actions._reply(friend, event["replyToken"], [{"type": "text", "text": "遅い返事"}], retry_key=actions._retry_key(7))
    actions._reply(friend, event["replyToken"], [{"type": "text", "text": "遅い返事"}], retry_key=actions._retry_key(7))
    assert phone.read().count("遅い返事") == 1


def test_what_people_typed_is_forgotten(phone: Phone, friend: Friend) -> None:
    assert actions.forget(at=timezone.now()) == 0
    assert actions.forget(at=timezone.now() + timedelta(days=8)) == 1
    assert Arrival.objects.get().event == {}


def test_nothing_is_followed_by_a_forged_link(world: World) -> None:
    assert Client().get("/line/follow/forged/").status_code == 422
    assert not Application.objects.exists()
