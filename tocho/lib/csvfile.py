"""Tables as files: CSV, JSON and Excel, written row by row so that a million rows need no memory.

A table is its columns (their titles) and an iterable of rows of plain values (``None``, bool, int, float, ``Decimal``,
text, date, datetime). CSV follows RFC 4180; UTF-8 carries a byte order mark, without which Excel takes it for cp932.
"""

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

Value = None | bool | int | float | Decimal | str | date | datetime

CHUNK_ROWS = 500
BOM = b"\xef\xbb\xbf"
SUBSTITUTE = "〓"  # the geta mark, which Japanese printers put where a type is missing

# Characters that cp932 writes with another code point (JIS X 0208 against Microsoft's table), and common name variants
# that it lacks. What is not listed here and not in cp932 becomes the geta mark.
_CP932 = str.maketrans(
    {
        "\u301c": "\uff5e",  # 〜 wave dash → ～
        "\u2016": "\u2225",  # ‖ → ∥
        "\u2212": "\uff0d",  # − → －
        "\u00a2": "\uffe0",  # ¢ → ￠
        "\u00a3": "\uffe1",  # £ → ￡
        "\u00ac": "\uffe2",  # ¬ → ￢
        "\u2014": "\u2015",  # — → ―
        "\u00a5": "\uffe5",  # ¥ → ￥
        "\u2715": "\u00d7",  # ✕ → ×
        "\u00a0": " ",
        "𠮷": "吉",
    }
    | dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)], "")  # variation selectors of 異体字
)
_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_cp932(text: str) -> bytes:
    """Text in Microsoft's Shift_JIS; of what it lacks, known variants become their plain form, the rest 〓."""
    plain = text.translate(_CP932)
    try:
        return plain.encode("cp932")
    except UnicodeEncodeError:
        return "".join(sign if _in_cp932(sign) else SUBSTITUTE for sign in plain).encode("cp932")


def _in_cp932(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def plain_text(value: Value) -> str:
    """A value as CSV writes it: dates and moments in ISO 8601, nothing as the empty text, true and false in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _guarded(value: Value) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = plain_text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def guarded_cell(text: str) -> str:
    """A cell of a table that people edit in a spreadsheet and bring back: what would run as a formula gets an
    apostrophe (``unguarded`` takes it off), a number or a lone hyphen stays."""
    is_formula = text.startswith(_FORMULA) and text != "-" and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def unguarded(text: str) -> str:
    """A cell of a file that comes back, without the apostrophe that ``guard`` put before what looks like a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def csv_chunks(
    columns: Sequence[str], rows: Iterable[Sequence[Value]], *, encoding: str = "utf-8", guard: bool = False
) -> Iterator[bytes]:
    """A CSV file in pieces. ``encoding`` is ``"utf-8"`` (with byte order mark) or ``"cp932"`` (see :func:`to_cp932`).

    ``guard`` is for files of what strangers typed, which will be opened in a spreadsheet. Open data stays as it is.

    :raises ValueError: for another encoding.
    """
    if encoding not in {"utf-8", "cp932"}:
        raise ValueError(f"CSV is written in utf-8 or cp932, not {encoding}")
    encode = to_cp932 if encoding == "cp932" else str.encode
    text = _guarded if guard else plain_text
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    if encoding == "utf-8":
        yield BOM
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([text(value) for value in row])
        if number % CHUNK_ROWS == 0:
            yield encode(_drain(buffer))
    yield encode(_drain(buffer))


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _json_value(value: object) -> object:
    """``Decimal`` as a JSON number with its digits as published; dates as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    return value.isoformat() if isinstance(value, date) else value


def json_chunks(
    keys: Sequence[str], rows: Iterable[Sequence[Value]], *, about: Mapping[str, object]
) -> Iterator[bytes]:
    """A JSON object in pieces: the members of ``about``, then ``rows`` as a list of objects with ``keys``."""
    head = json.dumps(dict(about), ensure_ascii=False, default=_json_value)
    yield (head[:-1] + (", " if about else "") + '"rows": [').encode()
    separator, piece = "\n", []
    for number, row in enumerate(rows, start=1):
        piece.append(separator + json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False, default=_json_value))
        separator = ",\n"
        if number % CHUNK_ROWS == 0:
            yield "".join(piece).encode()
            piece.clear()
    yield ("".join(piece) + "\n]}\n").encode()


def excel_file(columns: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "data") -> BinaryIO:
    """An Excel workbook of one sheet in a temporary file, at its start, to be closed by the caller. Constant memory.

    Text stays text (never a formula), numbers and dates are numbers and dates, moments lose their time zone.
    """
    import xlsxwriter  # heavy, and most processes never write Excel

    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  the caller closes it
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    )
    page = book.add_worksheet(sheet[:31])
    page.freeze_panes(1, 0)
    page.write_row(0, 0, columns, book.add_format({"bold": True, "bottom": 1}))
    formats: dict[type, object] = {date: book.add_format({"num_format": "yyyy-mm-dd"})}
    formats[datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                page.write_string(number, place, value)
            else:
                page.write(number, place, value, formats.get(type(value)))
    book.close()
    file.seek(0)
    return file
