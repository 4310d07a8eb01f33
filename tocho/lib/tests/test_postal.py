import pytest

from tocho.lib.postal import PREFECTURES, Address, lookup_postal_code


@pytest.mark.parametrize("typed", ["163-8001", "1638001", "〒１６３－８００１", " 163ー8001 "])
def test_lookup_postal_code_forgives_how_it_is_typed(typed: str) -> None:
    assert lookup_postal_code(typed) == Address("163-8001", "東京都", "新宿区", "西新宿", "2丁目8-1")


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("100-0005", Address("100-0005", "東京都", "千代田区", "丸の内")),
        ("100-0000", Address("100-0000", "東京都", "千代田区", "")),
        ("452-0961", Address("452-0961", "愛知県", "清須市", "")),  # eighty towns share it
        ("079-2403", Address("079-2403", "北海道", "空知郡南富良野町", "幾寅")),  # one town, listed twice
        ("985-0000", Address("985-0000", "宮城県", "", "")),  # three cities share it
    ],
)
def test_lookup_postal_code_never_guesses(code: str, address: Address) -> None:
    assert lookup_postal_code(code) == address


@pytest.mark.parametrize("bad", ["", "163-800", "163-80011", "abc-defg", "000-0000", "999-9999"])
def test_lookup_postal_code_knows_nothing_of_others(bad: str) -> None:
    assert lookup_postal_code(bad) is None


def test_prefectures_are_47() -> None:
    assert len(set(PREFECTURES)) == 47
