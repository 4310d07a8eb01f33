import pytest

from tocho.lib.banks import Account, banks_like, branches_like, from_yucho, holder_kana
from tocho.lib.tokyo import MUNICIPALITIES, is_in_tokyo, nearest


@pytest.mark.parametrize(
    ("symbol", "number", "account"),
    [
        ("10180", "12345671", Account("018", "ordinary", "1234567")),
        ("12340", "11", Account("238", "ordinary", "0000001")),
        ("00120", "123456", Account("019", "current", "0123456")),
        ("10180", "12345672", None), ("20180", "12345671", None), ("1018", "12345671", None), ("10181", "11", None),
        ("10180", "1", None), ("00120", "12345678", None), ("10180", "", None),
    ],
)  # fmt: skip
def test_the_numbers_of_yucho_become_those_of_transfers(symbol: str, number: str, account: Account | None) -> None:
    assert from_yucho(symbol, number) == account


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("やまだ　はなこ", "ﾔﾏﾀﾞ ﾊﾅｺ"), ("カ）トウキョウショウカイ", "ｶ)ﾄｳｷﾖｳｼﾖｳｶｲ"), ("ﾊﾟｰﾃｨ", "ﾊﾟ-ﾃｲ"), ("abc", "ABC"),
        ("山田", None), ("ヤマダ＆ハナ", None),
    ],
)  # fmt: skip
def test_a_holder_is_written_in_the_characters_of_the_banks(text: str, kana: str | None) -> None:
    assert holder_kana(text) == kana
    assert kana is None or holder_kana(kana) == kana


def test_banks_are_found_by_code_name_and_reading() -> None:
    assert [place.name for place in banks_like("0001")] == ["みずほ"]
    assert banks_like("みつびしゆーえふじぇい")[0].code == "0005"
    assert branches_like("0001", "001") == branches_like("0001", "東京営業部")
    assert banks_like(" ") == branches_like("x", "001") == []


def test_tokyo_has_its_islands() -> None:
    assert len(MUNICIPALITIES) == len({one.code for one in MUNICIPALITIES}) == 62
    assert all(is_in_tokyo(one.lat, one.lon) for one in MUNICIPALITIES)
    assert all(nearest(one.lat, one.lon) == one for one in MUNICIPALITIES)
    assert not is_in_tokyo(35.44, 139.64)  # 横浜
