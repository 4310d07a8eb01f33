"""Who follows the ledger reads each entry once."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def act(number: int, kind: str = "test.done") -> None:
    with transaction.atomic():
        ledger.append(subject=Subject("test", number), kind=kind, actor=SYSTEM, at=AT)
    ledger.seal(at=AT)


def read(**more: int) -> list[int]:
    return [entry.subject.id for entry in ledger.read_new(reader="test", kinds=["test.done"], **more)]


@pytest.mark.django_db
def test_a_reader_begins_now_and_reads_in_order() -> None:
    act(1)
    assert read() == []
    act(2)
    act(3, "test.other")
    act(4)
    assert read(blocks=1) == [2]
    assert read() == [4]
    assert read() == []


@pytest.mark.django_db
def test_what_follows_and_fails_is_read_again() -> None:
    read()
    act(1)
    point = transaction.savepoint()
    assert read() == [1]
    transaction.savepoint_rollback(point)
    assert read() == [1]


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_share_nothing() -> None:
    read()
    act(1)
    found: list[int] = []
    both = threading.Barrier(2)

    def one() -> None:
        both.wait()
        found.extend(read())
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1]
