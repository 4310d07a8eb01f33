from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tocho.engines.search import api


class Command(BaseCommand):
    help = "Bring the search index in line with the modules' records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kinds", nargs="*", help="only these kinds")

    def handle(self, *_args: Any, **options: Any) -> None:
        unknown = set(options["kinds"]) - set(api.installed())
        if unknown:
            raise CommandError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(api.installed()))}")
        for kind, (written, removed) in api.rebuild(options["kinds"] or None).items():
            self.stdout.write(f"{kind}: {written} written, {removed} removed")
