"""The monthly returns (月次実績報告) as people see them: who has returned what, one return, and a file of them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.org import api as org
from tocho.engines.facts import api as facts
from tocho.lib.csvfile import Value, unguarded
from tocho.lib.dates import add_months, fiscal_year, fiscal_year_label, fiscal_year_start, month_key, month_start
from tocho.lib.tablefile import TableRefused, read_table
from tocho.lib.text import whole_number
from tocho.ui.markup import in_brackets
from tocho.ui.numerals import count
from tocho.ui.uploads import refusal

from .figures import value_words
from .permissions import can_see_returns_of

FIRST_YEAR = 2020  # bureaus have returned months since then
MOST_BYTES, MOST_ROWS = 2_000_000, 2_000
COLUMNS = ("month", "unit", "unit_name", "numerator", "denominator", "note", "reason")


@dataclass(frozen=True)
class Cell:
    """One bureau in one month. ``state``: returned, wait, late."""

    href: str
    month: str
    state: str
    words: str
    value: str


@dataclass(frozen=True)
class GridRow:
    """One bureau in the months of a fiscal year; a month in which there was no such bureau has no cell (``None``)."""

    code: str
    name: str
    cells: tuple[Cell | None, ...]
    late: int


@dataclass(frozen=True)
class Grid:
    """Who has returned what in a fiscal year, up to the last month that is over."""

    indicator: facts.Indicator
    year: int
    months: tuple[tuple[str, str], ...]
    rows: tuple[GridRow, ...]
    late: int
    returned: int
    whole: int

    @property
    def year_label(self) -> str:
        return fiscal_year_label(self.year)

    @property
    def counted_words(self) -> str:
        return _("報告済 %(returned)s／%(whole)s") % {"returned": self.returned, "whole": self.whole}

    @property
    def late_words(self) -> str:
        return _("期限を過ぎたもの %(n)s") % {"n": self.late}


def indicators() -> dict[str, facts.Indicator]:
    """The indicators that bureaus return."""
    return {key: each for key, each in facts.installed().indicators.items() if each.is_returned}


def years(at: datetime) -> list[int]:
    """The fiscal years that can be looked at, the newest first."""
    return list(range(fiscal_year(_last_month(at)), FIRST_YEAR - 1, -1))


def _last_month(at: datetime) -> date:
    """The first day of the last month that is over."""
    return month_start(add_months(month_key(org.office_day(at)), -1))


def months_of(year: int, at: datetime) -> list[str]:
    """The months of a fiscal year that are over."""
    first, last = month_key(fiscal_year_start(year)), month_key(_last_month(at))
    return [month for n in range(12) if (month := add_months(first, n)) <= last]


def grid(indicator: facts.Indicator, year: int, seen: frozenset[str], *, at: datetime) -> Grid:
    """Bureaus × months; only the bureaus in ``seen``. Two queries at most."""
    months = months_of(year, at)
    known = facts.newest_returns(indicator.key, months)
    names: dict[str, str] = {}
    there: set[tuple[str, str]] = set()
    for month in months:
        for view in org.bureaus(on=_end_of(month)):
            names[view.code] = view.name
            there.add((view.code, month))
    rows = []
    for code, name in names.items():
        if can_see_returns_of(code, seen, at=at):
            cells = [
                _cell(indicator, code, month, known.get((code, month)), at=at) if (code, month) in there else None
                for month in months
            ]
            rows.append(GridRow(code, name, tuple(cells), sum(1 for cell in cells if cell and cell.state == "late")))
    shown = [cell for row in rows for cell in row.cells if cell]
    return Grid(
        indicator=indicator,
        year=year,
        months=tuple((month, _("%(month)s月") % {"month": int(month[5:])}) for month in months),
        rows=tuple(rows),
        late=sum(row.late for row in rows),
        returned=sum(1 for cell in shown if cell.state == "returned"),
        whole=len(shown),
    )


def _end_of(month: str) -> date:
    return month_start(add_months(month, 1)) - timedelta(days=1)


def _cell(indicator: facts.Indicator, code: str, month: str, found: facts.Returned | None, *, at: datetime) -> Cell:
    late = org.office_day(at) > facts.return_due_on(month)
    state = "returned" if found else "late" if late else "wait"
    return Cell(
        href=reverse("portal:return_detail", args=[indicator.key, code, month]),
        month=month,
        state=state,
        words={"returned": _("報告済"), "wait": _("未報告"), "late": _("超過")}[state],
        value=value_words(indicator, found.value_for(indicator.key)) if found else "",
    )


@dataclass(frozen=True)
class ReturnPage:
    """One bureau's month: what is due, what the platform counted, what was returned, and every revision of it."""

    indicator: facts.Indicator
    unit: str
    unit_name: str
    month: str
    due_on: date
    is_late: bool
    measured: facts.Measurement | None
    newest: facts.Returned | None
    before: facts.Returned | None
    history: tuple[tuple[facts.Returned, str, str], ...]  # with its value and who certified it

    @property
    def measured_words(self) -> str:
        found = self.measured
        return self._words(found.value, found.numerator, found.denominator) if found else _("なし")

    @property
    def returned_words(self) -> str:
        return self._said(self.newest) or _("まだです")

    @property
    def before_words(self) -> str:
        return self._said(self.before) or _("なし")

    def _said(self, found: facts.Returned | None) -> str:
        return self._words(found.value_for(self.indicator.key), *found.counted) if found else ""

    def _words(self, value: Decimal | None, numerator: int, denominator: int | None) -> str:
        words = value_words(self.indicator, value)
        return words if denominator is None else f"{words}{in_brackets(counted(numerator, denominator))}"


