import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.core.ledger.rules import Actor, Subject, canonical, content_digest, merkle_root

NOON = datetime(2020, 11, 20, 3, 0, tzinfo=UTC)


def content(**changes: object) -> bytes:
    said: dict[str, object] = {
        "subject": Subject("application", 1),
        "kind": "application.submitted",
        "actor": Actor(1, 2, 3),
        "at": NOON,
        "unit": "R02-0700",
        "data": b"{}",
        "personal_digest": None,
    }
    return content_digest(**said | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": Subject("application", 2)},
        {"subject": Subject("decision", 1)},
        {"kind": "application.closed"},
        {"actor": Actor(1, 2, 4)},
        {"at": NOON + timedelta(microseconds=1)},
        {"unit": "R02-0701"},
        {"data": b'{"a":1}'},
        {"personal_digest": bytes(32)},
    ],
)
def test_each_part_of_an_entry_changes_its_digest(change: dict[str, object]) -> None:
    assert content(**change) != content()


def test_the_time_zone_of_the_caller_does_not_matter() -> None:
    assert content(at=NOON.astimezone(timezone(timedelta(hours=9)))) == content()


def test_canonical_json_is_sorted_and_tight() -> None:
    assert canonical({"b": [1, None], "a": "税"}) == '{"a":"税","b":[1,null]}'.encode()


def test_the_merkle_tree_is_that_of_rfc_9162() -> None:
    def leaf(data: bytes) -> bytes:
        return hashlib.sha256(b"\x00" + data).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    assert merkle_root([b"a"]) == leaf(b"a")
    assert merkle_root([b"a", b"b", b"c"]) == node(node(leaf(b"a"), leaf(b"b")), leaf(b"c"))
    with pytest.raises(ValueError, match="at least one"):
        merkle_root([])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=40, unique=True), st.data())
def test_any_two_leaves_swapped_change_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    i, j = data.draw(st.lists(st.integers(0, len(leaves) - 1), min_size=2, max_size=2, unique=True))
    swapped = list(leaves)
    swapped[i], swapped[j] = leaves[j], leaves[i]
    assert merkle_root(swapped) != merkle_root(leaves)
