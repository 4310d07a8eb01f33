from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tocho.core.accounts.models import SharedValue
from tocho.core.accounts.tasks import forget_expired
from tocho.core.accounts.tests.factories import make_resident

pytestmark = pytest.mark.django_db


def test_values_are_kept_until_they_expire() -> None:
    cache.set("a", [1.5, 2], 60)
    assert cache.get("a") == [1.5, 2]
    assert not cache.add("a", 3)
    assert cache.touch("a", 120)
    SharedValue.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert cache.get("a", "gone") == "gone"
    assert not cache.touch("a", 120)
    assert cache.add("a", 3)
    assert cache.get("a") == 3
    assert cache.delete("a")
    assert not cache.delete("a")
    cache.set("for-ever", 1, None)
    assert cache.get("for-ever") == 1
    cache.clear()
    assert cache.get("for-ever") is None


def test_each_operation_is_one_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        cache.add("a", 1)
        cache.set("a", 2)
        cache.get("a")
        cache.delete("a")
    assert len(asked) == 4


def test_a_number_is_added_to_and_expires_when_it_would_have() -> None:
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    cache.set("a", 1, 60)
    expires_at = SharedValue.objects.get().expires_at
    assert (cache.incr("a"), cache.incr("a", 3), cache.decr("a")) == (2, 5, 4)
    assert SharedValue.objects.get().expires_at == expires_at


@pytest.mark.django_db(transaction=True)
def test_many_connections_count_together() -> None:
    cache.set("a", 0, 60)

    def count() -> None:
        for _turn in range(5):
            cache.incr("a")
        connection.close()

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("a") == 40


def test_what_expired_is_cleared_away() -> None:
    cache.set("old", 1, 60)
    SharedValue.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    cache.set("new", 1, 60)
    forget_expired(0)
    assert SharedValue.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_do_not_slip_through_the_limit() -> None:
    user, barrier, answers = make_resident(), Barrier(12), []

    def attempt() -> None:
        barrier.wait()
        answer = Client().post("/accounts/login/", {"login": user.email, "password": "ちがう言葉です"})
        answers.append("パスワードが正しくありません" in answer.content.decode())
        connection.close()

    threads = [Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert 1 <= answers.count(True) <= 5  # so many passwords were looked at
