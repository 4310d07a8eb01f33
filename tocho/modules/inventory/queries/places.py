"""To which bureau the offices of entries belong, by the organisation of a day."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from tocho.core.org import api as org

NOWHERE = ""


def bureaus_on(on: date) -> Callable[[str], str]:
    """A function from an office's code to the code of its bureau on that day; an office that had ended counts for the
    bureau of its only successor, and for none ("") when it has several.
    """

    @cache
    def bureau(unit: str) -> str:
        heirs = org.successors_of(unit, on=on)
        return (heirs[0].bureau_code or heirs[0].code) if len(heirs) == 1 else NOWHERE

    return bureau


def bureau_names(on: date) -> dict[str, str]:
    """Name by code in the official order; what belongs to no bureau last."""
    return {view.code: view.name for view in org.bureaus(on=on)}


def units_of(bureau: str, units: Iterable[str], *, on: date) -> list[str]:
    """Those of some offices that belong to a bureau."""
    where = bureaus_on(on)
    return [unit for unit in units if where(unit) == bureau]


def unit_label(unit: str, *, on: date) -> str:
    """``主税局 徴収部 徴収課``; of an office that is gone its successor; the code where nobody knows it."""
    heirs = org.successors_of(unit, on=on)
    return "、".join(view.full_name for view in heirs) or unit
