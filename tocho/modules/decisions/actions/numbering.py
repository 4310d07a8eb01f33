from datetime import date

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org

from ..models import NumberSeries
from ..rules import document_symbol


def take_number(*, unit: str, on: date) -> tuple[str, int, int]:
    """The next document number of a unit: (symbol, fiscal year, number), without gaps.

    The series row stays locked until the transaction ends, so a rolled-back draft leaves no gap (文書管理規則).
    """
    office = org.unit(unit, on=on)
    symbol = document_symbol(office.bureau_name, office.name)
    fiscal_year = calendar.fiscal_year(on)
    NumberSeries.objects.bulk_create([NumberSeries(symbol=symbol, fiscal_year=fiscal_year)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(symbol=symbol, fiscal_year=fiscal_year)
    series.last += 1
    series.save(update_fields=["last"])
    return symbol, fiscal_year, series.last
