"""What bureaus certified month by month (月次実績報告), when it is due, and what a person should be asked about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.core.org.api import Rank
from tocho.engines.facts.models import MonthlyReturn
from tocho.engines.facts.queries.readings import bureau_code
from tocho.engines.facts.registry import installed
from tocho.engines.facts.rules import is_jump, month_bounds, value_of
from tocho.lib.dates import add_months, month_start

DUE_DAY = 5
MOST = 9_999_999  # cases of a bureau in a month


@dataclass(frozen=True, slots=True)
class Returned:
    """One revision of a return. ``number`` counts the revisions of the bureau and month from 1."""

    id: int
    unit: str
    month: str
    number: int
    numerator: int
    denominator: int | None
    note: str
    reason: str
    is_sample: bool
    certified_by_id: int | None
    certified_at: datetime

    @property
    def counted(self) -> tuple[int, int | None]:
        return self.numerator, self.denominator

    def value_for(self, indicator_key: str) -> Any:
        """The indicator's value, rounded; ``None`` without cases."""
        return value_of(installed().indicators[indicator_key], *self.counted)


def return_due_on(month: str) -> date:
    """The day until which a month is to be returned: the fifth of the next one, or the next day that offices are open.

    :raises ValueError: for what is no month.
    """
    return calendar.add_business_days(month_start(add_months(month, 1)).replace(day=DUE_DAY), 0)


def newest_returns(indicator_key: str, months: Collection[str]) -> dict[tuple[str, str], Returned]:
    """The newest revision by (unit, month). One query."""
    rows = MonthlyReturn.objects.filter(version__key=indicator_key, month__in=months)
    newest = rows.order_by("unit", "month", "-pk").distinct("unit", "month")
    return {(row.unit, row.month): _returned(row, row.revision) for row in newest}


def with_last(month: str) -> tuple[str, ...]:
    """A month and the one before, with which it is compared; nothing for what is no month."""
    try:
        return month, add_months(month, -1)
    except ValueError:
        return ()


def return_history(indicator_key: str, unit: str, month: str) -> list[Returned]:
    """Every revision of a bureau's month, the newest first. One query."""
    rows = MonthlyReturn.objects.filter(version__key=indicator_key, unit=unit, month=month).order_by("pk")
    return [_returned(row, number) for number, row in enumerate(rows, start=1)][::-1]


def _returned(row: MonthlyReturn, number: int) -> Returned:
    return Returned(
        id=row.pk,
        unit=row.unit,
        month=row.month,
        number=number,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
        reason=row.reason,
        is_sample=row.is_sample,
        certified_by_id=row.certified_by_id,
        certified_at=row.certified_at,
    )


def bureaus_certified_by(user_id: int, *, at: datetime) -> dict[str, org.PostView]:
    """For which bureaus of today a person certifies, and under which post: those in which the person is a section chief
    or above. Nobody, not even the reform team, certifies for another bureau. At most one query."""
    day = org.office_day(at)
    found: dict[str, org.PostView] = {}
    for post in org.posts_of(user_id, at=at):
        if post.rank >= Rank.SECTION_CHIEF:
            found.setdefault(org.bureau_of(post.unit_code, on=day).code, post)
    return found


def return_problems(
    indicator_key: str,
    unit: str,
    month: str,
    said: Mapping[str, Any],
    *,
    known: Mapping[tuple[str, str], Returned],
    on: date,
) -> list[tuple[str, str]]:
    """What cannot be, or has to be explained first: (name of the field, reason).

    ``said`` has numerator, denominator, note, reason; ``known`` are the newest returns of this and the last month.
    """
    indicator = installed().indicators[indicator_key]
    try:
        if month_bounds(month)[1].date() > on:
            return [("month", _("この月はまだ終わっていません。翌月になってから報告してください。"))]
    except ValueError:
        return [("month", _("月は「2020-10」のように入力してください。"))]
    if bureau_code(unit, month) != unit:
        return [("unit", _("この月に、この局はありません。"))]
    counted = (said["numerator"], said["denominator"] if indicator.denominator else None)
    if any(number is not None and not 0 <= number <= MOST for number in counted):
        return [("numerator", _("件数は0以上9,999,999以下の整数で入力してください。"))]
    if indicator.denominator and counted[1] is None:
        return [("denominator", _("分母になる件数も入力してください。"))]
    if indicator.unit_of_measure == "%" and counted[0] > (counted[1] or 0):
        return [("numerator", _("内訳の件数が全体の件数を超えています。入力を確かめてください。"))]
    problems: list[tuple[str, str]] = []
    before, now = known.get((unit, add_months(month, -1))), known.get((unit, month))
    if before and is_jump(indicator, before.counted, counted) and not said["note"]:
        problems.append(("note", _("前の月と大きく違います。数字が正しければ、違う理由を備考に入力してください。")))
    if now and (now.counted, now.note) != (counted, said["note"]) and not said["reason"]:
        problems.append(("reason", _("すでに報告した数字を直すので、訂正の理由を入力してください。")))
    return problems
