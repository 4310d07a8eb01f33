"""Draws a ``Chart`` as SVG in pure Python: no library, no animation, no script, half a millisecond.

Each chart is drawn twice, for wide and for narrow places, because scaled-down letters cannot be read on a phone; the
style sheet shows the one that fits. Colours are classes (``c1`` … ``c4``), chosen to differ in grey as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, cos, floor, log10, pi, sin

from tocho.ui.charts import Chart, Series
from tocho.ui.numerals import Number, count, short


@dataclass(frozen=True)
class Frame:
    """The paper: outer size and the margins around the plot, in SVG units; ``size`` = height of the letters."""

    name: str
    width: int
    height: int
    left: int
    right: int
    size: int
    top: int = 28
    bottom: int = 38

    @property
    def floor(self) -> int:
        return self.height - self.bottom

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right


WIDE = Frame("wide", 960, 380, 64, 20, 15)
NARROW = Frame("narrow", 360, 300, 44, 8, 13)


def draw(chart: Chart) -> str:
    """Both drawings of a chart."""
    if chart.kind == "ring":
        return ring(chart)
    painter = PAINTERS[chart.kind]
    return "".join(wrap(chart, frame, painter(chart, frame)) for frame in (WIDE, NARROW))


def wrap(chart: Chart, frame: Frame, body: str) -> str:
    height = rows_height(chart, frame) if chart.kind == "rows" else frame.height
    return (
        f'<svg class="drawing drawing-{frame.name}" viewBox="0 0 {frame.width} {height}" role="img"'
        f' aria-label="{escape(chart.summary)}" font-size="{frame.size}">{body}</svg>'
    )


def text(x: float, y: float, words: str, *, anchor: str = "middle", css: str = "") -> str:
    look = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{look}>{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, css: str) -> str:
    return f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"/>'


def text_width(words: str, size: int) -> float:
    """About how wide the words are: full-width letters are square, the others a good half."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.58 for letter in words)


# --- the axis ------------------------------------------------------------------------------------------------------


def axis_end(highest: float) -> tuple[float, float]:
    """(end of the axis, step) so that four or five round numbers cover the highest value, beginning at zero."""
    if highest <= 0:
        return 1.0, 1.0
    rough = highest / 4
    power = 10 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    return ceil(highest / step * 0.999) * step, step


@dataclass(frozen=True)
class Scale:
    """From values to heights on a frame."""

    frame: Frame
    end: float
    step: float

    def y(self, value: Number) -> float:
        return self.frame.floor - (self.frame.floor - self.frame.top) * float(value) / self.end


def scale_of(chart: Chart, frame: Frame, highest: float) -> Scale:
    if chart.target:
        highest = max(highest, float(chart.target.value))
    if chart.top is not None:
        end = float(chart.top)
        return Scale(frame, end, axis_end(end)[1] if end != 100 else 25)
    return Scale(frame, *axis_end(highest))


def grid(chart: Chart, scale: Scale) -> str:
    """Horizontal lines with round numbers; the unit stands on the highest only."""
    frame, parts, value = scale.frame, [], 0.0
    while value <= scale.end * 1.0001:
        y = scale.y(value)
        last = value + scale.step > scale.end * 1.0001
        unit = chart.unit if last and text_width(short(value) + chart.unit, frame.size) < frame.left - 6 else ""
        css = "axis-zero" if value == 0 else "axis"
        parts.append(f'<path class="{css}" d="M{frame.left} {y:.1f}H{frame.width - frame.right}"/>')
        parts.append(
            text(frame.left - 8, y + frame.size * 0.35, short(round(value, 6)) + unit, anchor="end", css="tick")
        )
        value += scale.step
    return "".join(parts)


def below(chart: Chart, frame: Frame, centres: Sequence[float]) -> str:
    """The labels under the plot at a regular pace that fits; the last and the pale ones always."""
    places = []
    for x, label in zip(centres, chart.labels, strict=True):
        half = text_width(label, frame.size) / 2
        x = min(max(x, half), frame.width - half)
        places.append((x - half - 3, x + half + 3, x, label))
    y = frame.floor + frame.size + 9
    return "".join(text(places[n][2], y, places[n][3], css="tick") for n in labelled(places, chart.pale))


