"""What the page of the roadmap says: the finding in a sentence, the table of the report, when which bureau is ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from tocho.lib.dates import month_key, month_start, months_between
from tocho.ui.charts import Chart, Link, Series
from tocho.ui.numerals import short
from tocho.ui.tags.words import day_words

from ..definitions import quarter_of
from ..rules import STATUSES
from .roadmap import MONTHS_SHOWN, BureauLine, MonthPoint, Roadmap, Tally

STATUS_TITLES = {
    "done": gettext_noop("デジタル化済"),
    "late": gettext_noop("予定を過ぎたもの"),
    "this_fy": gettext_noop("年度内完了"),
    "starting": gettext_noop("年度内着手"),
    "national": gettext_noop("国等へ働きかけ"),
    "abolished": gettext_noop("手続廃止等"),
}
STATUS_NOTES = {
    "done": gettext_noop("オンラインで申請できるもの"),
    "late": gettext_noop("完了の時期を過ぎて、まだ公開していないもの"),
    "this_fy": gettext_noop("この年度の終わりまでに公開するもの"),
    "starting": gettext_noop("着手し、時期と方法を決めるもの"),
    "national": gettext_noop("法定受託事務など、国や区市町村と進めるもの"),
    "abolished": gettext_noop("手続そのものをなくしたもの"),
}


@dataclass(frozen=True)
class StatusRow:
    """One line of the report's table."""

    title: str
    count: int
    volume: str
    share: str
    tone: str
    is_sum: bool


@dataclass(frozen=True)
class HeatRow:
    """One bureau: how many, how many are done, then one number for each column of time."""

    name: str
    href: str
    whole: int
    done: int
    rate: str
    cells: tuple[int, ...]
    national: int


@dataclass(frozen=True)
class Story:
    """Everything the page shows, in the reader's language."""

    headline: str
    standing: str
    numbers: tuple[tuple[str, str, str, str, int | None], ...]
    rows: tuple[StatusRow, ...]
    heads: tuple[tuple[str, tuple[str, ...]], ...]
    meanings: tuple[tuple[str, str], ...]
    bureaus: tuple[HeatRow, ...]
    totals: HeatRow
    most: int
    chart: Chart | None
    files: tuple[tuple[str, str], ...]
    is_empty: bool


def percent(value: Fraction | None, digits: int = 0) -> str:
    """Half up: ``45%``, ``22.6%``; a dash of nothing."""
    if value is None:
        return "–"
    scaled = int(value * 10**digits + Fraction(1, 2))
    return f"{scaled / 10**digits:.{digits}f}%"


def cases(tally: Tally) -> str:
    """``約500万件``."""
    return _("約%(volume)s件") % {"volume": short(_rough(tally.volume))}


