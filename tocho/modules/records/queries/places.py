from datetime import date

from tocho.core.org import api as org


def unit_label(unit: str, *, on: date) -> str:
    """``主税局 徴収部 徴収課``; of an office that is gone its successor; the code where nobody knows it."""
    return "、".join(view.full_name for view in org.successors_of(unit, on=on)) or unit
