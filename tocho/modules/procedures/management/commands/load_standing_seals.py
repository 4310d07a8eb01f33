import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM
from tocho.modules.notices import api as notices
from tocho.modules.procedures.definitions import in_language
from tocho.modules.procedures.models import ProcedureVersion
from tocho.modules.procedures.queries import definition

FILE = Path(settings.BASE_DIR, "city", "notices", "standing.toml")


class Command(BaseCommand):
    help = "Load the sample city's standing authorisations of the seal (包括承認), once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="for every sealed notice of every published procedure")

    @transaction.atomic
    def handle(self, *args: object, all: bool, **options: object) -> None:  # noqa: A002 - the option's name
        told = tomllib.loads(FILE.read_text(encoding="utf-8"))
        at = timezone.now() - timedelta(days=told["days_before"])
        count = 0
        for number, form in enumerate(_forms(None if all else told["forms"]), start=101):
            if notices.is_authorised(form, at=timezone.now()):
                continue
            day = calendar.office_day(at)
            basis = told["basis"].format(number=number)
            period = notices.Period(day, day + timedelta(days=told["days"]), basis=basis, reason=told["reason"])
            notices.authorise(form, period, actor=SYSTEM, at=at)
            count += 1
        self.stdout.write(f"見本の包括承認 {count} 件")


def _forms(wanted: dict[str, list[str]] | None) -> Iterator[notices.Form]:
    """Every sealed notice of the published procedures, or those wanted: procedure → outcomes."""
    current = ProcedureVersion.objects.filter(procedure__current_id__isnull=False).select_related("procedure")
    for version in current.order_by("procedure__key"):
        if version.procedure.current_id != version.id:
            continue
        compiled = definition(version.id)
        for outcome, spec in compiled.facts.notices.items():
            chosen = wanted is None or outcome in wanted.get(compiled.facts.key, ())
            if chosen and spec.profile != notices.NO_SEAL:
                yield notices.Form(
                    kind=f"{compiled.facts.key}.{outcome}",
                    source=compiled.notices[spec.template],
                    profile=spec.profile,
                    unit=version.unit,
                    title=in_language(spec.title, "ja"),
                )
