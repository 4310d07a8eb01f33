from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from tocho.core.ledger.api import SYSTEM
from tocho.modules.procedures.actions import publish_version
from tocho.modules.procedures.definitions import DefinitionError, read_folder


class Command(BaseCommand):
    help = (
        "Publish the procedures of a folder (default: city/procedures), and before them the processes beside it"
        " that they call; unchanged ones stay the versions they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.BASE_DIR, "city", "procedures"))

    @transaction.atomic  # one mistake in one file publishes nothing
    def handle(self, *args: object, folder: Path, **options: object) -> None:
        folders = (
            [folder] if (folder / "procedure.toml").exists() else sorted(p for p in folder.iterdir() if p.is_dir())
        )
        shared = Path(folders[0] if folders else folder).parent.parent / "processes"
        if shared.is_dir():
            call_command("load_processes", shared, stdout=self.stdout)
        for one in folders:
            try:
                version = publish_version(source=read_folder(one), actor=SYSTEM, at=timezone.now())
            except DefinitionError as error:
                raise CommandError(f"{one}: {error}") from error
            self.stdout.write(f"{one.name} 第{version.number}版")
