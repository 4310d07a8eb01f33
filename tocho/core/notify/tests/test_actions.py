"""The outbox: written once with the act, delivered once, tried again as the mail server's answers say."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from tocho.core.jobs.testing import RunJobs
from tocho.core.notify import actions, api
from tocho.core.notify.models import Message, UnprovedMail

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def tell(key: str = "k1", **changes: Any) -> None:
    context = {"name": "山田 花子", "title": "納税証明書の交付", "number": "2020-0000001-1", "link": "/x/", "fee": 400}
    values = {"template": "procedures/application_received", "to_email": "hanako@example.jp", "context": context}
    api.send(key=key, at=AT, **{**values, **changes})


@pytest.mark.django_db
def test_a_message_is_mailed_once_with_full_links(run_jobs: RunJobs) -> None:
    tell()
    tell()
    run_jobs()
    assert len(mail.outbox) == 1
    assert "http://localhost:8000/x/" in mail.outbox[0].body
    assert mail.outbox[0].subject.startswith("【受付番号 2020-0000001-1】")
    assert Message.objects.get().state == "sent"


@pytest.mark.django_db
def test_many_are_told_at_once_and_each_once() -> None:
    tell("k2")
    news = [
        api.News(f"k{n}", "procedures/application_received", {"title": f"件{n}"}, f"p{n}@example.jp") for n in range(4)
    ]
    api.send_all(news, at=AT)
    api.send_all([], at=AT)
    told = Message.objects.order_by("key").values_list("key", "to_email")
    assert list(told) == [
        ("k0", "p0@example.jp"), ("k1", "p1@example.jp"), ("k2", "hanako@example.jp"), ("k3", "p3@example.jp"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_english_where_there_is_english(run_jobs: RunJobs) -> None:
    tell(language="en")
    run_jobs()
    assert "We have received" in mail.outbox[0].subject


@pytest.mark.django_db
def test_a_line_break_in_a_value_does_not_make_a_header(run_jobs: RunJobs) -> None:
    tell(context={"title": "x\nBcc: evil@example.com", "number": "1", "link": "/", "name": "n"})
    run_jobs()
    assert "Bcc" not in mail.outbox[0].message()


@pytest.mark.django_db
def test_a_mail_is_plain_text(run_jobs: RunJobs) -> None:
    tell(context={"title": "A & B", "number": "1", "link": "/", "name": "<山田>"})
    run_jobs()
    assert "A & B" in mail.outbox[0].subject
    assert "<山田>" in mail.outbox[0].body


@pytest.mark.django_db
def test_a_delivered_message_is_not_sent_again() -> None:
    tell()
    assert [actions.deliver_waiting(at=AT), actions.deliver_waiting(at=AT + timedelta(days=1))] == [1, 0]
    assert len(mail.outbox) == 1


class Broken:
    """A mail server that answers every message with an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, **options: Any) -> int:
        raise self.error


@pytest.mark.django_db
def test_a_server_out_of_reach_is_tried_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    tell("k1")
    tell("k2")
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", Broken(OSError("no route")))
        assert actions.deliver_waiting(at=AT) == 0
    assert actions.deliver_waiting(at=AT + timedelta(seconds=3)) == 0
    assert actions.deliver_waiting(at=AT + timedelta(seconds=4)) == 2
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 2)}


@pytest.mark.django_db
def test_a_message_that_is_refused_for_good_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = smtplib.SMTPRecipientsRefused({"hanako@example.jp": (550, b"unknown")})
    tell("k1")
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", Broken(refused))
        assert actions.deliver_waiting(at=AT) == 0
    tell("k2")
    assert actions.deliver_waiting(at=AT + timedelta(days=1)) == 1
    assert list(Message.objects.order_by("key").values_list("state", "last_error")) == [
        ("failed", "550 unknown"),
        ("sent", ""),
    ]
    assert actions.retry_failed() == 1
    assert actions.deliver_waiting(at=AT + timedelta(days=1)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["nobody", "a@b@c", "a b@example.jp"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        tell(to_email=address)


@pytest.mark.django_db
def test_texts_are_emptied_in_time() -> None:
    tell()
    actions.deliver_waiting(at=AT)
    assert actions.forget_texts(at=AT + timedelta(days=89)) == 0
    assert actions.forget_texts(at=AT + timedelta(days=91)) == 1
    assert Message.objects.get().body == ""


@pytest.mark.django_db
def test_an_unproved_address_is_sent_ten_mails_an_hour_and_thirty_a_day() -> None:
    for hour in range(3):
        for minute in range(10):
            api.allow_unproved(email="Stranger@example.jp", at=AT + timedelta(hours=2 * hour, minutes=minute))
        with pytest.raises(api.TooManyMails, match="時間をおいて"):
            api.allow_unproved(email="stranger@example.jp ", at=AT + timedelta(hours=2 * hour, minutes=20))
    with pytest.raises(api.TooManyMails):
        api.allow_unproved(email="stranger@example.jp", at=AT + timedelta(hours=20))
    api.allow_unproved(email="other@example.jp", at=AT + timedelta(hours=20))
    api.allow_unproved(email="", at=AT)
    api.allow_unproved(email="stranger@example.jp", at=AT + timedelta(hours=25))


@pytest.mark.django_db
def test_mails_of_a_case_never_count(run_jobs: RunJobs) -> None:
    for number in range(40):
        tell(f"notice:{number}")
    api.allow_unproved(email="hanako@example.jp", at=AT)
    assert Message.objects.count() == 40


@pytest.mark.django_db
def test_what_was_counted_goes_with_its_day() -> None:
    api.allow_unproved(email="stranger@example.jp", at=AT)
    actions.forget_texts(at=AT + timedelta(days=2))
    assert not UnprovedMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_place() -> None:
    for minute in range(9):
        api.allow_unproved(email="stranger@example.jp", at=AT + timedelta(minutes=minute))

    def one_more(_number: int) -> bool:
        try:
            api.allow_unproved(email="stranger@example.jp", at=AT + timedelta(minutes=10))
        except api.TooManyMails:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one_more, range(4))) == [False, False, False, True]
