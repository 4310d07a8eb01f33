from datetime import UTC, datetime, timedelta

from tocho.modules.cosigning.rules import code_digest, is_code_good, is_turn, missing, signed_digest

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def test_the_digest_covers_content_and_own_part() -> None:
    one = signed_digest("a" * 64, {"pledge": True, "born": "1980-01-01"})
    assert one == signed_digest("a" * 64, {"born": "1980-01-01", "pledge": True})
    assert one != signed_digest("b" * 64, {"born": "1980-01-01", "pledge": True})
    assert one != signed_digest("a" * 64, {"born": "1980-01-02", "pledge": True})


def test_a_code_is_good_for_ten_minutes_and_five_tries() -> None:
    assert is_code_good(sent_at=AT, tries=4, at=AT + timedelta(minutes=9))
    assert not is_code_good(sent_at=AT, tries=5, at=AT)
    assert not is_code_good(sent_at=AT, tries=0, at=AT + timedelta(minutes=10))
    assert not is_code_good(sent_at=None, tries=0, at=AT)
    assert code_digest("123456", key="a") != code_digest("123456", key="b")


def test_in_a_serial_order_those_before_sign_first() -> None:
    assert is_turn(2, [(1, "invited")], serial=False)
    assert not is_turn(2, [(1, "invited")], serial=True)
    assert is_turn(2, [(1, "signed"), (3, "invited")], serial=True)


def test_what_a_role_still_needs() -> None:
    assert missing(["signed", "invited", "declined"], least=2) == 1
    assert missing(["signed", "signed"], least=1) == 0
