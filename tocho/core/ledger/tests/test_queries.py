from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tocho.core.ledger.api import SYSTEM, Subject, anchor, append, entries_between, entries_of, seal, verify
from tocho.core.ledger.rules import content_digest, entry_digest, microseconds
from tocho.core.ledger.tests.factories import NOON, act, as_forger

pytestmark = pytest.mark.django_db


@pytest.fixture
def history() -> list[int]:
    """Three entries of test:1 and one of test:2, sealed two by two."""
    ids = [act(1, step=1).id, act(2, step=1).id, act(1, step=2).id, act(1, step=3).id]
    seal(at=NOON, limit=2)
    return ids


def names() -> set[str]:
    return {problem.name for problem in verify().problems}


def texts() -> str:
    return "\n".join(problem.text for problem in verify().problems)


def test_a_whole_ledger_is_ok(history: list[int]) -> None:
    verdict = verify()
    assert (verdict.ok, verdict.entries, verdict.blocks, verdict.waiting) == (True, 4, 2, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "'x'"), ("data", "'{}'"), ("unit", "'x'"), ("at", "at + interval '1 day'"), ("post_id", "99")],
)
def test_an_altered_entry_is_named(history: list[int], column: str, value: str) -> None:
    with as_forger() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {column} = {value} WHERE id = %s", [history[2]])
    assert texts() == f"test:1 entry 2 (id {history[2]}) is not what was recorded"


@pytest.mark.parametrize(("position", "gap"), [(0, "entry 1 is missing"), (2, "entry 2 is missing")])
def test_a_missing_entry_is_named(history: list[int], position: int, gap: str) -> None:
    with as_forger() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [history[position]])
    assert f"test:1 {gap}" in texts()
    assert f"entry id {history[position]} of block {position // 2 + 1} is missing" in texts()


def test_a_missing_last_entry_is_named_although_no_gap_shows(history: list[int]) -> None:
    with as_forger() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [history[3]])
    assert "test:1 should end with entry 3, but ends with entry 2" in texts()


def test_an_unsealed_entry_cannot_be_taken_away_either(history: list[int]) -> None:
    waiting = act(5)
    with as_forger() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [waiting.id])
    assert f"entry id {waiting.id} waits for the sealer and is missing" in texts()


def test_entries_that_changed_places_are_named(history: list[int]) -> None:
    with as_forger() as cursor:
        cursor.execute("UPDATE ledger_entry SET id = -1 WHERE id = %s", [history[0]])
        cursor.execute("UPDATE ledger_entry SET id = %s WHERE id = %s", [history[0], history[3]])
        cursor.execute("UPDATE ledger_entry SET id = %s WHERE id = -1", [history[3]])
    assert "reordered" in names()
    assert f"entry 3 (id {history[0]}) stands in the place of another one, which is now id {history[3]}" in texts()


def forge_chain(cursor: Any, entry_id: int) -> None:
    """Rewrite an entry's data and every digest after it, head included: the chain of the subject is whole again."""
    cursor.execute("UPDATE ledger_entry SET data = '{}' WHERE id = %s", [entry_id])
    previous = bytes(32)
    for entry in entries_of(Subject("test", 1)):
        content = content_digest(
            subject=entry.subject,
            kind=entry.kind,
            actor=entry.actor,
            at=entry.at,
            unit=entry.unit,
            data=b"{}" if entry.id == entry_id else f'{{"step":{entry.data["step"]}}}'.encode(),
            personal_digest=None,
        )
        digest = entry_digest(
            previous=previous, seq=entry.seq, recorded_at=microseconds(entry.recorded_at), content=content
        )
        cursor.execute("UPDATE ledger_entry SET previous = %s, digest = %s WHERE id = %s", [previous, digest, entry.id])
        previous = digest
    cursor.execute("UPDATE ledger_chain SET digest = %s WHERE subject_id = 1", [previous])


def test_a_consistently_forged_chain_is_found_by_its_blocks(history: list[int]) -> None:
    with as_forger() as cursor:
        forge_chain(cursor, history[2])
    assert texts().splitlines() == [
        f"test:1 entry 2 (id {history[2]}) was rewritten after it was sealed in block 2",
        f"test:1 entry 3 (id {history[3]}) was rewritten after it was sealed in block 2",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE ledger_block SET root = digest WHERE height = 1", "block 1: the Merkle root does not fit its entries"),
        ("UPDATE ledger_block SET sealed_at = now() WHERE height = 1", "block 1 is not what was sealed"),
        ("UPDATE ledger_block SET previous = root WHERE height = 2", "block 2 does not follow from block 1"),
        ("DELETE FROM ledger_block WHERE height = 1", "block 1 is missing"),
        ("UPDATE ledger_block SET entry_ids = ARRAY[entry_ids[2], entry_ids[1]] WHERE height = 1", "does not list its"),
    ],
)
def test_a_forged_block_is_named(history: list[int], change: str, said: str) -> None:
    with as_forger() as cursor:
        cursor.execute(change)
    assert said in texts()


def test_a_slipped_in_entry_is_named(history: list[int]) -> None:
    slipped = act(8)
    with as_forger() as cursor:
        cursor.execute("DELETE FROM ledger_unsealed")
    assert texts() == f"test:8 entry 1 (id {slipped.id}) is in no block and does not wait for one"


def test_an_anchor_finds_a_ledger_that_was_replaced(history: list[int]) -> None:
    height, digest = anchor()
    assert verify(anchors=((height, digest),)).ok
    assert verify(anchors=((1, b"other"),)).problems[0].text == "block 1 is not the one that was published"
    assert verify(anchors=((9, digest),)).problems[0].text == "block 9 was published and is missing"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.execute("UPDATE ledger_personal SET data = '{}'"), "is not what was recorded"),
        (lambda c: c.execute("DELETE FROM ledger_personal"), "is missing, and no erasure is recorded"),
    ],
)
def test_personal_data_is_verified_too(change: Callable[[Any], None], said: str) -> None:
    append(subject=Subject("test", 1), kind="test.done", actor=SYSTEM, at=NOON, personal={"name": "花子"})
    with as_forger() as cursor:
        change(cursor)
    assert said in texts()


def test_the_command_says_ok_or_which(history: list[int]) -> None:
    out = StringIO()
    call_command("ledger", "verify", stdout=out)
    assert out.getvalue() == "ok: 4 entries, 2 blocks, 0 waiting\n"
    with as_forger() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [history[0]])
    with pytest.raises(CommandError, match="problems"):
        call_command("ledger", "verify", stdout=out)
    assert "missing: test:1 entry 1 is missing" in out.getvalue()


def test_a_unit_and_a_month_lead_to_their_entries() -> None:
    mine = act(1, unit="A", kind="decision.decided")
    act(2, unit="B", kind="decision.decided")
    act(3, unit="A", kind="decision.drafted")
    act(4, unit="A", kind="decision.decided", at=NOON + timedelta(days=30))
    found = entries_between(
        units=["A"], kinds={"decision.decided"}, start=NOON - timedelta(days=1), end=NOON + timedelta(days=1)
    )
    assert found == [mine]
