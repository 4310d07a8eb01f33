from datetime import date

from django.db import connection

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org

from ..rules import document_symbol

NEXT = """
    INSERT INTO decisions_numberseries AS series (symbol, fiscal_year, last) VALUES (%s, %s, 1)
    ON CONFLICT (symbol, fiscal_year) DO UPDATE SET last = series.last + 1 RETURNING last"""


def take_number(*, unit: str, on: date) -> tuple[str, int, int]:
    """The next document number of a unit: (symbol, fiscal year, number), without gaps.

    The series row stays locked until the transaction ends, so a rolled-back draft leaves no gap (文書管理規則).
    """
    office = org.unit(unit, on=on)
    symbol = document_symbol(office.bureau_name, office.name)
    fiscal_year = calendar.fiscal_year(on)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [symbol, fiscal_year])
        (number,) = cursor.fetchone()
    return symbol, fiscal_year, number
