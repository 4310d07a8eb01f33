"""``manage.py facts verify | figures | project | publish MONTH``."""

import csv
from argparse import ArgumentParser
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from tocho.engines.facts.actions.projection import project
from tocho.engines.facts.actions.returns import publish_month
from tocho.engines.facts.queries.verification import verify_sums
from tocho.engines.facts.registry import installed
from tocho.engines.facts.rules import rounded

PUBLISHED = Path(settings.BASE_DIR) / "city" / "figures" / "published.csv"


class Command(BaseCommand):
    help = "Figures: verify them against the ledger, compare with the report, project, publish a month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("verify", help="fold every entry again and compare with the sums")
        figures = actions.add_parser("figures", help="id, published, computed, ok of the report's figures")
        figures.add_argument("--file", type=Path, default=PUBLISHED)
        actions.add_parser("project", help="fold what is sealed, now")
        actions.add_parser("publish", help="freeze a month").add_argument("month", metavar="2020-10")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["action"])(**options)

    def verify(self, **options: Any) -> None:
        fresh = not connection.in_atomic_block
        with transaction.atomic():
            if fresh:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            verdict = verify_sums()
        for each in verdict.differences:
            self.stdout.write(
                f"{each.counter} {each.month} {each.unit or '-'}: stored {each.stored}, entries say {each.recomputed}"
            )
        for counter, entry, text in verdict.faults:
            self.stdout.write(f"{counter} cannot fold entry {entry}: {text}")
        if not verdict.ok:
            raise CommandError(f"{len(verdict.differences)} differences, {len(verdict.faults)} faults")
        self.stdout.write(f"ok: {verdict.sums} sums up to block {verdict.height}")

    def figures(self, **options: Any) -> None:
        figures, wrong = installed().figures, 0
        for row in csv.DictReader(options["file"].open(encoding="utf-8")):
            figure = figures.get(row["id"])
            computed = figure.compute() if figure else None
            if figure is None or computed is None:
                self.stdout.write(f"{row['id']}\t{row['value']}\t-\tnot covered")
                continue
            shown = rounded(Fraction(computed), figure.digits)
            ok = shown == Decimal(row["value"])
            wrong += not ok
            self.stdout.write(f"{row['id']}\t{row['value']}\t{shown:f}\t{'ok' if ok else 'differs'}")
        if wrong:
            raise CommandError(f"{wrong} figures differ from what was published")

    def project(self, **options: Any) -> None:
        self.stdout.write(f"folded {project(at=timezone.now())} blocks")

    def publish(self, **options: Any) -> None:
        self.stdout.write(f"published {publish_month(month=options['month'], at=timezone.now())} values")
