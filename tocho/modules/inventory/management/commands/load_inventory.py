import csv
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tocho.core.files import api as files
from tocho.core.ledger.api import SYSTEM
from tocho.modules.inventory import actions
from tocho.modules.inventory.definitions import codebook
from tocho.modules.inventory.models import EntryVersion, ImportRun, ProcedureEntry

FOLDER = Path(settings.BASE_DIR, "city", "inventory")
FILES = (("main.csv", "2020-04-01"), ("others.csv", "2020-10-30"))  # what was surveyed, and the day it speaks of
OFFICE = "R02-0300"


class Command(BaseCommand):
    help = "Load the sample city's inventory of procedures with its history; a second run changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        for name, day in FILES:
            _import(FOLDER / name, _morning(day))
        with transaction.atomic(), (FOLDER / "moves.csv").open(encoding="utf-8") as file:
            moved = sum(_move(row) for row in csv.DictReader(file))
        self.stdout.write(f"手続棚卸 {ProcedureEntry.objects.count()} 件、進めた段階 {moved}")


def _morning(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=1, tzinfo=UTC)  # ten o'clock in Tokyo


def _import(path: Path, at: datetime) -> None:
    """As a person would: the same checks, one transaction, one entry in the ledger. Unless it was done already."""
    once = f"sample:{path.stem}:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    if ImportRun.objects.filter(once=once, state=ImportRun.State.APPLIED).exists():
        return
    with path.open("rb") as stream:
        stored = files.store(stream, name=path.name, by=SYSTEM, at=at)
    run = actions.start_import(
        file_id=stored.id, effective_on=at.date(), default_unit=OFFICE, once=once, actor=SYSTEM, at=at
    )
    actions.read_import(run_id=run.id, at=at)
    run.refresh_from_db()
    if run.state != ImportRun.State.CHECKED:
        wrong = [f"{each.row}: {each.column} {each.value} {each.reason}" for each in run.lines.filter(outcome="error")]
        raise CommandError("\n".join([f"{path.name}: {run.problem}", *wrong[:20]]))
    actions.confirm_import(run_id=run.id, actor=SYSTEM, at=at)
    actions.apply_import(run_id=run.id, at=at)


def _move(row: dict[str, str]) -> bool:
    at = _morning(row["日"])
    entry = ProcedureEntry.objects.get(code=row["手続ID"])
    code = codebook().by_key["state"].code_of(row["状態"])
    assert code is not None, row
    if EntryVersion.objects.filter(entry=entry, state=code.key, effective_on=at.date()).exists():
        return False
    actions.move_entry(entry_id=entry.id, to=code.key, reason=row["理由"], actor=SYSTEM, at=at)
    return True
