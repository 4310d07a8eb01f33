"""Which facts are installed in this process. Filled once, when the app starts, by ``tocho/portal/facts.py``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tocho.engines.facts.declarations import Counter, Facts, Figure, Indicator, View


class FactsError(Exception):
    """A declaration that cannot work: a key twice, an indicator over a counter that nobody declares."""


@dataclass(frozen=True)
class Registry:
    """All declarations by their keys, in the order of their modules."""

    counters: dict[str, Counter] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)


_registry = Registry()
Declared = TypeVar("Declared", Counter, Indicator, View, Figure)


def _by_key(declared: Iterable[Declared]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for item in declared:
        key = item.id if isinstance(item, Figure) else item.key
        if key in found:
            raise FactsError(f"{type(item).__name__} {key} is declared twice")
        found[key] = item
    return found


def install(facts: Sequence[Facts]) -> None:
    """Take these declarations in place of all earlier ones.

    :raises FactsError: when a key stands twice, or an indicator names an unknown counter.
    """
    global _registry
    registry = Registry(
        counters=_by_key(counter for each in facts for counter in each.counters),
        indicators=_by_key(indicator for each in facts for indicator in each.indicators),
        views=_by_key(view for each in facts for view in each.views),
        figures=_by_key(figure for each in facts for figure in each.figures),
    )
    for indicator in registry.indicators.values():
        for key in counters_of(indicator):
            if key not in registry.counters:
                raise FactsError(f"Indicator {indicator.key} needs the counter {key}, which nobody declares")
        if indicator.unit_of_measure == "%" and indicator.denominator is None:
            raise FactsError(f"Indicator {indicator.key} is a percentage without a denominator")
    _registry = registry


def installed() -> Registry:
    """The declarations of this process."""
    return _registry


def counters_of(indicator: Indicator) -> tuple[str, ...]:
    """Keys of the counters that an indicator reads."""
    formula = [indicator.numerator] + ([indicator.denominator] if indicator.denominator else [])
    return (*formula, *(key for _limit, key in indicator.spread))
