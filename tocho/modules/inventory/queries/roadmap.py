"""The roadmap as of a day, from the versions of the entries: how many, how much, when, where, month by month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db import connection
from django.db.models import Max, Min

from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.dates import fiscal_year, month_key, month_start, months_between

from ..definitions import quarter_cell
from ..models import EntryVersion, ProcedureEntry
from ..rules import LIVE, OWN, STATUSES, status_of
from .places import NOWHERE, bureaus_on

MONTHS_SHOWN = 13
PERMIT = "1"  # 手続類型 申請等
GROUPS = """
    SELECT unit, authority, is_main, state, completes, kind, count(*), COALESCE(sum(volume), 0)::bigint
    FROM (
        SELECT DISTINCT ON (entry_id) unit, authority, is_main, state, completes, kind, volume
        FROM inventory_entryversion WHERE effective_on <= %s
        ORDER BY entry_id, effective_on DESC, id DESC
    ) last GROUP BY 1, 2, 3, 4, 5, 6
"""
STEPS = """
    SELECT effective_on, entry_id, state, is_main AND kind IN ('', '1'), COALESCE(volume, 0) FROM inventory_entryversion
    WHERE effective_on <= %s ORDER BY effective_on, id
"""


@dataclass(frozen=True)
class Tally:
    """So many procedures with so many applications a year."""

    count: int = 0
    volume: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.volume + other.volume)

    def share_of(self, whole: "Tally") -> Fraction | None:
        """Share by volume, in percent; None of nothing."""
        return Fraction(100 * self.volume, whole.volume) if whole.volume else None

    def count_share_of(self, whole: "Tally") -> Fraction | None:
        """Share by number, in percent."""
        return Fraction(100 * self.count, whole.count) if whole.count else None


NOTHING = Tally()


@dataclass(frozen=True)
class BureauLine:
    """One bureau: by status, and by when what is under way will be ready (a quarter, or ``0`` for undecided)."""

    code: str
    name: str
    statuses: dict[str, Tally]
    quarters: dict[int, int]

    @property
    def whole(self) -> Tally:
        return sum(self.statuses.values(), NOTHING)

    @property
    def done(self) -> Tally:
        return self.statuses.get("done", NOTHING)


@dataclass(frozen=True)
class MonthPoint:
    """The main procedures at the end of a month: those that are live, and those that are not abolished or retired."""

    month: str
    live: Tally
    whole: Tally


@dataclass(frozen=True)
class Roadmap:
    """Everything that is counted as of ``on``. ``statuses`` in the order of the report; ``permits`` are all 申請等."""

    on: date
    fiscal_year: int
    statuses: dict[str, Tally]
    permits: Tally
    bureaus: tuple[BureauLine, ...]
    months: tuple[MonthPoint, ...]

    @property
    def main(self) -> Tally:
        return sum(self.statuses.values(), NOTHING)

    @property
    def own(self) -> Tally:
        return sum((self.statuses[name] for name in OWN), NOTHING)

    @property
    def by_year_end(self) -> int:
        """Done, and to be ready within the fiscal year."""
        return self.statuses["done"].count + self.statuses["this_fy"].count

    @property
    def live(self) -> Tally:
        """Live main procedures, whoever has the authority; the online rate counts nothing else."""
        return self.months[-1].live if self.months else NOTHING

    @property
    def standing(self) -> Tally:
        """Main procedures that are neither abolished nor retired: what the online rate divides by."""
        return self.months[-1].whole if self.months else NOTHING


def last_day(*, today: date) -> date:
    """The last day on which anything was recorded, today at the latest: the day the roadmap speaks of."""
    return EntryVersion.objects.filter(effective_on__lte=today).aggregate(day=Max("effective_on"))["day"] or today


@dataclass(frozen=True)
class Span:
    """From the day of the first record to that of the last; ``mark`` changes with every act."""

    first: date
    last: date
    mark: int


def span(*, today: date) -> Span:
    """What days the roadmap can speak of. Two queries; everything drawn from it can be kept while it stays equal."""
    found = EntryVersion.objects.aggregate(first=Min("effective_on"), mark=Max("id"))
    return Span(found["first"] or today, last_day(today=today), found["mark"] or 0)


def roadmap(*, on: date) -> Roadmap:
    """The main procedures as of a day. Two queries."""
    year, where = fiscal_year(on), bureaus_on(on)
    statuses = dict.fromkeys(STATUSES, NOTHING)
    permits = NOTHING
    by_bureau: dict[str, dict[str, Tally]] = defaultdict(lambda: dict.fromkeys(STATUSES, NOTHING))
    by_quarter: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for unit, authority, is_main, state, completes, kind, count, volume in _groups(on):
        tally = Tally(count, volume)
        if kind in ("", PERMIT) and state != "retired":
            permits += tally
        status = status_of(state=state, authority=authority, completes=completes, fiscal_year=year)
        if not is_main or not status:
            continue
        statuses[status] += tally
        bureau = where(unit)
        by_bureau[bureau][status] += tally
        if status in OWN and status != "done":
            by_quarter[bureau][completes or 0] += count
    names = org.bureau_names(on=on)
    order = [*names, *([NOWHERE] if NOWHERE in by_bureau else [])]
    lines = tuple(
        BureauLine(code, names.get(code, ""), dict(by_bureau[code]), dict(by_quarter[code]))
        for code in order
        if code in by_bureau
    )
    return Roadmap(on, year, statuses, permits, lines, tuple(_months(on)))


GroupRow = tuple[str, str, bool, str, int | None, str, int, int]


def _groups(on: date) -> list[GroupRow]:
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, [on])
        rows: list[GroupRow] = cursor.fetchall()
    return rows


def _months(on: date) -> Iterator[MonthPoint]:
    """The last months up to the day, each as of its end (the last one as of the day)."""
    with connection.cursor() as cursor:
        cursor.execute(STEPS, [on])
        steps = cursor.fetchall()
    if not steps:
        return
    months = list(months_between(month_key(steps[0][0]), month_key(on)))
    now: dict[int, tuple[str, int]] = {}
    position = 0
    for month in months:
        end = min(_last_of(month), on)
        while position < len(steps) and steps[position][0] <= end:
            _day, entry_id, state, is_main, volume = steps[position]
            now.pop(entry_id, None)
            if is_main and state not in ("retired", "abolished"):
                now[entry_id] = (state, volume)
            position += 1
        if month in months[-MONTHS_SHOWN:]:
            yield MonthPoint(month, _tally(now.values(), live=True), _tally(now.values(), live=False))


def _last_of(month: str) -> date:
    first = month_start(month)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _tally(rows: Iterable[tuple[str, int]], *, live: bool) -> Tally:
    volumes = [volume for state, volume in rows if not live or state in LIVE]
    return Tally(len(volumes), sum(volumes))


# --- the same as tables that are published


def roadmap_rows(*, today: date) -> Iterator[tuple[Value, ...]]:
    """day, bureau code, bureau, status, procedures, applications a year: of the main procedures."""
    found = roadmap(on=last_day(today=today))
    for line in found.bureaus:
        for status, tally in line.statuses.items():
            if tally.count:
                yield found.on, line.code, line.name, STATUS_WORDS[status], tally.count, tally.volume


def month_rows(*, today: date) -> Iterator[tuple[Value, ...]]:
    """month, live and all main procedures by number and volume, rates in percent."""
    for point in roadmap(on=last_day(today=today)).months:
        live, whole = point.live, point.whole
        by_count, by_volume = live.count_share_of(whole), live.share_of(whole)
        rates = [round(float(rate), 1) if rate is not None else None for rate in (by_count, by_volume)]
        yield point.month, live.count, whole.count, rates[0], live.volume, whole.volume, rates[1]


def main_rows(*, today: date) -> Iterator[tuple[Value, ...]]:
    """Each main procedure as it stands: id, name, law, bureau, authority, state, quarters, volume, online volume."""
    where, names = bureaus_on(today), org.bureau_names(on=today)
    for entry in ProcedureEntry.objects.filter(is_main=True).order_by("code"):
        yield (
            entry.code,
            entry.name,
            entry.law,
            names.get(where(entry.unit), ""),
            str(entry.get_authority_display()),
            str(entry.get_state_display()),
            quarter_cell(entry.starts) if entry.starts else "",
            quarter_cell(entry.completes) if entry.completes else "",
            entry.volume,
            entry.volume_online,
            entry.sample_note,
        )


STATUS_WORDS = {
    "done": "デジタル化済",
    "late": "予定を過ぎたもの",
    "this_fy": "年度内完了",
    "starting": "年度内着手",
    "national": "国等へ働きかけ",
    "abolished": "手続廃止等",
}
