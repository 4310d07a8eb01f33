"""Charts as data: what is to be shown, never how. ``drawing.py`` turns them into SVG, ``{% ui_chart %}`` into a figure.

Rules of the house: the title is the finding in a sentence; bars begin at zero; the target is labelled on its line; no
chart needs its colours to be understood; the same numbers stand in a table beside it and can be downloaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocho.ui.markup import colon
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

    ``kind``: ``bars`` (columns over time), ``rows`` (lying bars, for names), ``lines``, ``stacked`` (parts of a whole
    over time), ``ring`` (parts of one whole; one series). ``top`` ends the axis (100 for shares). ``pale`` are the
    positions drawn quietly, such as the baseline. ``heading`` is the head of the first column of the table.

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
    def slices(self) -> list[tuple[str, Number]]:
        """The parts of a ring: at most four, the smallest ones together as その他."""
        values = self.series[0].values
        parts: list[tuple[str, Number]] = [(name, value or 0) for name, value in zip(self.labels, values, strict=True)]
        if len(parts) <= MOST_SERIES:
            return parts
        kept = sorted(parts, key=lambda part: part[1], reverse=True)[: MOST_SERIES - 1]
        rest = [part for part in parts if part not in kept]
        return [*kept, (_("その他"), float(sum(value for _name, value in rest)))]

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
                ends += f" → {last[0]} {self.words(last[1])}" if len(known) > 1 else ""
                parts.append(f"{series.name}{colon()}{ends}")
        if self.target:
            parts.append(self.target.label)
        stop = pgettext("punctuation", "。")
        return stop.join(part.rstrip("。.") for part in parts) + stop.rstrip()
