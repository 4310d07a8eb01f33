"""Tables as grids: what is read is written back, files keep what is not ours, spreadsheets lose nothing."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tocho.engines.rules import edits
from tocho.engines.rules.api import TableError, compile_table
from tocho.engines.rules.faults import faults_of
from tocho.engines.rules.grid import POLICIES, Grid, GridColumn, GridRow, identified, read_grid, read_grids, write_grid
from tocho.engines.rules.sheets import SheetError, csv_of, excel_of, matrix_of, read_csv, read_excel, read_matrices
from tocho.engines.rules.tests.factories import dmn, literal, requires, rule, table

CITY = Path(__file__).resolve().parents[4] / "city"
FILES = sorted([*CITY.glob("procedures/*/rules/*.dmn"), *CITY.glob("authority/*.dmn")])

# --- random grids: any text that a person can type, and any FEEL

SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"))
TEXTS = st.text(SIGNS, max_size=12).map(str.strip)
CELLS = st.one_of(
    TEXTS, st.sampled_from(["-", "", '"a"', "> 10", "[1..10)", 'not("a","b")', "400 * copies", "=1+1", "true"])
)
NAMES = st.text(SIGNS, min_size=1, max_size=8).map(str.strip).filter(bool)
KINDS = st.sampled_from(["", "string", "number", "boolean", "date", "Any"])
CODED = st.tuples(st.from_regex(r"[a-z=\\]{1,4}", fullmatch=True), st.from_regex(r"語[あ-ん]{1,4}", fullmatch=True))
WORDS = st.lists(CODED, max_size=3, unique_by=(lambda pair: pair[0], lambda pair: pair[1])).map(tuple)


@st.composite
def grids(draw: Any) -> Grid:
    inputs = [
        GridColumn("input", draw(NAMES), draw(TEXTS), draw(KINDS), draw(TEXTS), words=draw(WORDS))
        for _n in range(draw(st.integers(0, 3)))
    ]
    outputs = [
        GridColumn("output", draw(TEXTS), draw(NAMES), draw(KINDS), draw(TEXTS), draw(TEXTS), draw(WORDS))
        for _n in range(draw(st.integers(1, 2)))
    ]
    notes = [GridColumn("note", name) for name in draw(st.lists(NAMES, max_size=2))]
    columns = (*inputs, *outputs, *notes)
    rows = [GridRow(tuple(draw(CELLS) for _column in columns)) for _n in range(draw(st.integers(0, 4)))]
    return identified(Grid("t", draw(NAMES), draw(st.sampled_from(POLICIES)), columns, tuple(rows)))


@given(grids())
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(grid: Grid) -> None:
    written = write_grid(grid)
    assert read_grid(written) == grid
    assert write_grid(grid, written) == written


@given(grids())
@settings(max_examples=60, deadline=None)
def test_spreadsheets_lose_nothing(grid: Grid) -> None:
    assert [found.grid for found in read_excel(excel_of([grid]))] == [grid]
    assert [found.grid for found in read_csv(csv_of(grid))] == [grid]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_the_citys_files_stay_as_they_are(path: Path) -> None:
    source = path.read_text()
    grid = read_grid(source)
    written = write_grid(grid, source)
    assert read_grid(written) == grid
    assert write_grid(grid, written) == written
    assert read_excel(excel_of([grid]))[0].grid == grid
    assert not [fault for fault in faults_of(grid) if fault.is_error]


# --- files


def test_writing_leaves_the_rest_of_the_file_alone() -> None:
    other = table(["n"], [rule("1", "2")], name="別の表")
    source = dmn(
        "<!-- keep -->", other, table(["n"], [rule("> 1", "5")]), literal("式", "手数料 + 1", needs=requires("手数料"))
    )
    grid = read_grid(source, table="手数料")
    changed = write_grid(edits.with_texts(grid, {(0, 0): "> 2"}), source)
    assert read_grid(changed, table="手数料").rows[0].cells == ("> 2", "5", "")
    assert read_grid(changed, table="別の表") == read_grid(source, table="別の表")
    assert "<!-- keep -->" in changed
    assert compile_table(changed, "式").decide({"n": 3}).value == 6
    assert len(read_grids(changed)) == 2


def test_extensions_of_other_tools_stay_in_their_column() -> None:
    source = dmn(table(["n"], [rule("1", "2")])).replace(
        '<input label="n">',
        '<input id="i1" label="n"><extensionElements><x:y xmlns:x="urn:x" z="1"/></extensionElements>',
    )
    assert 'xmlns:x="urn:x" z="1"' in write_grid(read_grid(source), source)


def test_a_half_finished_table_is_read() -> None:
    source = dmn(table([""], [rule("> ", "(")]))
    grid = read_grid(source)
    assert (grid.columns[0].text, grid.rows[0].cells) == ("", (">", "(", ""))  # nothing typed is lost
    assert [(fault.row, fault.column, fault.part) for fault in faults_of(grid)] == [
        (0, 0, "text"),
        (1, 0, ""),
        (1, 1, ""),
    ]


def test_a_rule_with_too_few_cells_is_refused() -> None:
    with pytest.raises(TableError, match="欄の数が列の数と合いません"):
        read_grid(dmn(table(["n", "m"], [rule("1", "2")])))


def test_doctypes_are_refused() -> None:
    with pytest.raises(TableError, match="DOCTYPE"):
        read_grids('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions/>')


# --- spreadsheets


def sheet(**changes: str) -> list[list[str]]:
    """A small table as a sheet, with cells changed by their address (B4="…")."""
    columns = (GridColumn("input", "通数", "copies", "number"), GridColumn("output", "手数料", "fee", "number"))
    matrix = matrix_of(identified(Grid("fee", "手数料", "FIRST", columns, (GridRow(("> 0", "400")),))))
    for place, text in changes.items():
        matrix[int(place[1:]) - 1][ord(place[0]) - 65] = text
    return matrix


def test_every_fault_is_named_by_sheet_row_and_column() -> None:
    with pytest.raises(SheetError) as caught:
        read_matrices({"1 手数料": sheet(B2="なんとなく", B3="じょうけん", C6="すうじ")})
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(3, "B"), (6, "C"), (2, "B")]
    assert (
        str(caught.value.faults[0]) == "シート「1 手数料」 3行目 B列: 列の種類は「条件」「結果」「備考」のどれかです。"
    )


def test_a_fault_of_a_cell_is_found_in_its_sheet() -> None:
    (found,) = read_matrices({"s": sheet(B11="> ")})
    (fault,) = faults_of(found.grid)
    assert (found.place(fault).row, found.place(fault).column) == (11, "B")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rubbish", "表,手数料".encode("utf-16")])
def test_rubbish_is_refused(data: bytes) -> None:
    for read in (read_excel, read_csv):
        with pytest.raises(SheetError):
            read(data)


def test_a_workbook_offers_choices_and_explains() -> None:
    words = (("car", "自動車税"), ("house", "固定資産税"))
    column = GridColumn("input", "税", "tax", "string", words=words)
    grid = Grid(
        "fee", "手数料", "FIRST", (column, GridColumn("output", "料", "fee", "number")), (GridRow(('"car"', "4")),)
    )
    data = excel_of([identified(grid)])
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["1 手数料", "書き方", "選択肢"]
    lists = zip(*book.get_sheet_by_name("選択肢").to_python(), strict=True)
    assert ["自動車税", "固定資産税", "-"] in [[*filter(None, texts)] for texts in lists]
    assert book.get_sheet_by_name("1 手数料").to_python()[10][1] == "自動車税"
    assert read_excel(data)[0].grid.rows[0].cells == ('"car"', "4")


def test_cp932_is_read() -> None:
    grid = read_matrices({"": sheet()})[0].grid
    assert read_csv(csv_of(grid, encoding="cp932"))[0].grid == grid
