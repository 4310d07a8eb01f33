"""From acts to figures: what modules declare, and what pages and commands read. The only door for other parts."""

from tocho.engines.facts.actions.projection import project
from tocho.engines.facts.actions.returns import ReturnRefused, adjust, publish_month, record_look, record_return
from tocho.engines.facts.declarations import (
    Baseline,
    Column,
    Counter,
    Facts,
    Figure,
    Fold,
    Indicator,
    View,
    at_most,
    each,
    total,
)
from tocho.engines.facts.permissions import EVERYTHING, bureaus_traced_by, can_trace, is_within
from tocho.engines.facts.queries.dashboard import Both, Dashboard, Point, UnitRow, dashboard
from tocho.engines.facts.queries.overview import overview
from tocho.engines.facts.queries.readings import State, kept_while, measurements, months_with_values, spread_of, state
from tocho.engines.facts.queries.tables import Table, catalogue, table_of, view_of
from tocho.engines.facts.queries.tracing import Trace, TracePage, trace
from tocho.engines.facts.queries.verification import Difference, FactsVerdict, verify_sums
from tocho.engines.facts.registry import FactsError, install, installed
from tocho.engines.facts.rules import MEASURED, RETURNED, TOKYO, Measurement, is_reached, quantile, sentence, target_of

__all__ = [
    "EVERYTHING",
    "MEASURED",
    "RETURNED",
    "TOKYO",
    "Baseline",
    "Both",
    "Column",
    "Counter",
    "Dashboard",
    "Difference",
    "Facts",
    "FactsError",
    "FactsVerdict",
    "Figure",
    "Fold",
    "Indicator",
    "Measurement",
    "Point",
    "ReturnRefused",
    "State",
    "Table",
    "Trace",
    "TracePage",
    "UnitRow",
    "View",
    "adjust",
    "at_most",
    "bureaus_traced_by",
    "can_trace",
    "catalogue",
    "dashboard",
    "each",
    "install",
    "installed",
    "is_reached",
    "is_within",
    "kept_while",
    "measurements",
    "months_with_values",
    "overview",
    "project",
    "publish_month",
    "quantile",
    "record_look",
    "record_return",
    "sentence",
    "spread_of",
    "state",
    "table_of",
    "target_of",
    "total",
    "trace",
    "verify_sums",
    "view_of",
]
