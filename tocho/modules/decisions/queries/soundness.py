"""Judging what is stored: the hard rules over every decision that people made, and numbers without gaps."""

from collections.abc import Iterator
from itertools import groupby

from ..models import Decision, NumberReservation, NumberSeries, Step
from ..rules.hard_rules import faults
from .standing import matter_of

BATCH = 500


def faults_of_all(*, since: int = 0) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each decision that people made, from an id on, with what breaks a hard rule in its present circulation."""
    after = since - 1
    while True:
        rows = list(Decision.objects.filter(id__gt=after, by_rule="").order_by("id")[:BATCH])
        if not rows:
            return
        after = rows[-1].id
        steps = Step.objects.filter(decision__in=rows).order_by("decision_id", "stage", "id")
        by_decision = {key: list(found) for key, found in groupby(steps, key=lambda step: step.decision_id)}
        for row in rows:
            current = [step for step in by_decision.get(row.id, ()) if step.circuit == row.circuit]
            on_paper = row.medium == Decision.Medium.PAPER
            yield row.reference, () if on_paper else faults(matter_of(row, current))


def gaps() -> Iterator[tuple[str, int, list[int]]]:
    """Numbers of each symbol and fiscal year that neither a decision nor a reservation explains."""
    for series in NumberSeries.objects.order_by("symbol", "fiscal_year"):
        key = {"symbol": series.symbol, "fiscal_year": series.fiscal_year}
        known = set(Decision.objects.filter(**key).values_list("number", flat=True))
        known |= set(NumberReservation.objects.filter(**key).values_list("number", flat=True))
        missing = [number for number in range(1, series.last + 1) if number not in known]
        if missing:
            yield series.symbol, series.fiscal_year, missing
