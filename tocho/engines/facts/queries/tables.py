"""Published tables: a view read, its policies applied, once for the page, the chart and every file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from tocho.engines.facts.declarations import Column, Indicator, View
from tocho.engines.facts.queries.readings import State, kept_while, measurements, months_with_values, state
from tocho.engines.facts.registry import installed
from tocho.engines.facts.rules import publishable, target_of
from tocho.lib.csvfile import Value

ALL_MONTHS = 600
INDICATOR_COLUMNS = (
    Column("month", gettext_noop("月"), "month", gettext_noop("数えた月（YYYY-MM）。日本時間で区切る")),
    Column("unit_code", gettext_noop("組織コード"), "text", gettext_noop("局の組織コード。全体の行は空")),
    Column("unit_name", gettext_noop("組織"), "text", gettext_noop("その月の局の名称")),
    Column(
        "source",
        gettext_noop("出所"),
        "text",
        gettext_noop("measured＝台帳の記録から数えた値、returned＝各局が確認して報告した値"),
    ),
    Column("numerator", gettext_noop("分子"), "integer", gettext_noop("数えた件数")),
    Column("denominator", gettext_noop("分母"), "integer", gettext_noop("全体の件数。率や平均でない指標では空")),
    Column("value", gettext_noop("値"), "number", gettext_noop("定義の桁数で四捨五入した値")),
    Column("target", gettext_noop("目標"), "number", gettext_noop("その年度の目標")),
    Column("published", gettext_noop("公表値"), "number", gettext_noop("最後に公表した値")),
    Column("note", gettext_noop("注記"), "text", gettext_noop("見本、補正などの注記")),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A view as it may be published: ``rows`` in the order of ``columns``. ``as_of`` is when its numbers last
    changed.
    """

    view: View
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    as_of: datetime

    def records(self) -> Iterator[dict[str, Value]]:
        """The rows by the keys of their columns."""
        keys = [column.key for column in self.columns]
        return (dict(zip(keys, row, strict=True)) for row in self.rows)


def catalogue() -> list[View]:
    """Every published view: those that the modules declare, then one for each indicator."""
    registry = installed()
    return [*registry.views.values(), *(indicator_view(each) for each in registry.indicators.values())]


def view_of(key: str) -> View | None:
    """The published view with this key; an indicator's key means the view of its values."""
    registry = installed()
    if key in registry.indicators:
        return indicator_view(registry.indicators[key])
    return registry.views.get(key)


def table_of(view: View, *, now: State | None = None) -> Table:
    """Read a view and apply the policies of its columns. Kept in memory until a figure changes.

    ``now`` is the present state, if the caller has asked for it already.
    """
    now = now or state()
    table = kept_while(now, ("table", view.key), lambda: _read(view))
    return replace(table, as_of=now.as_of or table.as_of)


def _read(view: View) -> Table:
    columns, rows = publishable(view.columns, view.rows())
    return Table(view, tuple(columns), tuple(tuple(row) for row in rows), timezone.now())


def indicator_view(indicator: Indicator) -> View:
    """The table of an indicator: month × (all, each bureau) × source. Chart and page are drawn from the same table."""
    return View(
        key=indicator.key,
        title=indicator.title,
        description=indicator.description or indicator.title,
        columns=INDICATOR_COLUMNS,
        rows=lambda: _indicator_rows(indicator),
        schedule=gettext_noop("記録されるたびに、数秒後"),
    )


def _indicator_rows(indicator: Indicator) -> Iterator[tuple[Value, ...]]:
    months = months_with_values(indicator.key, limit=ALL_MONTHS)
    for unit in (None, "*"):
        for each in measurements(indicator.key, months=months, unit=unit):
            yield (
                each.month,
                each.unit,
                each.unit_name,
                each.source,
                each.numerator,
                each.denominator,
                each.value,
                target_of(indicator, each.month),
                each.published,
                each.note,
            )
