from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tocho.core.ledger.api import entries_of
from tocho.modules.notices import actions
from tocho.modules.notices.tests.factories import AT, SUBJECT, new_notice

pytestmark = pytest.mark.django_db(transaction=True)


def closing(action, **kwargs):  # type: ignore[no-untyped-def]
    try:
        return action(**kwargs)
    finally:
        connection.close()


def at_once(action, **kwargs) -> list[object]:  # type: ignore[no-untyped-def]
    with ThreadPoolExecutor(4) as pool:
        return [future.result() for future in [pool.submit(closing, action, **kwargs) for _ in range(4)]]


def test_two_workers_seal_a_notice_once() -> None:
    notice = new_notice()
    assert sorted(at_once(actions.seal_notice, notice_id=notice.id, at=AT)) == [False, False, False, True]
    kinds = [entry.kind for entry in entries_of(SUBJECT)]
    assert kinds == ["notice.composed", "notice.sealed", "notice.released"]


def test_issued_from_many_sides_it_is_one_notice() -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = {future.result().id for future in [pool.submit(closing, new_notice) for _ in range(4)]}
    assert len(ids) == 1


def test_opened_in_two_windows_it_arrives_once() -> None:
    notice = new_notice(profile="none")
    answers = at_once(actions.record_arrival, notice_id=notice.id, means="opened", at=AT)
    assert sorted(answers) == [False, False, False, True]
