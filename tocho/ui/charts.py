"""Charts as data: what is to be shown, never how. ``drawing.py`` turns them into SVG, ``{% ui_chart %}`` into a figure.

Rules of the house: the title is the finding in a sentence; bars begin at zero; the target is labelled on its line; no
chart needs its colours to be understood; the same numbers stand in a table beside it and can be downloaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tocho.ui.markup import EMPTY, join, optional
from tocho.ui.numerals import Number, count

Kind = Literal["bars", "rows", "lines", "stacked", "ring"]
KINDS = ("bars", "rows", "lines", "stacked", "ring")
MOST_SERIES = 4


@dataclass(frozen=True)
class Series:
    """One run of values, as long as the chart's labels; None = not known (never drawn as zero)."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Target:
    """A line to reach: its value, and the words written on it (今年度の目標 80%)."""

    value: Number
    label: str


@dataclass(frozen=True)
class Link:
    """A way on from the chart: the same numbers as CSV, their definition, the records behind them."""

    label: str
    href: str


@dataclass(frozen=True)
class Chart:
    """One chart.

    ``kind``: ``bars`` (columns over time), ``rows`` (lying bars, for names), ``lines``, ``stacked`` (parts of a whole over
    time), ``ring`` (parts of one whole; one series). ``top`` ends the axis (100 for shares). ``pale`` are the positions
    drawn quietly, such as the baseline. ``heading`` is the head of the first column of the table.

    :raises ValueError: a chart that could only mislead: lengths that differ, values below zero, more than four series.
    """

    title: str
    kind: Kind
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    digits: int | None = None
    target: Target | None = None
    top: Number | None = None
    pale: frozenset[int] = frozenset()
    heading: str = ""
    source: str = ""
    links: Sequence[Link] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind={self.kind!r} is unknown; use one of {', '.join(KINDS)}")
        if not self.series or len(self.series) > (1 if self.kind in ("ring", "rows") else MOST_SERIES):
            raise ValueError(f"{self.kind} with {len(self.series)} series: cannot be read; split the chart")
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("each series needs one value for each label")
        if any(value is not None and value < 0 for series in self.series for value in series.values):
            raise ValueError("values below zero have no bar from zero")

    def words(self, value: Number | None) -> str:
        """A value as written in the table: every digit, with the unit."""
        return _("不明") if value is None else f"{count(value, digits=self.digits)}{self.unit}"

    @property
    def summary(self) -> str:
        """What the drawing shows, for those who do not see it."""
        parts = [self.title]
        for series in self.series:
            known = [
                (label, value) for label, value in zip(self.labels, series.values, strict=True) if value is not None
            ]
            if known:
                first, last = known[0], known[-1]
                ends = f"{first[0]} {self.words(first[1])}"
                ends += f"、{last[0]} {self.words(last[1])}" if len(known) > 1 else ""
                parts.append(f"{series.name}：{ends}")
        if self.target:
            parts.append(self.target.label)
        return "。".join(part.rstrip("。") for part in parts) + "。"


def chart_figure(chart: Chart) -> SafeString:
    """The figure: title, drawing (one for wide, one for narrow places), legend, table, source and links."""
    from tocho.ui.drawing import draw  # the drawing imports the types above

    if not any(value is not None for series in chart.series for value in series.values):
        return format_html(
            '<figure class="chart"><p class="chart-title">{}</p><p class="empty">{}</p></figure>',
            chart.title,
            _("まだ値がありません。"),
        )
    drawing = mark_safe(draw(chart))  # noqa: S308  drawing.py escapes every label
    return format_html(
        '<figure class="chart chart-{}"><p class="chart-title">{}</p><div class="chart-{}-body">{}{}</div><figcaption>{}{}</figcaption>{}</figure>',
        chart.kind,
        chart.title,
        chart.kind,
        *((drawing, legend(chart)) if chart.kind == "ring" else (legend(chart), drawing)),
        optional("<span>{}</span>", chart.source),
        join([format_html('<a href="{}">{}</a>', link.href, link.label) for link in chart.links]),
        table(chart),
    )


def legend(chart: Chart) -> SafeString:
    """Which colour is what; lines and single series are labelled in the drawing itself."""
    names: Sequence[str]
    if chart.kind == "ring":
        values = [value or 0 for value in chart.series[0].values]
        names = [f"{label} {chart.words(value)}" for label, value in zip(chart.labels, values, strict=True)]
    elif chart.kind == "stacked" or (chart.kind == "bars" and len(chart.series) > 1):
        names = [series.name for series in chart.series]
    else:
        return EMPTY
    items = [
        format_html(
            '<li><svg viewBox="0 0 18 18" aria-hidden="true"><rect class="c{}" width="18" height="18" rx="3"/></svg>{}</li>',
            position % MOST_SERIES + 1,
            name,
        )
        for position, name in enumerate(names)
    ]
    return format_html('<ul class="legend">{}</ul>', join(items))


def table(chart: Chart) -> SafeString:
    """The same numbers, exactly."""
    heads = join([format_html('<th class="num" scope="col">{}</th>', series.name) for series in chart.series])
    rows = join(
        [
            format_html(
                '<tr><th scope="row">{}</th>{}</tr>',
                label,
                join(
                    [format_html('<td class="num">{}</td>', chart.words(series.values[n])) for series in chart.series]
                ),
            )
            for n, label in enumerate(chart.labels)
        ]
    )
    return format_html(
        '<details class="details"><summary>{}</summary><div class="details-body"><div class="table-scroll" tabindex="0"'
        ' role="region" aria-label="{}"><table><caption class="sr">{}</caption><thead><tr><th scope="col">{}</th>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>{}</div></details>",
        _("表で見る"),
        chart.title,
        chart.title,
        chart.heading or _("項目"),
        heads,
        rows,
        optional('<p class="note">{}</p>', chart.target.label if chart.target else ""),
    )
