"""What the pages of the figures say: sentences, charts and rows of a ``Dashboard``, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from tocho.engines.facts import api as facts
from tocho.engines.facts.api import Dashboard, Indicator, Point, UnitRow
from tocho.lib.dates import fiscal_year, fiscal_year_label, month_key, month_start
from tocho.portal.datasets import FORMS
from tocho.ui.charts import Chart, Link, Series, Target
from tocho.ui.markup import colon, in_brackets, listed
from tocho.ui.numerals import count
from tocho.ui.tags.words import day_words


@dataclass(frozen=True)
class Row:
    """One bureau in the table of a page."""

    name: str
    href: str
    trace_href: str
    point: Point
    value: str
    returned: str
    gap: str
    tone: str
    note: str


def month_words(month: str) -> str:
    """``2020年10月``."""
    return _("%(year)s年%(month)s月") % {"year": month[:4], "month": int(month[5:])} if month else ""


def axis_labels(months: Sequence[str]) -> list[str]:
    """Months under a chart: the year only where it begins."""
    short = [_("%(month)s月") % {"month": int(month[5:])} for month in months]
    return [
        month_words(month) if n == 0 or month[:4] != months[n - 1][:4] else short[n] for n, month in enumerate(months)
    ]


def value_words(indicator: Indicator, value: Decimal | None) -> str:
    """``74.4%``; a dash without cases."""
    if value is None:
        return "–"
    return count(value) + (indicator.unit_of_measure and _(indicator.unit_of_measure))


def points_words(indicator: Indicator, difference: Decimal) -> str:
    """``5.6ポイント``, ``3件``."""
    unit = _("ポイント") if indicator.unit_of_measure == "%" else _(indicator.unit_of_measure)
    return f"{count(abs(difference))}{unit}"


def title_of(page: Dashboard) -> str:
    """``電子決定率``, of a bureau ``主税局の電子決定率``."""
    title = _(page.indicator.title)
    return _("%(unit)sの%(title)s") % {"unit": page.unit_name, "title": title} if page.unit else title


def headline(page: Dashboard) -> str:
    """The sentence first."""
    now = page.now.main
    return facts.sentence(page.indicator, now.value if now else None, page.target, title=title_of(page))


def standing(page: Dashboard, *, at: datetime) -> str:
    """``2020年10月　各局の報告``: which month, from which source, and whether it is still running."""
    now = page.now.main
    if now is None:
        return ""
    running = page.month == month_key(at.astimezone(facts.TOKYO).date())
    words = [month_words(page.month), _("途中経過") if running else "", source_words(now.source)]
    return "　".join(word for word in words if word)


def source_words(source: str) -> str:
    """Where a value comes from."""
    if source == facts.TOGETHER:
        return _("記録と各局の報告")
    return _("記録から集計") if source == facts.MEASURED else _("各局の報告")


def trend(page: Dashboard) -> str:
    """How far it has come since the first month from the same source: 2020年4月から18.3ポイント上がりました."""
    points = [point for _month, both in page.series if (point := both.main) and point.value is not None]
    same = [point for point in points if point.source == points[-1].source]
    if len(same) < 2 or same[-1].month != page.month:
        return ""
    change = (same[-1].value or Decimal()) - (same[0].value or Decimal())
    words = {"month": month_words(same[0].month), "change": points_words(page.indicator, change)}
    if not change:
        return _("%(month)sから変わっていません") % words
    grown = _("%(month)sから%(change)s上がりました") if change > 0 else _("%(month)sから%(change)s下がりました")
    return grown % words


def chart_of(page: Dashboard, links: Sequence[Link]) -> Chart:
    """The months as columns from zero, the baseline before them, the target as a line."""
    indicator = page.indicator
    labels = axis_labels([month for month, _both in page.series])
    sides = [(both.measured, both.returned) for _month, both in page.series]
    if any(measured and returned for measured, returned in sides) and not indicator.is_returned:
        runs = [(_("記録から集計"), [m for m, _r in sides]), (_("各局の報告"), [r for _m, r in sides])]
    else:
        runs = [(_(indicator.title), [both.main for _month, both in page.series])]
    before: list[Decimal | None] = []
    if indicator.baseline and not page.unit:
        labels, before = [_(indicator.baseline.label), *labels], [Decimal(indicator.baseline.value)]
    filler: list[Decimal | None] = [None] * len(before)
    return Chart(
        title=trend(page) or _("%(title)sの推移") % {"title": title_of(page)},
        kind="bars",
        labels=labels,
        series=[
            Series(name, (filler if n else before) + [point.value if point else None for point in run])
            for n, (name, run) in enumerate(runs)
        ],
        unit=indicator.unit_of_measure and _(indicator.unit_of_measure),
        digits=indicator.digits,
        target=Target(page.target, target_words(page)) if page.target is not None else None,
        top=100 if indicator.unit_of_measure == "%" else None,
        pale=_pale(page, len(before), len(runs)),
        heading=_("月"),
        source=source_line(page),
        links=links,
    )


def years_chart(page: Dashboard) -> Chart | None:
    """Fiscal years from the baseline on; nothing before there are three to compare."""
    indicator = page.indicator
    known = [(year, both.main) for year, both in page.years if both.main and both.main.value is not None]
    labels: list[str] = [fiscal_year_label(year) for year, _point in known]
    values: list[Decimal | None] = [point.value for _year, point in known]
    if indicator.baseline and not page.unit:
        labels, values = [_(indicator.baseline.label), *labels], [Decimal(indicator.baseline.value), *values]
    if len(known) < 2 or len(values) < 3:
        return None
    notes = listed(dict.fromkeys(_(point.note) for _year, point in known if point.note))
    return Chart(
        title=_("%(title)sの年度ごとの推移") % {"title": title_of(page)},
        kind="bars",
        labels=labels,
        series=[Series(_(indicator.title), values)],
        unit=indicator.unit_of_measure and _(indicator.unit_of_measure),
        digits=indicator.digits,
        top=100 if indicator.unit_of_measure == "%" else None,
        pale=frozenset(range(len(values) - len(known))),
        heading=_("年度"),
        source=notes,
    )


def _pale(page: Dashboard, shift: int, runs: int) -> frozenset[int]:
    """The quiet columns: the baseline, and the months that come from another source than the last one."""
    source = page.now.main.source if page.now.main else ""
    months = [both.main.source if both.main else source for _month, both in page.series]
    others = {n + shift for n, each in enumerate(months) if each != source} if runs == 1 else set()
    return frozenset({*range(shift), *others})


def target_words(page: Dashboard) -> str:
    """``2020年度の目標 80%``, as written on its line."""
    year = fiscal_year(month_start(page.month))
    return _("%(year)s年度の目標 %(value)s") % {"year": year, "value": value_words(page.indicator, page.target)}


# What the returns of the sample city bear as notes: they come from its files, their English from the catalogue.
SAMPLE_NOTES = (gettext_noop("見本"), gettext_noop("局別の内訳は見本"))


def source_line(page: Dashboard) -> str:
    """Where the values come from, when they were counted, and which of them are samples."""
    known = [(month, both.main) for month, both in page.series if both.main]
    by_source = [(source_words(source), months) for source, months in _runs(known, lambda point: point.source)]
    is_mixed = len(by_source) > 1
    sources = [f"{words}{in_brackets(months)}" if is_mixed else words for words, months in by_source]
    words = [_("出典：%s") % listed(sources)] if sources else []
    if page.as_of:
        words.append(_("集計 %s") % moment_words(page.as_of))
    words += [f"{months}{colon()}{_(note)}" for note, months in _runs(known, lambda point: point.note) if note]
    return "　".join(words)


def _runs(known: Sequence[tuple[str, Point]], name: Callable[[Point], str]) -> list[tuple[str, str]]:
    """Months in a row with the same name: (name, 2020年4月〜9月)."""
    found = []
    for key, group in groupby(known, key=lambda pair: name(pair[1])):
        months = [month for month, _point in group]
        found.append((key, pgettext("punctuation", "〜").join(axis_labels(sorted({months[0], months[-1]})))))
    return found


def moment_words(at: datetime) -> str:
    """``2020年11月5日 9:00`` in Tokyo."""
    local = at.astimezone(facts.TOKYO)
    return f"{day_words(local.date(), 'date')} {local:%H:%M}"


def links_of(page: Dashboard, *, trace_href: str) -> list[Link]:
    """Below the chart: the files, the definition, the records behind it."""
    links = [Link(name, reverse("portal:dataset_file", args=[page.indicator.key, form])) for form, name in FORMS]
    links.append(Link(_("定義と端数処理"), "#definition"))
    return [*links, Link(_("この数字の元の記録"), trace_href)] if trace_href else links


def trace_address(page: Dashboard, unit: str, traced: frozenset[str]) -> str:
    """Where the records behind a figure are, for those who may see them; only what was measured has records here."""
    if facts.EVERYTHING not in traced and (not unit or unit not in traced):
        return ""
    address = reverse("portal:figure_records", args=[page.indicator.key])
    return f"{address}?month={page.month}&unit={unit}"


def rows_of(page: Dashboard, traced: frozenset[str]) -> list[Row]:
    """The bureaus of the month."""
    here = reverse("portal:figure_detail", args=[page.indicator.key])
    return [_row(page, unit, here, traced) for unit in page.units if unit.both.main]


def notes_of(rows: Sequence[Row]) -> str:
    """The notes of the table, each once."""
    return listed(dict.fromkeys(row.note for row in rows if row.note))


def _row(page: Dashboard, unit: UnitRow, here: str, traced: frozenset[str]) -> Row:
    indicator, point, beside = page.indicator, unit.both.main, unit.both.returned
    assert point is not None
    gap, tone = gap_words(indicator, point.value, page.target)
    return Row(
        name=_(unit.name),
        href=f"{here}?unit={unit.code}",
        trace_href=trace_address(page, unit.code, traced) if unit.both.measured else "",
        point=point,
        value=value_words(indicator, point.value),
        returned=_("報告 %s") % value_words(indicator, beside.value) if beside and unit.both.measured else "",
        gap=gap,
        tone=tone,
        note=_(point.note) if point.note else "",
    )


def gap_words(indicator: Indicator, value: Decimal | None, target: Decimal | None) -> tuple[str, str]:
    """``あと5.6ポイント`` and the tone of its tag."""
    if value is None or target is None:
        return "", "neutral"
    if facts.is_reached(indicator, value, target):
        return _("達成"), "ok"
    words = {"gap": points_words(indicator, target - value)}
    return (_("あと%(gap)s") if indicator.good == "up" else _("%(gap)s超過")) % words, "wait"


def definition_of(page: Dashboard) -> list[tuple[str, str]]:
    """What the indicator means: (label, words), for those who check."""
    indicator, counters = page.indicator, facts.installed().counters
    rows = [(_("内容"), _(indicator.description or indicator.title))]
    formula = _(counters[indicator.numerator].title)
    if indicator.denominator:
        formula = _("%(numerator)s ÷ %(denominator)s") % {
            "numerator": formula,
            "denominator": _(counters[indicator.denominator].title),
        }
    rows.append((_("計算"), formula))
    rounding = _("小数第%(next)s位を四捨五入") % {"next": indicator.digits + 1}
    rows.append((_("端数処理"), rounding if indicator.denominator else _("なし（件数）")))
    if indicator.baseline:
        start = value_words(indicator, Decimal(indicator.baseline.value))
        rows.append((_("基準"), f"{_(indicator.baseline.label)} {start}"))
    if indicator.targets:
        targets = [(year, value_words(indicator, Decimal(value))) for year, value in sorted(indicator.targets.items())]
        words = [_("%(year)s年度 %(value)s") % {"year": year, "value": value} for year, value in targets]
        rows.append((_("目標"), listed(words)))
    rows.append(
        (_("数え方"), _("行為が台帳に記録されるたびに数え、月は日本時間で区切る。所属は、その月の組織による。"))
    )
    rows.append((_("定義の版"), _("第%(number)s版") % {"number": page.version}))
    return rows


@dataclass(frozen=True)
class Card:
    """One indicator on the page of all."""

    topic: str
    title: str
    sentence: str
    href: str
    note: str
    meter: Decimal | None
    target: Decimal | None
    course: tuple[Decimal | None, ...]  # month by month


def card_of(page: Dashboard, *, at: datetime) -> Card:
    """The sentence, how it went, and for shares the bar with its target."""
    now = page.now.main
    is_share = page.indicator.unit_of_measure == "%" and now is not None
    return Card(
        topic=_(page.indicator.topic) if page.indicator.topic else "",
        title=_(page.indicator.title),
        sentence=headline(page),
        href=reverse("portal:figure_detail", args=[page.indicator.key]),
        note=standing(page, at=at),
        meter=now.value if now and is_share else None,
        target=page.target if is_share else None,
        course=tuple(both.main.value if both.main else None for _month, both in page.series),
    )


def crumbs(page: Dashboard, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way down from the page of all figures."""
    here = reverse("portal:figure_detail", args=[page.indicator.key])
    way = [(_("数字で見る改革"), reverse("portal:figures")), (_(page.indicator.title), here)]
    if page.unit:
        way.append((page.unit_name, f"{here}?unit={page.unit}"))
    way += more
    return [*way[:-1], (way[-1][0], "")]


