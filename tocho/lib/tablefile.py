"""Tables from files that people give: CSV in whatever encoding, Excel. Cells are text; nothing is run.

An encoding is never guessed from frequencies: each is tried strictly, in the order in which a wrong one is least likely
to be taken for right, and the one that was found is told, so that a person can see it.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from .workbook import WorkbookRefused, read_workbook

ZIP = b"PK\x03\x04"
ENCODINGS = ("utf-8-sig", "cp932", "euc_jp")
MOST_ROWS, MOST_COLUMNS = 200_000, 1_000
SEPARATORS = (",", "\t", ";")


class TableRefused(ValueError):
    """A file that is no table; the text says why, for programmers. ``kind``: ``empty``, ``encoding``, ``excel``,
    ``rows``.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Table:
    """The rows of a file, the first one first; ``encoding`` is ``xlsx`` or the name of the encoding."""

    encoding: str
    rows: list[list[str]]


def read_table(content: bytes) -> Table:
    """The first sheet of an Excel workbook (.xlsx), or a CSV file in UTF-8, UTF-16, Shift_JIS (cp932), EUC-JP or
    ISO-2022-JP, its cells separated by commas, tabs or semicolons.

    :raises TableRefused: nothing in it, no such encoding, a broken workbook, more than ``MOST_ROWS`` rows
        or ``MOST_COLUMNS`` columns.
    """
    if not content.strip():
        raise TableRefused("empty")
    if content.startswith(ZIP):
        return Table("xlsx", _limited(_excel_rows(content)))
    encoding, text = decoded(content)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    return Table(encoding, _limited(_csv_rows(text, separator)))


def decoded(content: bytes) -> tuple[str, str]:
    """The encoding of a text and the text, by strict trial. :raises TableRefused: none fits."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    elif b"\x1b$" in content[:4096]:
        candidates = ("iso2022_jp",)
    else:
        candidates = ENCODINGS
    for encoding in candidates:
        try:
            return encoding.removesuffix("-sig"), content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableRefused("encoding")


def _excel_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet, from its first row and column, empty ones too."""
    try:
        sheet = next(iter(read_workbook(content, most_sheets=1).values()), [])
    except WorkbookRefused as error:
        raise TableRefused("excel") from error
    for row in sheet:
        yield [excel_text(value) for value in row]


def _csv_rows(text: str, separator: str) -> Iterator[list[str]]:
    """The rows of a text without NUL, which no database holds."""
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
    except csv.Error as error:  # a cell without end
        raise TableRefused("encoding") from error


def excel_text(value: object) -> str:
    """A cell of a workbook as a person reads it: 12.0 is 12, days are ISO 8601."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _limited(rows: Iterable[list[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    known: dict[str, str] = {}  # most cells are one of a few codes: each text is kept once
    for row in rows:
        found.append([known.setdefault(cell, cell) for cell in row])
        if len(found) > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise TableRefused("rows")
    return found
