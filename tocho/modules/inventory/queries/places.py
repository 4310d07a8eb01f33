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
        return org.bureau_code_of(unit, on=on)

    return bureau


def units_of(bureau: str, units: Iterable[str], *, on: date) -> list[str]:
    """Those of some offices that belong to a bureau."""
    where = bureaus_on(on)
    return [unit for unit in units if where(unit) == bureau]
