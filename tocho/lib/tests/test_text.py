from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.lib import text

JAPANESE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ｶﾞﾊﾟﾞﾟ゙゚　ＡＢ１２－～ー‐ヶケがけ箇霞関髙﨑邊齋\ufa19㈱①㎡İßſ\u0345\u00ad\r\n葛\U000e0100"),
    ),
    max_size=30,
)


@given(JAPANESE)
def test_every_normalisation_is_idempotent(value: str) -> None:
    for function in (text.normalize, text.normalize_line, text.fold, text.unify_dashes, text.to_katakana):
        assert function(function(value)) == function(value)


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=20))
def test_kana_go_there_and_back(value: str) -> None:
    assert text.to_hiragana(text.to_katakana(value)) == value


@given(st.text(st.sampled_from("①㈱㎡\ufa19\ufa1b﨑髙～々〆ゟヿ"), max_size=10))
def test_normalize_leaves_what_means_something(value: str) -> None:
    assert text.normalize(value) == value


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ＡＢＣ　１２３", "ABC 123"),
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ"),
        ("カﾞ", "ガ"),
        ("  東京都　　新宿区 ", "東京都 新宿区"),
        ("山\u200b田", "山田"),
        ("10時～12時", "10時～12時"),
    ],
)
def test_normalize_line_forgives_width(typed: str, kept: str) -> None:
    assert text.normalize_line(typed) == kept


def test_normalize_keeps_lines() -> None:
    assert text.normalize("一行\r\n二行\r三行") == "一行\n二行\n三行"


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x7f", "\u202e", "\ue000", chr(0xD800), "\ufffd"])
def test_refused_character_finds_what_no_field_may_hold(bad: str) -> None:
    assert text.refused_character(f"山田{bad}花子") == bad


@pytest.mark.parametrize("good", ["山田\t花子\n", "𠮷野家", "👨‍👩‍👧", "葛\U000e0100城", "\ufa19"])
def test_refused_character_lets_text_pass(good: str) -> None:
    assert text.refused_character(good) is None


@pytest.mark.parametrize(
    "same",
    [
        ("髙﨑", "高崎", "高碕"),
        ("渡邊", "渡邉", "渡辺"),
        ("齋藤", "斎藤", "齊藤", "斉藤"),
        ("霞ヶ関", "霞ケ関", "霞が関", "霞ヵ関"),
        ("3ヶ月", "３か月", "3箇月"),
        ("ノウゼイ", "のうぜい", "ﾉｳｾﾞｲ"),
        ("ＰＭ２．５", "pm2.5"),
        ("葛\U000e0100城", "葛城"),
        ("\ufa19社", "神社"),
    ],
)
def test_fold_makes_variants_equal(same: tuple[str, ...]) -> None:
    assert len({text.fold(value) for value in same}) == 1


def test_fold_keeps_different_names_apart() -> None:
    assert text.fold("山田") != text.fold("山口")
    assert text.fold("かき") != text.fold("がき")


def test_unify_dashes_for_numbers() -> None:
    assert text.unify_dashes("03ー5321−1111‐2") == "03-5321-1111-2"


@pytest.mark.parametrize(("given_text", "number"), [("0", 0), ("9" * 18, 10**18 - 1), ("007", 7)])
def test_whole_numbers_are_read(given_text: str, number: int) -> None:
    assert text.whole_number(given_text) == number


@pytest.mark.parametrize("odd", ["", "²", "７", "-1", "1\n", " 1", "9" * 19, "9" * 5000])
def test_other_digits_are_no_whole_number(odd: str) -> None:
    assert text.whole_number(odd) is None


@pytest.mark.parametrize(("value", "shown"), [(400000, "400,000"), ("2020", "2020"), (True, "True")])
def test_numbers_are_written_with_their_thousands(value: object, shown: str) -> None:
    assert text.written(value) == shown


@pytest.mark.parametrize(
    ("named", "value", "shown"),
    [
        ("年度", 2020, "2020"),
        ("対象の年度（西暦）", Decimal(2020), "2020"),
        ("製造年", 1999, "1999"),
        ("Fiscal year", 2020, "2020"),
        ("交付決定額（円）", 2020, "2,020"),
        ("保存年数", 2020, "2,020"),
        ("年度", 1_500_000, "1,500,000"),
        ("年", Decimal("2020.5"), "2,020.5"),
        ("", Decimal("1E+3"), "1,000"),
    ],
)
def test_years_are_written_without_thousands(named: str, value: int | Decimal, shown: str) -> None:
    assert text.written(value, named=named) == shown
