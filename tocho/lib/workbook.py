"""Workbooks that people give (xlsx, xls, ods), read in a process of its own: two cells at the corners of a sheet make
its reader ask for half a terabyte.
"""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .caged import DiedError, run_caged

SECONDS, MEMORY = 60, 2_000_000_000
MOST_CELLS = 10_000_000
CHILD = Path(__file__).parent / "workbook_reading.py"

Cell = None | bool | float | str | date | datetime | time
Sheet = list[list[Cell]]


class WorkbookRefused(ValueError):
    """Not a workbook, or one too large to be read."""


def read_workbook(content: bytes, *, most_sheets: int) -> dict[str, Sheet]:
    """The first sheets of a workbook by name, from the first row and column, with the values of their cells.

    :raises WorkbookRefused:
    """
    order = f"{most_sheets} {MOST_CELLS}\n".encode() + content
    try:
        sheets = json.loads(run_caged(CHILD, order, seconds=SECONDS, memory=MEMORY), object_hook=_moment)
    except DiedError as error:
        raise WorkbookRefused from error
    if sheets is None:
        raise WorkbookRefused
    return dict(sheets)


def _moment(tagged: dict[str, str]) -> Any:
    """What the child wrote as ``{"date": "2020-11-20"}``; sheets are pairs, so there is no other object."""
    ((kind, text),) = tagged.items()
    kinds: dict[str, type[date | time]] = {"datetime": datetime, "date": date, "time": time}
    return kinds[kind].fromisoformat(text)
