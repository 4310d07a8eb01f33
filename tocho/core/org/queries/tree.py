"""The public pages of the organisation."""

from dataclasses import dataclass
from datetime import date

from tocho.core.org.models import UnitKind
from tocho.core.org.queries.structure import Snapshot, UnitView, snapshot, unit_on


@dataclass(frozen=True)
class BureauRow:
    """A bureau, and how many divisions and sections it has."""

    unit: UnitView
    division_count: int
    section_count: int


@dataclass(frozen=True)
class Branch:
    """A unit with the units below it."""

    unit: UnitView
    below: tuple["Branch", ...]


def bureau_rows(*, on: date) -> tuple[BureauRow, ...]:
    """Every bureau in the official order (建制順)."""
    now = snapshot(on)
    counts: dict[tuple[str, str], int] = {}
    for unit in now.units.values():
        key = (unit.bureau_code, unit.kind)
        counts[key] = counts.get(key, 0) + 1
    bureaus = [unit for unit in now.units.values() if unit.kind == UnitKind.BUREAU]
    return tuple(
        BureauRow(unit, counts.get((unit.code, UnitKind.DIVISION), 0), counts.get((unit.code, UnitKind.SECTION), 0))
        for unit in sorted(bureaus, key=lambda unit: (unit.position, unit.code))
    )


def bureau_tree(code: str, *, on: date) -> Branch:
    """A bureau with its divisions and their sections.

    :raises UnknownUnit: no unit has the code on that day.
    """
    return _branch(unit_on(code, on=on), snapshot(on))


def _branch(unit: UnitView, now: Snapshot) -> Branch:
    return Branch(unit, tuple(_branch(now.units[child], now) for child in now.children.get(unit.id, ())))
