"""What a module tells the platform about its facts: immutable data and pure functions, nothing that asks a database.

A module's ``facts.py`` says ``FACTS = Facts(counters=(…), indicators=(…), views=(…), figures=(…))``;
``tocho/portal/facts.py`` collects them and hands them to :func:`tocho.engines.facts.api.install`. Titles are Japanese
and are translated where they are shown (mark them with ``gettext_noop``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tocho.core.ledger.api import Entry
from tocho.lib.csvfile import Value

Fold = Callable[[Entry], Iterable[tuple[str, int]]]
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Counter:
    """A pure function of one entry: for which unit how much. The month is that of :attr:`Entry.happened_at`.

    ``kinds`` are the ledger kinds that ``fold`` is shown. When ``fold`` changes its meaning, raise ``version``: the
    projection then counts this counter again from the first block.
    """

    key: str
    title: str
    kinds: Collection[str]
    fold: Fold
    version: int = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value that an indicator started from: ``Baseline("2016年度", Decimal("12.3"))``."""

    label: str
    value: Number


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number that is watched, for each unit and month: a sum (``numerator``) or a ratio of two sums.

    ``numerator`` and ``denominator`` are keys of counters. ``%`` means 100 × numerator ÷ denominator; every other
    unit of measure the plain quotient. ``digits`` after the point, rounded half up. ``targets`` by fiscal year; a year
    without one keeps the last. ``good`` is the direction that is better. ``spread`` pairs a limit with the counter of
    those at or below it (see :func:`at_most`), for medians. ``cumulative``: a month says what all entries up to its end
    add up to (how many there *are*), so its counters count what comes as more and what goes as less than nothing.
    Every change of these makes a new version (``IndicatorVersion``).

    ``is_returned``: bureaus also certify each month what happens *outside* the platform (月次実績報告). The
    indicator is then the sum of both: what is counted here is never part of a return.
    """

    key: str
    title: str
    unit_of_measure: str
    numerator: str
    denominator: str | None = None
    digits: int = 0
    targets: Mapping[int, Number] = field(default_factory=dict)
    good: Literal["up", "down"] = "up"
    baseline: Baseline | None = None
    description: str = ""
    topic: str = ""
    spread: tuple[tuple[int, str], ...] = ()
    cumulative: bool = False
    is_returned: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a view, and what may be published of it.

    ``keep``: as it is. ``drop``: never leaves the house. ``generalise``: only ``generalise(value)`` is shown (an age
    group for an age). ``suppress``: counts above 0 and below ``k`` become nothing — decided by column ``by`` (default:
    itself) — and among the rows that share the columns ``within`` the next smallest are hidden too, until at least two
    are and they make ``k`` together: the total less what is shown would give them away (two that make 2 are 1 and 1).
    """

    key: str
    title: str
    type: Literal["text", "integer", "number", "month", "date", "moment"] = "text"
    description: str = ""
    policy: Literal["keep", "drop", "generalise", "suppress"] = "keep"
    generalise: Callable[[Value], Value] | None = None
    k: int = 10
    by: str = ""
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A published table: chart, page, CSV, JSON and Excel are renderings of it. ``rows`` is a query of the owning
    module.

    Rows are sequences in the order of ``columns``. ``schedule`` says in words how often they change.
    """

    key: str
    title: str
    description: str
    columns: Sequence[Column]
    rows: Callable[[], Iterable[Sequence[Value]]]
    licence: str = "CC BY 4.0"
    schedule: str = ""
    used_by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report: its id in ``figures.csv``, the sentence it stands in, and how it is computed."""

    id: str
    title: str
    compute: Callable[[], Number | None]
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one module adds. ``search`` are entries for the search engine, as ``engines.search`` takes
    them.
    """

    counters: Sequence[Counter] = ()
    indicators: Sequence[Indicator] = ()
    views: Sequence[View] = ()
    figures: Sequence[Figure] = ()
    search: Sequence[object] = field(default=())


def _always(entry: Entry) -> bool:
    return True


def each(when: Callable[[Entry], bool] = _always) -> Fold:
    """Counts 1 for the entry's unit for each entry that fits."""
    return lambda entry: [(entry.unit, 1)] if when(entry) else []


def total(name: str, when: Callable[[Entry], bool] = _always) -> Fold:
    """Adds up the whole number ``data[name]`` of each entry that fits, for the entry's unit."""
    return lambda entry: [(entry.unit, _whole(entry, name))] if when(entry) else []


def at_most(name: str, limit: int, when: Callable[[Entry], bool] = _always) -> Fold:
    """Counts the entries that fit and whose ``data[name]`` is at most ``limit``: one step of a distribution."""
    return lambda entry: [(entry.unit, 1)] if when(entry) and _whole(entry, name) <= limit else []


def _whole(entry: Entry, name: str) -> int:
    value = entry.data[name]
    if not isinstance(value, int):
        raise TypeError(f"data[{name!r}] is {value!r}, not a whole number")
    return int(value)
