from datetime import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocho.core.ledger.api import (
    SYSTEM,
    Act,
    Actor,
    Subject,
    append,
    append_all,
    entries_of,
    erase_personal,
    personal_of,
    seal,
    sealed_entries,
    sealed_height,
    verify,
)
from tocho.core.ledger.models import LedgerBlock, LedgerUnsealed
from tocho.core.ledger.tests.factories import NOON, act, at_once
from tocho.lib.errors import Refused

pytestmark = pytest.mark.django_db


def test_an_entry_reads_back_as_it_was_written() -> None:
    written = append(
        subject=Subject("application", 12),
        kind="application.submitted",
        actor=Actor(1, 2, 3),
        at=NOON,
        unit="R02-0700-01",
        data={"b": 1, "a": {"税": [None, True, 0.5]}},
        personal={"name": "山田花子"},
    )
    assert entries_of(Subject("application", 12)) == [written]
    assert personal_of(Subject("application", 12)) == {written.id: {"name": "山田花子"}}


def test_entries_of_one_subject_are_chained() -> None:
    first, other, second = act(1), act(2), act(1)
    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert second.previous == first.digest
    assert other.previous == first.previous == bytes(32)


def test_acts_recorded_together_are_chained_in_their_order() -> None:
    first, other = Subject("application", 1), Subject("application", 2)
    acts = [
        Act(first, "a.begun", Actor(1), NOON, "R02", {"n": 1}),
        Act(other, "a.begun", SYSTEM, NOON, personal={"name": "山田花子"}),
        Act(first, "a.ended", SYSTEM, NOON),
    ]
    append_all(acts)
    begun, ended = entries_of(first)
    assert (begun.kind, begun.actor, begun.unit, begun.data) == ("a.begun", Actor(1), "R02", {"n": 1})
    assert (begun.seq, ended.seq, ended.kind, ended.previous) == (1, 2, "a.ended", begun.digest)
    assert list(personal_of(other).values()) == [{"name": "山田花子"}]
    seal(at=NOON)
    assert not verify().problems


def test_of_acts_recorded_together_one_without_a_time_zone_refuses_all() -> None:
    acts = [Act(Subject("application", 1), "a.begun", SYSTEM, at) for at in (NOON, NOON.replace(tzinfo=None))]
    with pytest.raises(ValueError, match="time zone"):
        append_all(acts)
    assert entries_of(Subject("application", 1)) == []


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.text(), PLAIN, max_size=4))
def test_whatever_json_can_hold_verifies(data: dict[str, object]) -> None:
    if "\\u0000" in repr(data) or "\x00" in str(data):
        return  # PostgreSQL holds no NUL in text and says so
    try:
        append(subject=Subject("test", 1), kind="test.done", actor=SYSTEM, at=NOON, data=data)  # type: ignore[arg-type]
    except TypeError:
        return  # a lone surrogate is no text
    assert verify().ok


@pytest.mark.parametrize("data", [{"fee": Decimal(400)}, {"when": {1, 2}}, {1: "a"}])
def test_what_json_cannot_hold_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        append(subject=Subject("test", 1), kind="test.done", actor=SYSTEM, at=NOON, data=data)  # type: ignore[arg-type]


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        act(at=datetime(2020, 11, 20))  # noqa: DTZ001


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET kind = 'x'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_block SET root = ''",
        "DELETE FROM ledger_block",
        "DELETE FROM ledger_chain",
        "UPDATE ledger_personal SET data = '{}'",
        "DELETE FROM ledger_personal",
    ],
)
def test_the_database_refuses_to_change_history(statement: str) -> None:
    append(subject=Subject("test", 1), kind="test.done", actor=SYSTEM, at=NOON, personal={"name": "花子"})
    seal(at=NOON)
    with pytest.raises(DatabaseError, match=r"append-only|erase_personal"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_block", "ledger_chain", "ledger_personal"])
def test_the_database_refuses_truncate(table: str) -> None:
    cursor = connection.cursor()
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")  # off in tests: see conftest.py
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_erasing_personal_data_leaves_the_chain_whole() -> None:
    subject = Subject("application", 7)
    append(subject=subject, kind="application.submitted", actor=SYSTEM, at=NOON, personal={"name": "花子"})
    append(subject=subject, kind="application.closed", actor=SYSTEM, at=NOON)
    seal(at=NOON)
    assert erase_personal(subject=subject, reason="法98条の利用停止", actor=Actor(9), at=NOON) == 1
    assert personal_of(subject) == {}
    assert [entry.kind for entry in entries_of(subject)][-1] == "ledger.personal_erased"
    assert verify().ok
    assert erase_personal(subject=subject, reason="もう一度", actor=Actor(9), at=NOON) == 0


def test_an_erasure_needs_a_reason() -> None:
    with pytest.raises(Refused):
        erase_personal(subject=Subject("test", 1), reason=" ", actor=SYSTEM, at=NOON)


def test_blocks_follow_each_other_and_list_entries_in_order() -> None:
    ids = [act(number).id for number in (1, 2, 1, 3, 1)]
    assert seal(at=NOON, limit=2) == 5
    first, second, third = LedgerBlock.objects.order_by("height")
    assert first.entry_ids + second.entry_ids + third.entry_ids == ids
    assert bytes(second.previous) == bytes(first.digest)
    assert not LedgerUnsealed.objects.exists()
    assert seal(at=NOON) == 0
    assert [entry.id for entry in sealed_entries(above=1, up_to=sealed_height(), kinds={"test.done"})] == ids[2:]


@pytest.mark.django_db(transaction=True)
def test_concurrent_acts_on_one_subject_get_consecutive_numbers() -> None:
    at_once([lambda: [act(1) for _ in range(20)]] * 4)
    assert [entry.seq for entry in entries_of(Subject("test", 1))] == list(range(1, 81))
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_sealers_at_once_seal_each_entry_once() -> None:
    for number in range(30):
        act(number)
    at_once([lambda: seal(at=NOON, limit=5), lambda: seal(at=NOON, limit=5), lambda: act(99), lambda: seal(at=NOON)])
    seal(at=NOON)
    verdict = verify()
    assert verdict.ok
    assert verdict.entries == sum(len(block.entry_ids) for block in LedgerBlock.objects.all()) == 31


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_holds_up_nobody_and_loses_nothing() -> None:
    """It began first and ends last: its entry, with the lowest id, is sealed after those committed before."""
    with transaction.atomic():
        slow = act(1)
        at_once([lambda: (act(2), seal(at=NOON))])
    act(1)
    seal(at=NOON)
    order = [entry.id for entry in sealed_entries(above=0, up_to=sealed_height(), kinds={"test.done"})]
    assert sorted(order) == sorted(set(order))
    assert len(order) == 3
    assert order.index(slow.id) == 1
    assert verify().ok


def test_a_rolled_back_act_leaves_nothing() -> None:
    act(1)
    with transaction.atomic():
        act(1)
        transaction.set_rollback(True)
    assert act(1).seq == 2
    seal(at=NOON)
    assert verify().ok
