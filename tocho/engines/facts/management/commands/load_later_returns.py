"""``manage.py load_later_returns``: sample returns of 電子決定率 from November 2020 on, through the totals published
later (``city/figures/electronic-rate.csv``).
"""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tocho.core.ledger.api import SYSTEM
from tocho.engines.facts.actions.returns import Said, record_returns
from tocho.engines.facts.queries.returns import newest_returns
from tocho.engines.facts.rules import TOKYO, month_bounds
from tocho.lib.dates import add_months, month_key, months_between

FILE = Path(settings.BASE_DIR) / "city" / "figures" / "electronic-rate.csv"
RATE, LAST_KNOWN = "decisions.electronic_rate", "2020-10"
SEASON = (94, 96, 131, 104, 92, 97, 98, 90, 95, 100, 97, 101)  # January to December, percent of an October's matters


class Command(BaseCommand):
    help = "Load sample returns from November 2020 on. Loading twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", default="", help="last month, 2023-03; default: the month before last")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        until = options["until"] or add_months(month_key(timezone.now().astimezone(TOKYO).date()), -2)
        months = list(months_between(add_months(LAST_KNOWN, 1), until))
        october = {unit: row.counted for (unit, _month), row in newest_returns(RATE, [LAST_KNOWN]).items()}
        known = newest_returns(RATE, months)
        published = _published()
        returns = [
            Said(
                unit=unit,
                month=month,
                counted=counted,
                at=_certified_at(month),
                note="局別の内訳は見本" if month in published else "見本",
                is_sample=True,
            )
            for month in months
            for unit, counted in sample_month(october, percent_in(month, published), month)
            if (unit, month) not in known
        ]
        record_returns(indicator_key=RATE, returns=returns, certifier=SYSTEM)
        self.stdout.write(f"{len(returns)} monthly returns")


def _published() -> dict[str, Fraction]:
    with FILE.open(encoding="utf-8") as file:
        return {row["month"]: Fraction(row["percent"]) for row in csv.DictReader(file)}


def percent_in(month: str, published: dict[str, Fraction]) -> Fraction:
    """The percentage of a month: as published, on the line between two that are, or that of the last."""
    before = max(each for each in published if each <= month)
    later = [each for each in published if each > month]
    if before == month or not later:
        return published[before]
    after = min(later)
    whole, part = (len(list(months_between(before, each))) - 1 for each in (after, month))
    return published[before] + (published[after] - published[before]) * Fraction(part, whole)


def sample_month(
    october: dict[str, tuple[int, int | None]], percent: Fraction, month: str
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each bureau's (electronic, all) of a month: all of them together are the percentage, what is left on paper lies
    where it lay in October 2020."""
    season = SEASON[int(month[5:]) - 1]
    whole = {unit: max(1, (denominator or 0) * season // 100) for unit, (_n, denominator) in sorted(october.items())}
    on_paper = {unit: (october[unit][1] or 0) - october[unit][0] for unit in whole}
    left = round(sum(whole.values()) * (100 - percent) / 100)
    shares = {unit: Fraction(left * on_paper[unit], sum(on_paper.values()) or 1) for unit in whole}
    paper = {unit: min(int(share), whole[unit]) for unit, share in shares.items()}
    for unit in sorted(whole, key=lambda each: int(shares[each]) - shares[each])[: left - sum(paper.values())]:
        paper[unit] = min(paper[unit] + 1, whole[unit])
    yield from ((unit, (whole[unit] - paper[unit], whole[unit])) for unit in whole)


def _certified_at(month: str) -> datetime:
    """Nine o'clock on the fifth of the next month, when the bureaus' returns are due."""
    return month_bounds(add_months(month, 1))[0].replace(day=5, hour=9)
