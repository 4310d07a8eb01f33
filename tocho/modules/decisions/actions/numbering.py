from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.rows import insert, update

from ..models import DocumentSymbol, NumberReservation
from ..rules import document_symbols

NEXT = """
    INSERT INTO decisions_numberseries AS series (symbol, fiscal_year, last)
    SELECT symbol, %s, 1 FROM decisions_documentsymbol WHERE unit = %s
    ON CONFLICT (symbol, fiscal_year) DO UPDATE SET last = series.last + 1 RETURNING symbol, last"""


def take_number(*, unit: str, on: date) -> tuple[str, int, int]:
    """The next document number of a unit: (symbol, fiscal year, number), without gaps.

    The series row stays locked until the transaction ends, so a rolled-back draft leaves no gap (文書管理規則).
    """
    fiscal_year = calendar.fiscal_year(on)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [fiscal_year, unit])
        found = cursor.fetchone()
        if found is None:
            _give_symbol(unit, on=on)
            cursor.execute(NEXT, [fiscal_year, unit])
            found = cursor.fetchone()
    symbol, number = found
    return symbol, fiscal_year, number


def _give_symbol(unit: str, *, on: date) -> None:
    """The symbol of the office that this one alone took over, or the shortest that is free. Asked by two at once, the
    second waits for the first and finds its answer.
    """
    gone = [
        code
        for code in org.with_predecessors([unit], on=on) - {unit}
        if [heir.code for heir in org.successors_of(code, on=on)] == [unit]
    ]
    inherited = DocumentSymbol.objects.select_for_update().filter(unit__in=gone).order_by("id").first()
    if inherited and not DocumentSymbol.objects.filter(unit=unit).exists():
        inherited.unit = unit
        update(inherited, "unit")
        return
    for symbol in document_symbols(org.unit(unit, on=on).full_name):
        DocumentSymbol.objects.bulk_create([DocumentSymbol(unit=unit, symbol=symbol)], ignore_conflicts=True)
        if DocumentSymbol.objects.filter(unit=unit).exists():
            return


@transaction.atomic
def reserve_number(*, unit: str, purpose: str, actor: Actor, at: datetime) -> NumberReservation:
    """番号の予約: take a number before the draft exists. It is used by a draft of the unit, or given up with a reason.

    :raises Refused: no purpose, or the actor is not of the unit.
    """
    if actor.user_id is None or unit not in org.unit_codes_of(actor.user_id, at=at):
        raise Refused(_("番号を予約できるのは、その課の職員です。"))
    if not purpose.strip():
        raise Refused(_("何のための番号かを入力してください。"))
    symbol, fiscal_year, number = take_number(unit=unit, on=calendar.office_day(at))
    row = NumberReservation(symbol=symbol, fiscal_year=fiscal_year, number=number, unit=unit)
    row.purpose, row.reserved_by_id, row.reserved_at = purpose.strip()[:200], actor.user_id, at
    insert(row)
    _record(row, "number.reserved", actor, at)
    return row


@transaction.atomic
def give_up_number(*, reservation_id: int, why: str, actor: Actor, at: datetime) -> NumberReservation:
    """欠番: a reserved number will not be used; the register says why. Given up already: nothing happens.

    :raises Refused: no reason, used already, or the actor is not of the unit.
    """
    row = NumberReservation.objects.select_for_update().get(id=reservation_id)
    if row.given_up_at is not None:
        return row
    if actor.user_id is None or row.unit not in org.unit_codes_of(actor.user_id, at=at):
        raise Refused(_("予約を取りやめられるのは、その課の職員です。"))
    if row.used_at is not None:
        raise Refused(_("この番号は、すでに起案に使われています。"))
    if not why.strip():
        raise Refused(_("欠番とする理由を入力してください。番号の台帳に残ります。"))
    row.given_up_at, row.given_up_why = at, why.strip()[:200]
    update(row, "given_up_at", "given_up_why")
    _record(row, "number.given_up", actor, at)
    return row


@transaction.atomic
def close_numbers(*, at: datetime) -> int:
    """The fiscal year is over: what was reserved in it and not used is 欠番 from now on, and the register says so. How
    many; again, none (文書管理規則: numbers are counted anew each year)."""
    year = calendar.fiscal_year(calendar.office_day(at))
    left = NumberReservation.objects.filter(fiscal_year__lt=year, used_at=None, given_up_at=None)
    rows = list(left.select_for_update(skip_locked=True).order_by("id"))
    for row in rows:
        row.given_up_at, row.given_up_why = at, "年度内に使われなかったため"
        update(row, "given_up_at", "given_up_why")
        _record(row, "number.given_up", SYSTEM, at)
    return len(rows)


def use_reservation(reservation_id: int, *, unit: str, at: datetime) -> tuple[str, int, int]:
    """The number that was reserved, for a draft of the same unit; locked until the transaction ends.

    :raises Refused: it is used, given up, another unit's, or of another fiscal year than the draft.
    """
    row = NumberReservation.objects.select_for_update().filter(id=reservation_id, unit=unit).first()
    if row is None or row.used_at is not None or row.given_up_at is not None:
        raise Refused(_("この番号の予約は使えません。番号の台帳を確かめてください。"))
    if row.fiscal_year != calendar.fiscal_year(calendar.office_day(at)):
        raise Refused(_("前の年度に予約した番号は使えません。予約を選ばずに起案すると、この年度の番号が付きます。"))
    row.used_at = at
    update(row, "used_at")
    return row.symbol, row.fiscal_year, row.number


def _record(row: NumberReservation, kind: str, actor: Actor, at: datetime) -> None:
    ledger.append(
        subject=Subject("number", row.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=row.unit,
        data={"symbol": row.symbol, "fiscal_year": row.fiscal_year, "number": row.number},
    )
