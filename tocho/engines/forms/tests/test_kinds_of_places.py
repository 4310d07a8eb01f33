"""Accounts, places on the map, and lines that may only be written in one kind of characters."""

from typing import Any

import pytest

from tocho.engines.forms.api import compile_form
from tocho.engines.forms.kinds import Given, make_kind

from .factories import ACCOUNT, form, one, question, source
from .test_stepform import post

BANK = make_kind(question("q", "bank_account"))
GIVEN = Given()


def account(**typed: str) -> Any:
    return BANK.clean_inputs({"holder": "やまだ はなこ", **typed}, required=True, given=GIVEN)


@pytest.mark.parametrize(
    ("bank", "branch"),
    [
        ("0001", "001"),
        ("みずほ銀行", "東京営業部"),
        ("ミズホ", "001"),
        ("０００１ みずほ", "００１"),
        ("ﾐｽﾞﾎ", "とうきょう"),
    ],
)
def test_an_account_is_found_by_code_name_or_reading(bank: str, branch: str) -> None:
    found = account(bank=bank, branch=branch, kind="ordinary", number="123456")
    assert found.errors == {}
    assert found.value == ACCOUNT


def test_an_account_of_yucho_is_told_by_symbol_and_number() -> None:
    found = account(symbol="10180", symbol_number="1234567 1")
    assert found.value == ACCOUNT | {
        "bank_code": "9900", "bank": "ゆうちょ銀行", "branch_code": "018", "branch": "〇一八", "number": "1234567",
    }  # fmt: skip
    assert BANK.display(found.value, "ja") == "ゆうちょ銀行（9900）〇一八（018） 普通 1234567 ヤマダ ハナコ"
    assert BANK.clean(found.value, required=True, given=GIVEN).value == found.value


@pytest.mark.parametrize(
    ("typed", "where", "message"),
    [
        ({"bank": "みず", "branch": "001"}, "bank", "「みず」で始まる銀行がいくつかあります"),
        ({"bank": "まぼろし"}, "bank", "「まぼろし」という銀行が見つかりません"),
        ({"bank": "0001", "branch": "999"}, "branch", "「999」という支店が見つかりません"),
        ({"bank": "0001", "branch": "001", "kind": "ordinary"}, "number", "qの名の口座番号を入力してください"),
        ({"bank": "0001", "branch": "001", "number": "1"}, "kind", "qの名の預金の種類を選んでください"),
        ({"bank": "0001", "branch": "001", "number": "12345678"}, "number", "7けたまでの数字"),
        ({"symbol": "10180", "symbol_number": "12345670"}, "symbol", "通帳のとおりに"),
        ({"symbol": "1018", "symbol_number": "1"}, "symbol", "5けた"),
        ({"bank": "0001", "branch": "001", "number": "1", "holder": "山田"}, "holder", "漢字は"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_account_is_told_at_its_input(typed: dict[str, str], where: str, message: str) -> None:
    assert message in account(**typed).errors[where][0]


def test_an_account_may_be_left_open_as_a_whole() -> None:
    assert BANK.clean_inputs({"kind": ""}, required=False, given=GIVEN).value is None
    assert list(BANK.clean_inputs({}, required=True, given=GIVEN).errors) == ["bank"]


# --- places

MAP = make_kind(question("q", "map_point"))


def place(**typed: str) -> Any:
    return MAP.clean_inputs(typed, required=True, given=GIVEN)


def test_a_place_is_a_point_or_words() -> None:
    assert place(lat="３５．６８９４４", lon="139.69167").value == {"lat": 35.68944, "lon": 139.69167}
    assert place(address="都庁の前").value == {"address": "都庁の前"}
    assert place(municipality="13421").value == {"lat": 27.094, "lon": 142.192, "address": "東京都小笠原村"}
    assert place(municipality="13421", lat="27.1", lon="142.2").value == {"lat": 27.1, "lon": 142.2}


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({}, "municipality"),
        ({"lat": "35.7"}, "lon"),
        ({"lat": "34.70", "lon": "135.50"}, "lat"),  # 大阪
        ({"lat": "91", "lon": "139.7"}, "lat"),
        ({"lat": "北", "lon": "139.7"}, "lat"),
    ],
)
def test_a_place_lies_in_tokyo(typed: dict[str, str], where: str) -> None:
    assert list(place(**typed).errors) == [where]


def test_a_map_shows_the_mark_where_it_is() -> None:
    definition = one("map_point")
    assert 'visibility="hidden"' in str(definition.steps[0].form())
    shown = str(definition.steps[0].form(initial={"q": {"lat": 35.7, "lon": 139.43}}))
    assert 'transform="translate(320.0' in shown
    again = definition.steps[0].form(post(q__lat="x", q__lon="139.5"))
    assert 'visibility="hidden"' in str(again)


def test_a_place_can_be_asked_of_by_conditions() -> None:
    definition = form([question("at", "map_point"), question("why", condition="at.lat > 35.7")])
    assert [each.key for each in definition.asked_in(definition.steps[0], {"at": {"lat": 35.8, "lon": 139.5}})] == [
        "at",
        "why",
    ]


# --- lines


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("hiragana", "ヤマダ　花", None), ("hiragana", "ﾔﾏﾀﾞ　はな", "やまだ はな"),
        ("full_width", "ABC-1 2", "ＡＢＣ－１　２"), ("half_width", "ＡＢＣ１２", "ABC12"), ("half_width", "あ", None),
        ("postal_code", "１６３８００１", "163-8001"), ("postal_code", "12", None),
    ],
)  # fmt: skip
def test_a_line_is_written_as_its_format_says(kind: str, typed: str, kept: str | None) -> None:
    found = one("text", format=kind).clean_all({"q": typed})
    assert found.values.get("q") == kept
    assert found.ok is (kept is not None)


@pytest.mark.parametrize(
    ("label", "warned"), [("マイナンバー", 1), ("個人番号", 1), ("マイナンバーカードの有無", 0), ("番号", 0)]
)
def test_a_question_for_the_individual_number_is_warned_of(label: str, warned: int) -> None:
    fields = [{"key": "q", "type": "text", "label": label}]
    found = compile_form(source(fields)).warnings
    assert len(found) == warned
    assert all(one.path == "steps[0].fields[0].label" for one in found)
