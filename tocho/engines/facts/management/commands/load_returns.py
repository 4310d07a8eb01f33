"""``manage.py load_returns``: the certified monthly returns of the sample city (``city/figures/returns-*.csv``)."""

import csv
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from tocho.core.ledger.api import SYSTEM
from tocho.engines.facts.actions.returns import Said, record_returns
from tocho.engines.facts.rules import month_bounds
from tocho.lib.dates import add_months

FOLDER = Path(settings.BASE_DIR) / "city" / "figures"


class Command(BaseCommand):
    help = "Load the sample city's certified monthly returns. Loading twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, default=sorted(FOLDER.glob("returns-*.csv")))

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        returns: dict[str, list[Said]] = {}
        for path in options["files"]:
            for row in csv.DictReader(path.open(encoding="utf-8")):
                returns.setdefault(row["indicator"], []).append(_said(row))
        for key, said in returns.items():
            record_returns(indicator_key=key, returns=said, certifier=SYSTEM)
        self.stdout.write(f"{sum(map(len, returns.values()))} monthly returns")


def _said(row: dict[str, str]) -> Said:
    return Said(
        unit=row["unit"],
        month=row["month"],
        counted=(int(row["numerator"]), int(row["denominator"]) if row["denominator"] else None),
        at=_certified_at(row["month"]),
        note=row["note"],
        is_sample=row["is_sample"] == "true",
    )


def _certified_at(month: str) -> datetime:
    """Nine o'clock on the fifth of the next month, when the bureaus' returns are due."""
    return month_bounds(add_months(month, 1))[0].replace(day=5, hour=9)
