"""The public page of the organisation."""

from dataclasses import dataclass
from datetime import date

from tocho.core.org.models import UnitKind
from tocho.core.org.queries.structure import UnitView, snapshot


@dataclass(frozen=True)
class Branch:
    """A unit with the units below it."""

    unit: UnitView
    below: tuple["Branch", ...]


def bureaus_page(on: date) -> tuple[Branch, ...]:
    """Every bureau with its divisions and sections, in their official order (建制順)."""
    now = snapshot(on)

    def branch(unit: UnitView) -> Branch:
        below = [now.units[child] for child in now.children.get(unit.id, ())]
        return Branch(unit, tuple(branch(child) for child in below))

    bureaus = [unit for unit in now.units.values() if unit.kind == UnitKind.BUREAU]
    return tuple(branch(unit) for unit in sorted(bureaus, key=lambda unit: (unit.position, unit.code)))
