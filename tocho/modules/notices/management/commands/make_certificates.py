from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tocho.engines.documents import api as documents


class Command(BaseCommand):
    help = "Make the certificates of a sample city: a CA of its own and one for each profile. Existing files stay."

    def handle(self, *args: Any, **options: Any) -> None:
        made = documents.make_certificates(at=timezone.now())
        self.stdout.write("\n".join(made) or "Every certificate is there already.")
