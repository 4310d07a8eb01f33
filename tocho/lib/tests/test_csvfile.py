import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.lib.csvfile import BOM, Value, csv_chunks, excel_file, json_chunks, to_cp932

ROWS: list[list[Value]] = [
    ["主税局", 9204, Decimal("77.8"), date(2020, 10, 1), True],
    ['建設"局,\n', None, -1.5, datetime(2020, 10, 1, tzinfo=UTC), False],
]


def read(data: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))


def test_csv_is_utf_8_with_byte_order_mark() -> None:
    data = b"".join(csv_chunks(["局", "件", "率", "日", "可"], ROWS))
    assert data.startswith(BOM)
    assert data.count(b"\r\n") == 3
    assert read(data, "utf-8-sig")[1:] == [
        ["主税局", "9204", "77.8", "2020-10-01", "true"],
        ['建設"局,\n', "", "-1.5", "2020-10-01T00:00:00+00:00", "false"],
    ]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("髙﨑①〜−—", "髙﨑①～－―"),
        ("𠮷野家", "吉野家"),
        ("葛\U000e0100飾", "葛飾"),
        ("한국", "〓〓"),
        ("😀\u3099", "〓〓"),
        ("ｱ~\\", "ｱ~\\"),
    ],
)
def test_shift_jis_replaces_what_it_lacks(text: str, back: str) -> None:
    assert to_cp932(text).decode("cp932") == back


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2)))
def test_any_text_comes_back_from_csv(rows: list[list[str]]) -> None:
    assert read(b"".join(csv_chunks(["a", "b"], rows)), "utf-8-sig")[1:] == rows


def test_another_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="cp932"):
        next(csv_chunks(["a"], [], encoding="euc_jp"))


def test_formulas_are_guarded_only_where_asked_for() -> None:
    rows: list[list[Value]] = [["=1+1", -5, "@x", "ok"]]
    assert read(b"".join(csv_chunks("abcd", rows, guard=True)), "utf-8-sig")[1] == ["'=1+1", "-5", "'@x", "ok"]
    assert read(b"".join(csv_chunks("abcd", rows)), "utf-8-sig")[1][0] == "=1+1"


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000])
def test_files_in_pieces_are_whole(count: int) -> None:
    rows = [[number] for number in range(count)]
    assert len(read(b"".join(csv_chunks(["n"], rows)), "utf-8-sig")) == count + 1
    assert [row["n"] for row in json.loads(b"".join(json_chunks(["n"], rows, about={})))["rows"]] == list(range(count))


def test_json_keeps_numbers_as_published() -> None:
    about = {"title": "電子決定率", "as_of": date(2020, 10, 31)}
    data = b"".join(json_chunks(["局", "件", "率", "日", "可"], ROWS, about=about))
    assert '"title": "電子決定率"' in data.decode()
    read_back = json.loads(data)
    assert read_back["as_of"] == "2020-10-31"
    assert read_back["rows"][0] == {"局": "主税局", "件": 9204, "率": 77.8, "日": "2020-10-01", "可": True}


def test_excel_holds_text_numbers_and_dates() -> None:
    with excel_file(["局", "件", "率", "日", "可"], [*ROWS, ["=1+1", 0, 0, None, None]]) as file:
        book = zipfile.ZipFile(file)
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>77.8</v>" in sheet
    assert "<v>44105</v>" in sheet  # 2020-10-01
    assert "=1+1" in sheet
    assert "<f>" not in sheet


def test_a_million_rows_would_need_no_memory() -> None:
    chunks = csv_chunks(["n"], ([number] for number in range(10**9)))
    assert len([next(chunks) for _ in range(10)]) == 10
