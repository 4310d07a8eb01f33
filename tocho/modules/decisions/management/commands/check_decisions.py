"""Ask of stored decisions what the proofs ask: is a hard rule of the 事案決定規程 broken anywhere?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tocho.modules.decisions.queries.soundness import faults_of_all, gaps


class Command(BaseCommand):
    help = "Judge every decision that people made by the hard rules, and the registers of numbers by their gaps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=int, default=0, help="id of the first decision to judge")

    def handle(self, *args: Any, since: int, **options: Any) -> None:
        judged, found = 0, 0
        for reference, faults in faults_of_all(since=since):
            judged += 1
            for fault in faults:
                found += 1
                self.stderr.write(f"{reference}: {fault}")
        for symbol, year, missing in gaps():
            found += len(missing)
            self.stderr.write(f"{symbol} {year}: 7: no decision and no reason for {missing}")
        self.stdout.write(f"{judged} decisions judged, {found} faults.")
        if found:
            raise CommandError("a hard rule is broken")
