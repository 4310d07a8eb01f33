from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from tocho.engines.process.api import ProcessError, publish


class Command(BaseCommand):
    help = "Publish the processes that others call (default: city/processes); unchanged ones stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.BASE_DIR, "city", "processes"))

    @transaction.atomic  # one mistake in one file publishes nothing
    def handle(self, *args: object, folder: Path, **options: object) -> None:
        left = sorted(folder.glob("*.bpmn"))
        while left:
            faults = [(path, fault) for path in left if (fault := self._fault(path)) is not None]
            if len(faults) == len(left):  # what calls one of the others is published when they are
                path, fault = faults[0]
                raise CommandError(f"{path}: {fault}") from fault
            left = [path for path, _fault in faults]

    def _fault(self, path: Path) -> ProcessError | None:
        try:
            publish(path.read_bytes(), at=timezone.now())
        except ProcessError as fault:
            return fault
        self.stdout.write(path.name)
        return None
