import hashlib
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tocho.engines.rules.api import TableError, compile_table
from tocho.modules.decisions.models import AuthorityTable


class Command(BaseCommand):
    help = "Load the authority table (事案決定規程 別表) from a DMN file; loading the same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", default="city/authority/jian-kettei.dmn")
        parser.add_argument("--effective-from", default="2020-04-01", type=date.fromisoformat)

    def handle(self, *args: object, path: str, effective_from: date, **options: object) -> None:
        xml = Path(path).read_text(encoding="utf-8")
        try:
            table = compile_table(xml)
        except TableError as error:
            raise CommandError(f"{path}: {error}") from error
        digest = hashlib.sha256(xml.encode()).hexdigest()
        if not AuthorityTable.objects.filter(digest=digest).exists():
            name = getattr(table, "name", "事案決定規程 別表")
            AuthorityTable.objects.create(name=name, xml=xml, digest=digest, effective_from=effective_from)
        self.stdout.write(f"事案決定規程の表を読み込みました（{path}）")