def column_heads(page: Dashboard) -> list[str]:
    """Heads of the number columns of the table of bureaus: the value, then what is divided by what."""
    indicator, counters = page.indicator, facts.installed().counters
    if indicator.denominator is None:
        return [_(counters[indicator.numerator].title)]
    return [_(indicator.title), *(_(counters[key].title) for key in (indicator.numerator, indicator.denominator))]


def month_links(page: Dashboard) -> list[tuple[str, str]]:
    """The months that can be looked at, newest first."""
    return [(month_words(month), month_address(page, month)) for month in reversed(page.months)]


def month_address(page: Dashboard, month: str) -> str:
    """The page of a month."""
    unit = f"&unit={page.unit}" if page.unit else ""
    return f"{reverse('portal:figure_detail', args=[page.indicator.key])}?month={month}{unit}"


def beside(page: Dashboard) -> list[tuple[str, str]]:
    """What was measured and what was returned for the month, and their difference; nothing where one is missing."""
    measured, returned = page.now.measured, page.now.returned
    if measured is None or returned is None:
        return []
    rows = [
        (_("記録から集計"), value_words(page.indicator, measured.value)),
        (_("各局の報告"), value_words(page.indicator, returned.value)),
    ]
    together = page.now.together
    if together is not None:
        shares = [in_brackets(share_words(point, together)) for point in (measured, returned)]
        parts = [(name, f"{value}{share}") for (name, value), share in zip(rows, shares, strict=True)]
        return [*parts, (_("合わせて"), value_words(page.indicator, together.value))]
    if measured.value is not None and returned.value is not None:
        rows.append((_("差"), points_words(page.indicator, measured.value - returned.value)))
    return rows


