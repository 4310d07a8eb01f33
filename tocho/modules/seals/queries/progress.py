"""How far the abolition of seals has come, as of any day: counted from the versions of the requirements."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max, Min

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.dates import month_key, month_start, months_between

from ..models import Field, RequirementVersion, RuleAmendment, SealRule, SealSurvey
from ..rules import CLASSES, class_of

MONTHS_SHOWN = 13
GROUPS = """
    SELECT unit, state, disposition, count(*), COALESCE(sum(volume), 0)::bigint
    FROM (
        SELECT DISTINCT ON (requirement_id) unit, state, disposition, volume
        FROM seals_requirementversion
        WHERE effective_on <= %s AND recorded_at < COALESCE(%s::timestamptz, 'infinity')
        ORDER BY requirement_id, effective_on DESC, id DESC
    ) last WHERE state <> 'removed' GROUP BY 1, 2, 3
"""
STEPS = """
    SELECT date_trunc('month', effective_on)::date,
           count(*) FILTER (WHERE is_first) - count(*) FILTER (WHERE state = 'removed'),
           count(*) FILTER (WHERE state = 'abolished' AND before IS DISTINCT FROM 'abolished')
           - count(*) FILTER (WHERE state <> 'abolished' AND before = 'abolished')
    FROM (
        SELECT effective_on, state, lag(state) OVER one AS before, lag(id) OVER one IS NULL AS is_first
        FROM seals_requirementversion
        WHERE effective_on <= %s AND recorded_at < COALESCE(%s::timestamptz, 'infinity')
        WINDOW one AS (PARTITION BY requirement_id ORDER BY effective_on, id)
    ) step GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Tally:
    """So many affairs with so many sealed papers a year."""

    count: int = 0
    volume: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.volume + other.volume)


NOTHING = Tally()


@dataclass(frozen=True)
class BureauLine:
    """One bureau by class."""

    code: str
    name: str
    classes: dict[str, Tally]

    @property
    def whole(self) -> int:
        return sum(tally.count for tally in self.classes.values())


@dataclass(frozen=True)
class MonthPoint:
    """The end of a month: all affairs, and those whose seal is abolished."""

    month: str
    whole: int
    abolished: int


@dataclass(frozen=True)
class RuleCount:
    """Rules to amend in one field: found so far, and in force already."""

    field: str
    whole: int
    amended: int


@dataclass(frozen=True)
class Progress:
    """Everything that is counted as of ``on``, from what was recorded before the end of ``known`` (None: all)."""

    on: date
    classes: dict[str, Tally]
    bureaus: tuple[BureauLine, ...] = ()
    months: tuple[MonthPoint, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    rounds: tuple["Round", ...] = field(default=())
    known: date | None = None
    corrections: int = 0  # how many amendments in force by then were corrected after that day

    @property
    def whole(self) -> Tally:
        return sum(self.classes.values(), NOTHING)


@dataclass(frozen=True)
class Round:
    """One version of the denominator: what the whole was on the day that a round speaks of."""

    title: str
    as_of: date
    whole: int
    note: str


def counts(*, on: date, known: date | None = None) -> tuple[dict[str, Tally], dict[str, dict[str, Tally]]]:
    """By class, and by bureau and class, as of a day; with ``known`` as it was counted then, before any later
    correction. One query."""
    classes = dict.fromkeys(CLASSES, NOTHING)
    by_bureau: dict[str, dict[str, Tally]] = defaultdict(lambda: dict.fromkeys(CLASSES, NOTHING))
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, [on, _until(known)])
        rows: list[tuple[str, str, str, int, int]] = cursor.fetchall()
    for unit, state, disposition, count, volume in rows:
        name, tally = class_of(state, disposition), Tally(count, volume)
        classes[name] += tally
        by_bureau[org.bureau_code_of(unit, on=on)][name] += tally
    return classes, by_bureau


def _until(known: date | None) -> datetime | None:
    """The moment before which something was recorded that was known on a day."""
    return calendar.last_moment(known) + timedelta(seconds=1) if known else None


