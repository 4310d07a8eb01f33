"""What a cell means, which state follows on which, how the report counts."""

import csv
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tocho.lib.csvfile import to_cp932, unguarded
from tocho.modules.inventory.definitions import codebook, next_quarter, quarter, quarter_cell, quarter_of
from tocho.modules.inventory.models import OWN_FIELDS, State
from tocho.modules.inventory.queries.comparing import BLANK
from tocho.modules.inventory.rules import (
    EMPTY_SURVEY,
    MOVES,
    CellRefused,
    FileRefused,
    cell,
    find_head,
    read_cell,
    row_problems,
    status_of,
)

BOOK = codebook()
COLUMN = BOOK.by_key
WHOLE = {**BLANK, "code": "A-1", "name": "納税証明書の交付", "unit": "R02-0600"}


def test_the_book_has_the_46_columns_of_the_survey_in_their_order() -> None:
    survey = [column.ja for column in BOOK.columns if not column.local]
    assert (len(survey), survey[0], survey[31], survey[45]) == (46, "手続ID", "総手続件数", "士業、機関に関する補足")


def test_every_code_and_column_has_its_english() -> None:
    assert all(column.en and all(code.en for code in column.codes) for column in BOOK.columns)


def test_every_column_has_its_place_in_the_table() -> None:
    kept = {*OWN_FIELDS, *EMPTY_SURVEY, "unit_name"}
    assert kept == {column.key for column in BOOK.columns}
    assert set(BLANK) == kept - {"unit_name"}


@pytest.mark.parametrize("column", [column for column in BOOK.columns if column.codes], ids=lambda c: c.key)
def test_every_code_is_read_back_as_it_was_written_in_both_encodings(column: object) -> None:
    for code in column.codes:  # type: ignore[attr-defined]
        value = [code.key] if column.kind == "several" else code.key  # type: ignore[attr-defined]
        text = cell(column, value)  # type: ignore[arg-type]
        old = to_cp932(text).decode("cp932")
        assert read_cell(column, text) == read_cell(column, old) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1 申請等", "1　申請等", "１", "申請等", " 1申請等 "])
def test_a_code_is_understood_however_it_is_written(text: str) -> None:
    assert read_cell(COLUMN["kind"], text) == "1"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("volume", "1,234件", 1234),
        ("volume", "１２３", 123),
        ("volume", "12.0", 12),
        ("volume", "", None),
        ("volume", "不明", None),
        ("starts", "2020年度第4四半期", 20204),
        ("starts", "2021Q2", 20212),
        ("is_main", "○", True),
        ("is_main", "", False),
        ("fee_channels", "1-1 行政機関の窓口；2-3", ["1-1", "2-3"]),
        ("offices", "都税事務所; 支庁", ["都税事務所", "支庁"]),
        ("data_items", "法人番号;資本金", ["法人番号", "資本金"]),
    ],
)
def test_cells(key: str, text: str, value: object) -> None:
    assert read_cell(COLUMN[key], text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("kind", "9"),
        ("volume", "-1"),
        ("volume", "たくさん"),
        ("starts", "2020"),
        ("is_main", "たぶん"),
        ("name", "\x07"),
    ],
)
def test_cells_that_mean_nothing_say_why(key: str, text: str) -> None:
    with pytest.raises(CellRefused) as refused:
        read_cell(COLUMN[key], text)
    assert len(str(refused.value)) > 8


@given(st.integers(2000, 2090), st.integers(1, 4))
def test_quarters_are_read_back(year: int, number: int) -> None:
    value = quarter(year, number)
    assert read_cell(COLUMN["completes"], quarter_cell(value)) == value
    assert next_quarter(value) > value


def test_a_quarter_belongs_to_its_fiscal_year() -> None:
    assert [quarter_of(2021, 3), quarter_of(2021, 4), quarter_of(2020, 12)] == [20204, 20211, 20203]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn", "Cf")), max_size=40))
def test_text_stays_as_it_is(text: str) -> None:
    try:
        value = read_cell(COLUMN["kind_note"], text)
    except CellRefused:
        return
    assert read_cell(COLUMN["kind_note"], cell(COLUMN["kind_note"], value)) == value == text.strip()


def test_our_own_guard_against_formulas_is_taken_off() -> None:
    assert [unguarded("'=1+1"), unguarded("'quoted'"), unguarded("-")] == ["=1+1", "'quoted'", "-"]


def test_heads_are_found_below_a_title_and_in_two_rows() -> None:
    rows = [["調査票", ""], ["手続ＩＤ", "法令名", "手続名"], ["0", "1", "2"], ["A-1", "", "届出"]]
    assert find_head(rows)[0] == 3
    start, columns = find_head([["手続ID", "知らない列", "手続名"], ["", "注", ""], ["A-1", "", "届出"]])
    assert (start, [column.key for column in columns.values()]) == (2, ["code", "name"])


@pytest.mark.parametrize("rows", [[["名前"], ["x"]], [], [["手続ID", "手続名", "手続ID"], ["1", "2", "3"]]])
def test_files_without_the_columns_of_an_inventory_are_refused(rows: list[list[str]]) -> None:
    with pytest.raises(FileRefused):
        find_head(rows)


def test_every_state_knows_what_follows() -> None:
    assert set(MOVES) == set(State.values)
    assert {state for after in MOVES.values() for state in after} <= set(State.values)


def problems(**values: object) -> list[str]:
    return [key for key, _reason in row_problems({**WHOLE, **values}, published={"nozei-shomei"})]


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"volume": 10, "volume_online": 11}, ["volume_online"]),
        ({"starts": 20211, "completes": 20204}, ["completes"]),
        ({"state": "planned"}, ["starts", "completes"]),
        ({"state": "state_request"}, ["authority"]),
        ({"state": "live"}, ["state"]),
        ({"state": "live", "procedure_key": "nozei-shomei"}, []),
        ({"state": "live", "procedure_key": "unpublished"}, ["state"]),
        ({"state": "live", "system_name": "eLTAX", "system_url": "https://www.eltax.lta.go.jp/"}, ["state"]),
        ({"system_url": "javascript:alert(1)"}, ["system_url"]),
    ],
)
def test_what_an_entry_must_say(values: dict[str, object], columns: list[str]) -> None:
    assert problems(**values) == columns


def test_a_system_elsewhere_is_a_ground_when_it_is_named_reachable_and_certified() -> None:
    ground = {"system_name": "eLTAX", "system_url": "https://www.eltax.lta.go.jp/", "certifier": "主税局 総務課長"}
    assert problems(state="live", **ground) == []


@pytest.mark.parametrize(
    ("state", "authority", "completes", "status"),
    [
        ("live", "own", None, "done"),
        ("improving", "own", 20201, "done"),
        ("trial", "own", 20204, "this_fy"),
        ("planned", "own", 20194, "late"),
        ("planned", "own", 20211, "starting"),
        ("surveyed", "own", None, "starting"),
        ("live", "national", None, "national"),
        ("analysed", "municipal", None, "national"),
        ("abolished", "own", None, "abolished"),
        ("retired", "own", None, ""),
    ],
)
def test_where_the_report_counts(state: str, authority: str, completes: int | None, status: str) -> None:
    assert status_of(state=state, authority=authority, completes=completes, fiscal_year=2020) == status


def test_the_sample_says_that_it_is_one() -> None:
    for name in ("main.csv", "others.csv"):
        with Path(settings.BASE_DIR, "city", "inventory", name).open(encoding="utf-8") as file:
            assert all(row["見本の値"] for row in csv.DictReader(file))