def labelled(places: Sequence[tuple[float, float, float, str]], always: frozenset[int]) -> list[int]:
    """The positions whose labels are written: every one, or every second, third … counted from the last."""
    last = len(places) - 1
    for every in range(1, last + 2):
        chosen = [n for n in range(last + 1) if n in always or (last - n) % every == 0]
        free = [n for n in chosen if n in always or not any(clash(places[n], places[m]) for m in always)]
        if not any(clash(places[a], places[b]) for a, b in pairwise(free)):
            return free
    return [last]


def clash(one: tuple[float, float, float, str], other: tuple[float, float, float, str]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def target_line(chart: Chart, scale: Scale, taken: Sequence[tuple[float, float, float]]) -> str:
    """The target across the plot, labelled at the end where nothing is written yet."""
    if not chart.target:
        return ""
    frame, y = scale.frame, scale.y(chart.target.value)
    width = text_width(chart.target.label, frame.size)
    left, right = frame.left + 4, frame.width - frame.right - 4
    clashes = [x for x, top, bottom in taken if top < y + 2 and bottom > y - frame.size - 8]
    at_left = not any(x < left + width + 24 for x in clashes)
    x, anchor = (left, "start") if at_left or any(x > right - width - 24 for x in clashes) else (right, "end")
    line = f'<path class="target" d="M{frame.left} {y:.1f}H{frame.width - frame.right}"/>'
    return line + text(x, y - 8, chart.target.label, anchor=anchor, css="target-label halo")


def value_label(
    chart: Chart, scale: Scale, x: float, value: Number, *, strong: bool
) -> tuple[str, tuple[float, float, float]]:
    """The number on a bar, moved above the target line when it would be crossed out by it; with the place it takes."""
    frame = scale.frame
    y = scale.y(value) - 8
    if chart.target:
        line = scale.y(chart.target.value)
        if y - frame.size < line + 3 and y + 4 > line - 3:
            y = line - 9
    words = count(value, digits=chart.digits) if value < 10_000 else short(value)
    return text(x, y, words, css="value value-strong halo" if strong else "value halo"), (x, y - frame.size, y + 4)


def strong_positions(values: Sequence[Number | None], room: float, size: int, widest: float) -> Callable[[int], bool]:
    """Which values are written: all when there is room, otherwise the last and the highest."""
    if room >= widest + 6:
        return lambda n: True
    known = [(value, n) for n, value in enumerate(values) if value is not None]
    chosen = {known[-1][1], max(known)[1]} if known else set()
    return lambda n: n in chosen


# --- kinds ---------------------------------------------------------------------------------------------------------


def bars(chart: Chart, frame: Frame) -> str:
    """Columns from zero, grouped when there are several series."""
    known = [float(value) for series in chart.series for value in series.values if value is not None]
    scale = scale_of(chart, frame, max(known))
    slot = frame.plot_width / len(chart.labels)
    width = min(slot * 0.7, 78) / len(chart.series)
    columns, labels, taken = [], [], []
    centres = [frame.left + slot * (n + 0.5) for n in range(len(chart.labels))]
    last = len(chart.labels) - 1
    for place, series in enumerate(chart.series):
        widest = max(
            text_width(count(value, digits=chart.digits), frame.size) for value in series.values if value is not None
        )
        written = strong_positions(series.values, slot / len(chart.series), frame.size, widest)
        for n, value in enumerate(series.values):
            if value is None:
                continue
            x = centres[n] + width * (place - len(chart.series) / 2)
            pale = " pale" if n in chart.pale else ""
            columns.append(rect(x, scale.y(value), width - 1, frame.floor - scale.y(value), f"c{place + 1}{pale}"))
            if written(n):
                label, box = value_label(
                    chart, scale, x + width / 2, value, strong=n == last and len(chart.series) == 1
                )
                labels.append(label)
                taken.append(box)
    return (
        grid(chart, scale)
        + "".join(columns)
        + target_line(chart, scale, taken)
        + "".join(labels)
        + below(chart, frame, centres)
    )


def stacked(chart: Chart, frame: Frame) -> str:
    """Parts on top of each other; the whole is written above."""
    totals = [sum(float(series.values[n] or 0) for series in chart.series) for n in range(len(chart.labels))]
    scale = scale_of(chart, frame, max(totals))
    slot = frame.plot_width / len(chart.labels)
    width = min(slot * 0.7, 78)
    centres = [frame.left + slot * (n + 0.5) for n in range(len(chart.labels))]
    parts, taken, labels = [grid(chart, scale)], [], []
    written = strong_positions(totals, slot, frame.size, max(text_width(short(total), frame.size) for total in totals))
    for n, x in enumerate(centres):
        height = 0.0
        for place, series in enumerate(chart.series):
            value = float(series.values[n] or 0)
            top, foot = scale.y(height + value), scale.y(height)
            parts.append(
                rect(x - width / 2, top, width, foot - top - (1 if place < len(chart.series) else 0), f"c{place + 1}")
            )
            height += value
        if written(n) and chart.unit != "%":
            label, box = value_label(chart, scale, x, round(height, 6) if height % 1 else int(height), strong=False)
            labels.append(label)
            taken.append(box)
    return "".join(parts) + target_line(chart, scale, taken) + "".join(labels) + below(chart, frame, centres)


DASHES = ("", "9 5", "3 4", "12 4 3 4")


def lines(chart: Chart, frame: Frame) -> str:
    """Lines told apart by their strokes and by their names at the end, not by colour alone."""
    known = [float(value) for series in chart.series for value in series.values if value is not None]
    scale = scale_of(chart, frame, max(known))
    names_width = max(text_width(end_words(chart, series), frame.size) for series in chart.series) + 14
    step = (frame.plot_width - names_width - 10) / max(len(chart.labels) - 1, 1)
    xs = [frame.left + 10 + step * n for n in range(len(chart.labels))]
    parts = [grid(chart, scale)]
    ends: list[tuple[float, str]] = []
    for place, series in enumerate(chart.series):
        points = [
            (x, scale.y(value)) if value is not None else None for x, value in zip(xs, series.values, strict=True)
        ]
        dash = f' stroke-dasharray="{DASHES[place]}"' if DASHES[place] else ""
        parts.append(f'<path class="line l{place + 1}"{dash} d="{path(points)}"/>')
        last = [point for point in points if point][-1]
        parts.append(f'<circle class="p{place + 1}" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="5"/>')
        ends.append((last[1], end_words(chart, series)))
    return (
        "".join(parts) + target_line(chart, scale, []) + end_names(frame, xs[-1] + 12, ends) + below(chart, frame, xs)
    )


def end_words(chart: Chart, series: Series) -> str:
    value = [value for value in series.values if value is not None][-1:]
    number = (
        (count(value[0], digits=chart.digits) if value[0] < 10_000 else short(value[0])) + chart.unit if value else ""
    )
    return f"{series.name} {number}" if len(chart.series) > 1 else number


def end_names(frame: Frame, x: float, ends: Sequence[tuple[float, str]]) -> str:
    """The names at the ends of the lines, pushed apart so that they never overlap."""
    parts, lowest = [], -1e9
    for y, words in sorted(ends):
        lowest = max(y + frame.size * 0.35, lowest + frame.size + 5)
        parts.append(text(x, lowest, words, anchor="start", css="value value-name halo"))
    return "".join(parts)


def path(points: Sequence[tuple[float, float] | None]) -> str:
    """The way through the points; unknown values leave a gap."""
    steps, pen_down = [], False
    for point in points:
        if point is not None:
            steps.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = point is not None
    return "".join(steps)


ROW = {"wide": 40, "narrow": 56}


def rows_height(chart: Chart, frame: Frame) -> int:
    return ROW[frame.name] * len(chart.labels) + (frame.size + 22 if chart.target else 8)


def rows(chart: Chart, frame: Frame) -> str:
    """Lying bars with their names before them (wide) or above them (narrow)."""
    values = chart.series[0].values
    end = float(chart.top or max(float(value) for value in values if value is not None) or 1)
    if chart.target:
        end = max(end, float(chart.target.value))
    narrow = frame.name == "narrow"
    names = 0 if narrow else min(260, max(text_width(label, frame.size) for label in chart.labels) + 16)
    room = frame.width - names - text_width("0" * 9, frame.size)
    start = frame.size + 16 if chart.target else 0
    goal = names + room * float(chart.target.value) / end if chart.target else None
    parts = []
    for n, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        y = start + ROW[frame.name] * n
        bar_y = y + (frame.size + 10 if narrow else 6)
        name_x, name_y, anchor = (0, y + frame.size, "start") if narrow else (names - 12, y + 25, "end")
        width = room * float(value or 0) / end
        words = chart.words(value)
        words_x = names + width + 8
        if goal is not None and words_x - 4 < goal < words_x + text_width(words, frame.size) + 4:
            words_x = goal + 8
        parts.append(text(name_x, name_y, label, anchor=anchor))
        parts.append(rect(names, bar_y, width, 22 if narrow else 26, "c1 pale" if n in chart.pale else "c1"))
        parts.append(text(words_x, bar_y + (17 if narrow else 19), words, anchor="start", css="value"))
    return "".join(parts) + goal_line(chart, frame, goal, start)


def goal_line(chart: Chart, frame: Frame, x: float | None, start: float) -> str:
    """The target of lying bars: a line down, its words on top."""
    if chart.target is None or x is None:
        return ""
    half = text_width(chart.target.label, frame.size) / 2
    line = f'<path class="target" d="M{x:.1f} {start - 4}V{rows_height(chart, frame) - 4}"/>'
    return line + text(min(max(x, half), frame.width - half), frame.size, chart.target.label, css="target-label")


def ring(chart: Chart) -> str:
    """Parts of one whole, clockwise from the top; the largest share is written in the middle."""
    slices = chart.slices
    whole = float(sum(value for _label, value in slices)) or 1.0
    parts, before = [], 0.0
    for n, (_label, value) in enumerate(slices):
        after = before + float(value)
        if value:
            parts.append(arc(before / whole, after / whole, f"c{n + 1}"))
        before = after
    label, largest = max(slices, key=lambda part: part[1])
    middle = text(130, 132, f"{float(largest) / whole:.0%}", css="ring-value") + text(130, 158, label, css="tick")
    return (
        f'<svg class="drawing-ring" viewBox="0 0 260 260" role="img" font-size="15"'
        f' aria-label="{escape(chart.summary)}">{"".join(parts)}{middle}</svg>'
    )


def arc(begin: float, end: float, css: str) -> str:
    """A piece of the ring between two shares of the circle."""
    if end - begin > 0.9999:
        return (
            '<path class="' + css + '" fill-rule="evenodd" d="M130 10a120 120 0 1 0 .1 0ZM130 58a72 72 0 1 1-.1 0Z"/>'
        )
    points = []
    for radius, share in ((120, begin), (120, end), (72, end), (72, begin)):
        angle = 2 * pi * share - pi / 2
        points.append(f"{130 + radius * cos(angle):.2f} {130 + radius * sin(angle):.2f}")
    large = int(end - begin > 0.5)
    return (
        f'<path class="{css} piece" d="M{points[0]}A120 120 0 {large} 1 {points[1]}'
        f'L{points[2]}A72 72 0 {large} 0 {points[3]}Z"/>'
    )


PAINTERS: dict[str, Callable[[Chart, Frame], str]] = {"bars": bars, "stacked": stacked, "lines": lines, "rows": rows}


# --- beside a sentence -----------------------------------------------------------------------------------------------

SPARK = Frame("spark", 240, 44, 0, 0, 0, top=2, bottom=0)


def spark(values: Sequence[Number | None]) -> str:
    """How something went, as small columns from zero, the last one strong; gaps where nothing is known.

    For the eye only: the sentence beside it says the last value, the page behind it has the table.
    """
    heights = [None if value is None else abs(float(value)) for value in values]
    highest = max((height for height in heights if height is not None), default=0) or 1
    step = min(SPARK.plot_width / max(len(values), 1), 22)
    columns = []
    for place, height in enumerate(heights):
        if height is not None:
            tall = max(height / highest * (SPARK.floor - SPARK.top), 1)
            css = "c1" if place == len(values) - 1 else "c1 pale"
            columns.append(rect(place * step + 1, SPARK.floor - tall, step - 2, tall, css))
    body = "".join(columns)
    return f'<svg class="spark" viewBox="0 0 {SPARK.width} {SPARK.height}" aria-hidden="true">{body}</svg>'