def progress(*, on: date, known: date | None = None) -> Progress:
    """Everything as of a day, in a fixed number of queries (one for each round besides)."""
    classes, by_bureau = counts(on=on, known=known)
    names = org.bureau_names(on=on)
    order = [*names, *([""] if "" in by_bureau else [])]
    lines = tuple(BureauLine(code, names.get(code, ""), dict(by_bureau[code])) for code in order if code in by_bureau)
    rounds = tuple(
        Round(each.title, each.as_of, sum(counts(on=each.as_of, known=known)[0].values(), NOTHING).count, each.note)
        for each in SealSurvey.objects.filter(as_of__lte=on).order_by("number")
    )
    later = RuleAmendment.objects.exclude(reason="").filter(recorded_at__gte=_until(on))
    return Progress(
        on,
        classes,
        lines,
        tuple(_months(on, known)),
        rule_counts(on=on, known=known),
        rounds,
        known,
        later.values("rule").distinct().count(),
    )


def _months(on: date, known: date | None = None) -> Iterator[MonthPoint]:
    with connection.cursor() as cursor:
        cursor.execute(STEPS, [on, _until(known)])
        steps = {month_key(month): (new, gone) for month, new, gone in cursor.fetchall()}
    if not steps:
        return
    whole = abolished = 0
    months = list(months_between(min(steps), month_key(on)))
    for month in months:
        new, gone = steps.get(month, (0, 0))
        whole, abolished = whole + new, abolished + gone
        if month in months[-MONTHS_SHOWN:]:
            yield MonthPoint(month, whole, abolished)


def rule_counts(*, on: date, known: date | None = None) -> tuple[RuleCount, ...]:
    """Rules to amend by field, as of a day; with ``known`` by the amendments that were recorded by then."""
    rows = SealRule.objects.filter(identified_on__lte=on).values_list("id", "field", "amended_on")
    said: dict[int, date] = {}
    if moment := _until(known):
        recorded = RuleAmendment.objects.filter(recorded_at__lt=moment).order_by("id")
        said = dict(recorded.values_list("rule_id", "amended_on"))
    found: dict[str, list[int]] = {name: [0, 0] for name in Field.values}
    for key, name, now in rows:
        amended_on = said.get(key) if known else now
        found[name][0] += 1
        found[name][1] += bool(amended_on and amended_on <= on)
    return tuple(RuleCount(name, whole, amended) for name, (whole, amended) in found.items())


@dataclass(frozen=True)
class Span:
    """From the day of the first record to that of the last; ``mark`` changes with every act."""

    first: date
    last: date
    mark: int


def span(*, today: date) -> Span:
    """What days can be asked for. One query."""
    rows = RequirementVersion.objects.filter(effective_on__lte=today)
    found = rows.aggregate(first=Min("effective_on"), last=Max("effective_on"), mark=Max("id"))
    return Span(found["first"] or today, found["last"] or today, found["mark"] or 0)


def month_ends(first: date, last: date) -> list[date]:
    """The last day of each month from one day to another, the newest first; the last one is ``last`` itself."""
    months = list(months_between(month_key(first), month_key(last)))[-MONTHS_SHOWN:]
    ends = [(month_start(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1) for month in months]
    return [last, *(day for day in reversed(ends) if day < last)]


# --- the same as tables that are published


def class_rows(*, today: date) -> Iterator[tuple[Value, ...]]:
    """day, bureau code, bureau, class, affairs, papers a year."""
    day = span(today=today).last
    _classes, by_bureau = counts(on=day)
    names = org.bureau_names(on=day)
    for code in sorted(by_bureau, key=lambda each: list(names).index(each) if each in names else len(names)):
        for name, tally in by_bureau[code].items():
            if tally.count:
                yield day, code, names.get(code, ""), CLASS_WORDS[name], tally.count, tally.volume


def month_rows(*, today: date) -> Iterator[tuple[Value, ...]]:
    """month, all affairs, those abolished, the rate in percent."""
    for point in _months(span(today=today).last):
        yield point.month, point.whole, point.abolished, round(100 * point.abolished / point.whole, 1)


def rule_rows() -> Iterator[tuple[Value, ...]]:
    """Each rule to amend: number, name, kind, field, bureau, planned, amended, by what, note."""
    names = dict(Field.choices)
    for rule in SealRule.objects.order_by("code"):
        yield (
            rule.code, rule.name, str(rule.get_kind_display()), str(names[Field(rule.field)]), rule.planned_on,
            rule.amended_on, rule.amendment, rule.sample_note,
        )  # fmt: skip


CLASS_WORDS = {
    "abolished": "廃止済",
    "to_abolish": "デジタル化などにより廃止予定",
    "adjusting": "取扱調整中",
    "by_law": "法令等で規定あり",
    "certificate": "表彰状など",
    "unclassified": "区分なし",
}
