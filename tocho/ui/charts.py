from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Chart:
    title: str


def chart_figure(chart: Chart) -> SafeString:
    return format_html("<figure>{}</figure>", chart.title)
