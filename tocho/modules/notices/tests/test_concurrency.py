from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from tocho.core.ledger.api import Actor, Subject, entries_of
from tocho.core.org.tests.factories import make_user
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice, NoticeBatch
from tocho.modules.notices.tests.factories import AT, SUBJECT, new_notice
from tocho.modules.notices.tests.test_batches import kinds, started, states

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


def make_all(*, batch_id: int) -> None:
    while actions.make_rows(batch_id=batch_id, at=AT):
        pass


def new_list(count: int) -> NoticeBatch:
    return started(make_user("maker"), make_user("reviewer"), count=count)


def test_jobs_side_by_side_make_each_row_of_a_list_once() -> None:
    batch = new_list(90)
    at_once(make_all, batch_id=batch.id)
    assert (states(batch), Notice.objects.count()) == ({"made": 90}, 90)
    assert kinds(batch).count("notice_batch.done") == 1
    for row in batch.rows.all():
        entries = entries_of(Subject("notice_batch_row", row.id))
        assert [entry.kind for entry in entries] == ["notice.composed", "notice.sealed", "notice.released"]


def test_a_list_that_is_cancelled_while_it_is_made_has_only_made_and_cancelled_rows() -> None:
    batch = new_list(90)
    with ThreadPoolExecutor(3) as pool:
        works = [pool.submit(closing, make_all, batch_id=batch.id) for _ in range(2)]
        cancel = {"batch_id": batch.id, "actor": Actor(batch.made_by_id), "at": AT}
        with suppress(actions.BatchRefused):  # all were made before it came
            pool.submit(closing, actions.cancel_batch, **cancel).result()
        for work in works:
            work.result()
    found = states(batch)
    assert found.get("made", 0) + found.get("cancelled", 0) == 90
    assert Notice.objects.count() == found.get("made", 0)
