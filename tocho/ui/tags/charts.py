"""The figure around a chart: its finding, its drawing, its table, where the numbers come from and where to get them."""

from collections.abc import Sequence

from django.template import Library
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tocho.ui.charts import Chart
from tocho.ui.drawing import draw, spark
from tocho.ui.markup import EMPTY, format_html, join, optional
from tocho.ui.numerals import Number

register = Library()


@register.simple_tag
def ui_chart(chart: Chart) -> SafeString:
    """A chart with its finding as title, its table beside it and its downloads."""
    return chart_figure(chart)


@register.simple_tag
def ui_spark(values: Sequence[Number | None]) -> SafeString:
    """How a number went, month by month, drawn small; nothing for fewer than three known values."""
    known = sum(1 for value in values if value is not None)
    return mark_safe(spark(values)) if known > 2 else EMPTY  # noqa: S308  numbers only


def chart_figure(chart: Chart) -> SafeString:
    """The figure: title, drawing (one for wide, one for narrow places), legend, table, source and links."""
    if not any(value is not None for series in chart.series for value in series.values):
        return format_html(
            '<figure class="chart"><p class="chart-title">{}</p><p class="empty">{}</p></figure>',
            chart.title,
            _("まだ値がありません。"),
        )
    drawing = mark_safe(draw(chart))  # noqa: S308  drawing.py escapes every label
    return format_html(
        '<figure class="chart chart-{}"><p class="chart-title">{}</p><div class="chart-{}-body">{}{}</div>'
        "<figcaption>{}{}</figcaption>{}</figure>",
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
        names = [f"{label} {chart.words(value)}" for label, value in chart.slices]
    elif chart.kind == "stacked" or (chart.kind == "bars" and len(chart.series) > 1):
        names = [series.name for series in chart.series]
    else:
        return EMPTY
    items = [
        format_html(
            '<li><svg viewBox="0 0 18 18" aria-hidden="true">'
            '<rect class="c{}" width="18" height="18" rx="3"/></svg>{}</li>',
            position,
            name,
        )
        for position, name in enumerate(names, start=1)
    ]
    return format_html('<ul class="legend">{}</ul>', join(items))


def row(chart: Chart, n: int) -> SafeString:
    cells = join([format_html('<td class="num">{}</td>', chart.words(series.values[n])) for series in chart.series])
    return format_html('<tr><th scope="row">{}</th>{}</tr>', chart.labels[n], cells)


def table(chart: Chart) -> SafeString:
    """The same numbers, exactly."""
    heads = join([format_html('<th class="num" scope="col">{}</th>', series.name) for series in chart.series])
    return format_html(
        '<details class="details"><summary>{}</summary><div class="details-body">'
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table><caption class="sr">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>{}</div></details>",
        _("表で見る"),
        chart.title,
        chart.title,
        chart.heading or _("項目"),
        heads,
        join([row(chart, n) for n in range(len(chart.labels))]),
        optional('<p class="note">{}</p>', chart.target.label if chart.target else ""),
    )