def counted(numerator: int, denominator: int | None) -> str:
    """``7,160／9,204``."""
    return count(numerator) if denominator is None else f"{count(numerator)}／{count(denominator)}"


def return_page(indicator: facts.Indicator, unit: str, month: str, *, at: datetime) -> ReturnPage | None:
    """``None`` for what is no month that is over, or when there was no such bureau in it."""
    try:
        start = month_start(month)
    except ValueError:
        return None
    if start > _last_month(at) or fiscal_year(start) < FIRST_YEAR:
        return None
    bureau = next((view for view in org.bureaus(on=_end_of(month)) if view.code == unit), None)
    if bureau is None:
        return None
    found = facts.measurements(indicator.key, months=[month], unit="*")
    history = facts.return_history(indicator.key, unit, month)
    people = {user.pk: str(user) for user in User.objects.filter(id__in={one.certified_by_id for one in history})}
    last = add_months(month, -1)
    due = facts.return_due_on(month)
    return ReturnPage(
        indicator=indicator,
        unit=unit,
        unit_name=bureau.name,
        month=month,
        due_on=due,
        is_late=not history and org.office_day(at) > due,
        measured=next((one for one in found if (one.unit, one.source) == (unit, facts.MEASURED)), None),
        newest=history[0] if history else None,
        before=facts.newest_returns(indicator.key, [last]).get((unit, last)),
        history=tuple(
            (one, value_words(indicator, one.value_for(indicator.key)), people.get(one.certified_by_id or 0, ""))
            for one in history
        ),
    )


def heads(indicator: facts.Indicator) -> list[str]:
    """The columns of the file, as export writes and import reads them."""
    counters = facts.installed().counters
    titles = [_(counters[key].title) if key else "" for key in (indicator.numerator, indicator.denominator)]
    return [_("月"), _("局コード"), _("局"), titles[0], titles[1] or _("分母（なし）"), _("備考"), _("訂正の理由")]


def file_rows(shown: Grid) -> Iterator[list[Value]]:
    """Every bureau and month of the grid: the newest return, or empty cells to fill in."""
    known = facts.newest_returns(shown.indicator.key, [month for month, _words in shown.months])
    for row in shown.rows:
        for cell in row.cells:
            if cell:
                found = known.get((row.code, cell.month))
                counted = [found.numerator, found.denominator, found.note] if found else [None, None, ""]
                yield [cell.month, row.code, row.name, *counted, ""]


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: row as the spreadsheet counts, title of the column, what stands there, why not."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Change:
    """A return that the file brings: new, or a correction of what was returned."""

    given: facts.Given
    unit_name: str
    before: str
    now: str


@dataclass(frozen=True)
class Reading:
    """What a file would return; nothing of it is saved."""

    changes: tuple[Change, ...]
    unchanged: int
    faults: tuple[Fault, ...]


