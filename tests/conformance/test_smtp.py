"""Mail over a real SMTP server (aiosmtpd) by a real worker process: refusals, and a kill in the middle."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.core.notify import api as notify
from tocho.core.notify.models import Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]


class Post:
    """A mail server that answers as it is told: ``answers`` first, then 250. ``pause`` holds back the last word."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.answers: list[str] = []
        self.port = 0
        self.pause = threading.Event()
        self.pause.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content or b""))  # type: ignore[arg-type]
        while not self.pause.is_set():
            await asyncio.sleep(0.02)
        return answer

    @property
    def ids(self) -> set[str]:
        return {str(mail["Message-ID"]) for mail in self.mails}


@pytest.fixture
def post() -> Iterator[Post]:
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    handler.pause.set()
    controller.stop()


@pytest.fixture
def start(start_worker: StartWorker, post: Post) -> Any:
    return lambda: start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(post.port))


def send(key: str) -> None:
    context = {"subject": "受付の\r\nBcc: evil@example.jp", "body": "本文です。"}
    now = timezone.now()
    notify.send(key=key, template="accounts/message", to_email="hanako@example.jp", context=context, at=now)


def state(key: str) -> str:
    return Message.objects.get(key=key).state


def test_a_mail_arrives_as_it_was_written(start: Any, post: Post) -> None:
    send("conformance:1")
    start()
    wait_until(lambda: state("conformance:1") == "sent")
    (mail,) = post.mails
    assert mail["To"] == "hanako@example.jp"
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "本文です。" in payload.decode()


def test_a_temporary_refusal_is_tried_again(start: Any, post: Post) -> None:
    post.answers = ["451 try again later"]
    send("conformance:2")
    start()
    wait_until(lambda: state("conformance:2") == "sent")
    assert Message.objects.get(key="conformance:2").attempts == 2
    assert len(post.mails) == 1


def test_a_permanent_refusal_is_kept_for_a_person(start: Any, post: Post) -> None:
    post.answers = ["550 no such user"]
    send("conformance:3")
    start()
    wait_until(lambda: state("conformance:3") == "failed")
    assert "550 no such user" in Message.objects.get(key="conformance:3").last_error
    assert post.mails == []


def test_a_worker_killed_before_the_last_word_sends_again_under_the_same_id(start: Any, post: Post) -> None:
    """The server has the mail, we do not know: at least once, and whoever gets it twice can tell that it is one."""
    post.pause.clear()
    send("conformance:4")
    worker = start()
    wait_until(lambda: len(post.mails) == 1)
    worker.kill()
    worker.wait()
    post.pause.set()
    start()
    wait_until(lambda: state("conformance:4") == "sent")
    assert len(post.mails) == 2
    assert len(post.ids) == 1
