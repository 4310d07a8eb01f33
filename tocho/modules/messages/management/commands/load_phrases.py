import tomllib
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from tocho.modules.messages.models import Phrase


class Command(BaseCommand):
    help = "Load the sample offices' standard phrases; those that an office has changed since stay as they are."

    def handle(self, *args: object, **options: object) -> None:
        path = Path(settings.BASE_DIR, "city", "messages", "phrases.toml")
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["phrase"]
        known = set(Phrase.objects.values_list("unit", "title"))
        new = [
            Phrase(unit=row["unit"], title=row["title"], text=row["text"].strip())
            for row in rows
            if (row["unit"], row["title"]) not in known
        ]
        Phrase.objects.bulk_create(new)
        self.stdout.write(f"定型文を {len(new)} 件加えました")