def read_returns(indicator: facts.Indicator, content: bytes, own: Sequence[str], *, at: datetime) -> Reading:
    """Read a file of returns and find every fault in it, by row and column. Rows without numbers are passed over.

    :param own: codes of the bureaus for which the person certifies.
    """
    titles = heads(indicator)
    try:
        table = read_table(content).rows
    except TableRefused as error:
        return Reading((), 0, (Fault(1, "", "", refusal(error, most_rows=MOST_ROWS)),))
    missing = [title for title in titles[:6] if not table or title not in table[0]]
    if indicator.denominator is None:
        missing = [title for title in missing if title != titles[4]]
    if missing:
        words = _("1行目に、この列がありません。一覧から書き出したファイルを使ってください。")
        return Reading((), 0, tuple(Fault(1, title, "", words) for title in missing))
    if len(table) > MOST_ROWS + 1:
        return Reading((), 0, (Fault(MOST_ROWS + 2, "", "", refusal(TableRefused("rows"), most_rows=MOST_ROWS)),))
    place = {key: table[0].index(title) for key, title in zip(COLUMNS, titles, strict=True) if title in table[0]}
    rows = [
        (n, {key: unguarded(row[at_]).strip() if at_ < len(row) else "" for key, at_ in place.items()})
        for n, row in enumerate(table[1:], start=2)
    ]
    return _compared(indicator, [row for row in rows if row[1]["numerator"] or row[1].get("denominator")], own, at=at)


def _compared(
    indicator: facts.Indicator, rows: Sequence[tuple[int, dict[str, str]]], own: Sequence[str], *, at: datetime
) -> Reading:
    day, titles = org.office_day(at), dict(zip(COLUMNS, heads(indicator), strict=True))
    given: list[tuple[int, facts.Given]] = []
    faults: list[Fault] = []
    for n, row in rows:
        one, wrong = _given(indicator, row)
        faults += [Fault(n, titles[key], row.get(key, ""), reason) for key, reason in wrong]
        if one:
            given.append((n, one))
    months = {month for _n, one in given for month in facts.with_last(one.month)}
    known = facts.newest_returns(indicator.key, months)
    told: dict[tuple[str, str], int] = {}
    changes, unchanged = [], 0
    for n, one in sorted(given, key=lambda pair: pair[1].month):
        row = dict(rows)[n]
        newest = known.get((one.unit, one.month))
        wrong = facts.return_problems(indicator.key, one.unit, one.month, asdict(one), known=known, on=day)
        if (one.unit, one.month) in told:
            wrong = [("unit", _("%(row)s行目と同じ局と月です。") % {"row": told[one.unit, one.month]})]
        elif org.bureau_code_of(one.unit, on=day) not in own:
            wrong = [("unit", _("あなたが認証する局ではありません。"))]
        told.setdefault((one.unit, one.month), n)
        faults += [Fault(n, titles[key], row.get(key, ""), reason) for key, reason in wrong]
        if newest and (newest.counted, newest.note) == ((one.numerator, one.denominator), one.note):
            unchanged += 1
        elif not wrong:
            changes.append(_change(indicator, one, row["unit_name"], newest))
            known[one.unit, one.month] = _as_returned(one, at)
    return Reading(tuple(changes), unchanged, tuple(sorted(faults, key=lambda fault: fault.row)))


def _given(indicator: facts.Indicator, row: dict[str, str]) -> tuple[facts.Given | None, list[tuple[str, str]]]:
    wrong = []
    numbers: dict[str, int | None] = {}
    for key in ("numerator", "denominator"):
        text = row.get(key, "").replace(",", "")
        numbers[key] = whole_number(text)
        if numbers[key] is None and (key == "numerator" or indicator.denominator):
            wrong.append((key, _("0以上の整数で入力してください。")))
    wrong += [(key, _("200文字までで入力してください。")) for key in ("note", "reason") if len(row.get(key, "")) > 200]
    try:
        month_start(row["month"])
    except ValueError:
        wrong.append(("month", _("月は「2020-10」のように入力してください。")))
    if wrong:
        return None, wrong
    numerator = numbers["numerator"] or 0
    denominator = numbers["denominator"] if indicator.denominator else None
    return facts.Given(row["unit"], row["month"], numerator, denominator, row["note"], row.get("reason", "")), []


def _change(indicator: facts.Indicator, one: facts.Given, name: str, newest: facts.Returned | None) -> Change:
    before = counted(*newest.counted) if newest else ""
    return Change(one, name, before, counted(one.numerator, one.denominator))


def _as_returned(one: facts.Given, at: datetime) -> facts.Returned:
    """What the next month of the same file is compared with."""
    return facts.Returned(
        0, one.unit, one.month, 1, one.numerator, one.denominator, one.note, one.reason, False, None, at
    )


def people_reminded(unit: str, *, at: datetime) -> frozenset[int]:
    """Who certifies for a bureau first of all: the chief of its first section; where it has none, its own chief."""
    day = org.office_day(at)
    heirs = org.successors_of(unit, on=day)
    if len(heirs) != 1:
        return frozenset()
    post = org.speaking_post(heirs[0].code, at=at)
    return frozenset(one.user_id for one in org.holders_of(post.id, at=at)) if post else frozenset()
