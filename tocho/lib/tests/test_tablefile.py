"""Tables from files: encodings by strict trial, Excel without surprises."""

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from tocho.lib.tablefile import TableRefused, read_table

TEXT = "手続ID,手続名\r\nA-1,納税証明書〜\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "euc_jp", "iso2022_jp"])
def test_each_encoding_is_told_apart(encoding: str) -> None:
    found = read_table(TEXT.encode(encoding))
    assert found.rows == [["手続ID", "手続名"], ["A-1", "納税証明書〜"]]
    assert found.encoding == encoding.removesuffix("-sig")


def test_shift_jis_of_windows_with_its_own_characters() -> None:
    found = read_table("手続ID,手続名\r\nA-1,①髙橋㈱～\r\n".encode("cp932"))
    assert (found.encoding, found.rows[1][1]) == ("cp932", "①髙橋㈱～")


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators(separator: str) -> None:
    assert read_table(TEXT.replace(",", separator).encode()).rows[1] == ["A-1", "納税証明書〜"]


def test_excel_rows_are_counted_as_the_spreadsheet_counts_and_cells_are_text() -> None:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    page.write_row(2, 0, ["手続ID", 12, 1.5, True])
    page.write_datetime(2, 4, date(2020, 11, 20), book.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_formula(2, 5, "=1+1", value=2)
    book.close()
    assert read_table(file.getvalue()).rows[2:] == [["手続ID", "12", "1.5", "true", "2020-11-20", "2"]]


@pytest.mark.parametrize(
    ("content", "kind"), [(b"  ", "empty"), (b"\x81\xff\xfe\x00\xfd", "encoding"), (b"PK\x03\x04broken", "excel")]
)
def test_what_is_no_table_is_refused(content: bytes, kind: str) -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(content)
    assert refused.value.kind == kind


def with_sheet(sheet: str) -> bytes:
    """A workbook whose first sheet is this XML."""
    file, changed = BytesIO(), BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet()
    book.close()
    with ZipFile(file) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return changed.getvalue()


HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"


@pytest.mark.parametrize("corner", ["XFD1048576", "Z800000"])
def test_a_small_file_that_asks_for_all_memory_is_refused(corner: str) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="{corner}"><v>1</v></c></row>'
    content = with_sheet(f"{HEAD}{rows}{END}")
    assert len(content) < 10_000
    with pytest.raises(TableRefused, match="excel"):
        read_table(content)


def test_too_many_columns_a_cell_without_end_and_nul() -> None:
    with pytest.raises(TableRefused, match="rows"):
        read_table(b"a" + b"," * 1001)
    with pytest.raises(TableRefused, match="encoding"):
        read_table(b'a,b\n"' + b"x" * 200_000)
    assert read_table(b"a,b\0\n").rows == [["a", "b"]]
