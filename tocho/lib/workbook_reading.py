"""The child of ``workbook``: reads a workbook, answers with its sheets as JSON; null when it is none or too large."""

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any


def sheets(content: bytes, *, most_sheets: int, most_cells: int) -> list[tuple[str, list[list[Any]]]] | None:
    """Names and rows, empty ones too; None when it is no workbook or has too many cells."""
    from python_calamine import CalamineError, CalamineWorkbook

    found = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names[:most_sheets]:
            sheet = book.get_sheet_by_name(name)
            most_cells -= sheet.total_height * sheet.total_width
            if most_cells < 0:
                return None
            found.append((name, sheet.to_python(skip_empty_area=False)))
    except (CalamineError, OSError, ValueError):
        return None
    return found


def plain(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, timedelta):
        return str(value)
    assert isinstance(value, datetime | date | time)
    return {type(value).__name__: value.isoformat()}


if __name__ == "__main__":
    first, _newline, given = sys.stdin.buffer.read().partition(b"\n")
    least, cells = map(int, first.split())
    json.dump(sheets(given, most_sheets=least, most_cells=cells), sys.stdout, default=plain)