def share_words(part: Point, whole: Point) -> str:
    """``12,000件のうち300件``: how much of the cases one source knows."""
    sizes = [point.numerator if point.denominator is None else point.denominator for point in (whole, part)]
    return _("%(whole)s件のうち%(part)s件") % {"whole": count(sizes[0]), "part": count(sizes[1])}


def restated(page: Dashboard) -> str:
    """That the value is not the one that was published, and which that was."""
    now = page.now.main
    if now is None or not now.is_changed or now.published is None:
        return ""
    words = {"published": _quantized(page.indicator, now.published), "now": value_words(page.indicator, now.value)}
    return _("公表した値は%(published)sでした。その後の記録により%(now)sになりました。") % words


def _quantized(indicator: Indicator, value: Decimal) -> str:
    return value_words(indicator, value.quantize(Decimal(1).scaleb(-indicator.digits)))


def spread_words(page: Dashboard) -> str:
    """Half of the cases and nine of ten, for a mean: 半分は3日以内、9割は7日以内に終わっています."""
    if not page.indicator.spread or page.unit or not page.month:
        return ""
    counts, whole = facts.spread_of(page.indicator.key, months=[page.month])
    half, most = (facts.quantile(counts, whole, Fraction(n, 10)) for n in (5, 9))
    if half is None or most is None:
        return ""
    return _("半分は%(half)s日以内、9割は%(most)s日以内に終わっています。") % {"half": half, "most": most}
