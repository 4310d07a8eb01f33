"""To which bureau offices belong, by the organisation of a day."""

from datetime import date

from tocho.core.org import api as org

NOWHERE = ""


def bureau_of(unit: str, *, on: date) -> str:
    """Code of an office's bureau on a day; of an office that had ended that of its only successor; "" of none."""
    heirs = org.successors_of(unit, on=on)
    return (heirs[0].bureau_code or heirs[0].code) if len(heirs) == 1 else NOWHERE


def bureau_names(on: date) -> dict[str, str]:
    """Name by code in the official order (建制順)."""
    return {view.code: view.name for view in org.bureaus(on=on)}


def unit_label(unit: str, *, on: date) -> str:
    """``主税局 徴収部 徴収課``; of an office that is gone its successor; the code where nobody knows it."""
    return "、".join(view.full_name for view in org.successors_of(unit, on=on)) or unit