def _rough(volume: int) -> int:
    """Volumes are said in units of 10,000 (of 1,000 below 100,000): they are estimates."""
    step = 10_000 if volume >= 100_000 else 1_000 if volume >= 10_000 else 100
    return (volume + step // 2) // step * step


def story(found: Roadmap) -> Story:
    """The page of a roadmap."""
    columns = _columns(found)
    rows = tuple(_bureau(line, columns) for line in found.bureaus)
    return Story(
        headline=_headline(found),
        standing=_day(found.on),
        numbers=_numbers(found),
        rows=tuple(_rows(found)),
        heads=_heads(columns),
        meanings=tuple((_(STATUS_TITLES[name]), _(STATUS_NOTES[name])) for name in STATUSES),
        bureaus=rows,
        totals=_sum(rows, found),
        most=max((number for row in rows for number in row.cells), default=0),
        chart=_chart(found.months) if len(found.months) > 1 else None,
        files=_files(),
        is_empty=not found.main.count,
    )


def _day(day: date) -> str:
    return _("%(day)s現在") % {"day": day_words(day, "date")}


def _headline(found: Roadmap) -> str:
    done = found.statuses["done"]
    return _(
        "主要%(main)d手続のうち%(done)d手続がデジタル化済み、年間の件数では%(share)sがオンラインで申請できます"
    ) % {
        "main": found.main.count,
        "done": done.count,
        "share": percent(found.live.share_of(found.standing)),
    }


def _numbers(found: Roadmap) -> tuple[tuple[str, str, str, str, int | None], ...]:
    """label, value, unit, note, meter."""
    by_count, by_volume = found.live.count_share_of(found.standing), found.live.share_of(found.standing)
    share = found.main.share_of(found.permits)
    live = {"live": found.live.count, "all": found.standing.count}
    volumes = {"live": cases(found.live), "all": cases(found.standing)}
    year = {"year": found.fiscal_year, "own": found.own.count}
    return (
        (
            _("オンライン化率（手続数）"),
            percent(by_count, 1),
            "",
            _("%(all)d手続のうち%(live)d手続") % live,
            _meter(by_count),
        ),
        (
            _("オンライン化率（件数）"),
            percent(by_volume, 1),
            "",
            _("%(all)sのうち%(live)s") % volumes,
            _meter(by_volume),
        ),
        (
            _("年度末の完了見込み"),
            str(found.by_year_end),
            pgettext("count", "手続"),
            _("%(year)d年度末。都の権限の%(own)d手続のうち") % year,
            _meter(Tally(found.by_year_end).count_share_of(found.own)),
        ),
        (
            _("許認可等に占める割合"),
            percent(share),
            "",
            _("主要%(count)d手続で、すべての申請%(all)sの大半")
            % {"count": found.main.count, "all": cases(found.permits)},
            _meter(share),
        ),
    )


def _meter(value: Fraction | None) -> int | None:
    return None if value is None else int(value + Fraction(1, 2))


def _rows(found: Roadmap) -> list[StatusRow]:
    tones = {"done": "ok", "late": "bad", "this_fy": "info", "starting": "wait"}

    def row(title: str, tally: Tally, tone: str = "neutral", *, is_sum: bool = False) -> StatusRow:
        share = percent(tally.share_of(found.main), 1)
        return StatusRow(title, tally.count, cases(tally), share, tone, is_sum)

    rows = [
        row(_(STATUS_TITLES[name]), found.statuses[name], tones.get(name, "neutral"))
        for name in STATUSES
        if name != "late" or found.statuses[name].count
    ]
    own = row(_("都の権限で可能な手続"), found.own, is_sum=True)
    place = len(rows) - 2
    return [*rows[:place], own, *rows[place:], row(_("主要手続"), found.main, is_sum=True)]


Columns = list[tuple[str, str, frozenset[int]]]  # over it (a fiscal year), its own head, the quarters it counts


def _columns(found: Roadmap) -> Columns:
    """When what is under way will be ready: quarters of this fiscal year and the next, then years, then undecided."""
    quarters = sorted({quarter for line in found.bureaus for quarter in line.quarters})
    near = found.fiscal_year + 1
    now = quarter_of(found.on.year, found.on.month)
    past = frozenset(q for q in quarters if 0 < q < now)
    columns: Columns = [("", _("予定超過"), past)] if past else []
    for year in sorted({q // 10 for q in quarters if q >= now}):
        inside = [q for q in quarters if q // 10 == year and q >= now]
        if year <= near:
            columns += [(_year(year), _months(q), frozenset({q})) for q in inside]
        else:
            columns.append(("", _year(year), frozenset(inside)))
    return [*columns, ("", _("未定"), frozenset({0}))] if 0 in quarters else columns


def _year(year: int) -> str:
    return _("%(year)d年度") % {"year": year}


def _months(quarter: int) -> str:
    first = (quarter % 10 * 3 + 1) % 12 or 12
    return _("%(first)d〜%(last)d月") % {"first": first, "last": first + 2}


def _heads(columns: Columns) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The heads in two rows: a fiscal year over its quarters; single columns stand for themselves."""
    heads: list[tuple[str, tuple[str, ...]]] = []
    for over, title, _quarters in columns:
        if over and heads and heads[-1][0] == over:
            heads[-1] = (over, (*heads[-1][1], title))
        else:
            heads.append((over, (title,)) if over else (title, ()))
    return tuple(heads)


def _bureau(line: BureauLine, columns: Columns) -> HeatRow:
    return HeatRow(
        name=_(line.name) if line.name else _("局に属さないもの"),
        href="",
        whole=line.whole.count,
        done=line.done.count,
        rate=percent(line.done.count_share_of(line.whole)),
        cells=tuple(sum(line.quarters.get(quarter, 0) for quarter in quarters) for _over, _title, quarters in columns),
        national=line.statuses["national"].count,
    )


def _sum(rows: Sequence[HeatRow], found: Roadmap) -> HeatRow:
    done = found.statuses["done"]
    return HeatRow(
        name=_("計"),
        href="",
        whole=found.main.count,
        done=done.count,
        rate=percent(done.count_share_of(found.main)),
        cells=tuple(map(sum, zip(*(row.cells for row in rows), strict=True))) if rows else (),
        national=found.statuses["national"].count,
    )


def _month(month: str) -> str:
    first = month_start(month)
    return _("%(year)d年%(month)d月") % {"year": first.year, "month": first.month}


def _chart(months: Sequence[MonthPoint]) -> Chart:
    rates = [[_rate(p.live.count_share_of(p.whole)) for p in months], [_rate(p.live.share_of(p.whole)) for p in months]]
    first, last = rates[0][0] or 0, rates[0][-1] or 0
    words = {"month": _month(months[0].month), "first": f"{first:g}", "last": f"{last:g}"}
    return Chart(
        title=_("手続数でみたオンライン化率は、%(month)sの%(first)s%%から%(last)s%%になりました") % words,
        kind="lines",
        labels=[_month(point.month) for point in months],
        series=[Series(_("手続数"), rates[0]), Series(_("年間件数"), rates[1])],
        unit="%",
        digits=1,
        top=100,
        heading=_("月"),
        source=_("出典：手続棚卸の記録。公開中の手続だけを数え、廃止・終了した手続は除く"),
        links=[Link("CSV", reverse("portal:dataset_file", args=["inventory.online_rate", "csv"]))],
    )


def _rate(value: Fraction | None) -> float | None:
    return None if value is None else int(value * 10 + Fraction(1, 2)) / 10


def month_ends(first: date, last: date) -> list[tuple[str, date]]:
    """The ends of the last months up to a day, newest first, as days to look back to; the newest is that day."""
    months = list(months_between(month_key(first), month_key(last)))[-MONTHS_SHOWN:]
    ends = [(month_start(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1) for month in months]
    return [(_month(month), min(end, last)) for month, end in reversed(list(zip(months, ends, strict=True)))]


def _files() -> tuple[tuple[str, str], ...]:
    keys = (
        ("inventory.roadmap", _("局と区分ごとの数")),
        ("inventory.online_rate", _("月ごとのオンライン化率")),
        ("inventory.main_procedures", _("主要手続の一覧")),
    )
    return tuple((title, reverse("portal:dataset_detail", args=[key])) for key, title in keys)
