from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from tocho.modules.consultations.definitions import ThemeError, read_theme
from tocho.modules.consultations.models import Theme


class Command(BaseCommand):
    help = "Load the themes of consultation from city/consultations; those whose file is gone are no longer offered."

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        keys = []
        for position, path in enumerate(sorted(Path(settings.BASE_DIR, "city", "consultations").glob("*.toml"))):
            try:
                facts = read_theme(path)
            except ThemeError as error:
                raise CommandError(str(error)) from error
            values = {"unit": facts.unit, "audience": facts.audience, "facts": facts.model_dump(), "retired_at": None}
            Theme.objects.update_or_create(key=facts.key, defaults={**values, "position": position})
            keys.append(facts.key)
        Theme.objects.exclude(key__in=keys).filter(retired_at=None).update(retired_at=timezone.now())
        self.stdout.write(f"相談のテーマを {len(keys)} 件読み込みました")
