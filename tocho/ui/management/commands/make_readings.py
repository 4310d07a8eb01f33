"""The readings of what the screens themselves say, from the catalogues of messages; once at set-up."""

from pathlib import Path
from typing import Any

import orjson
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand

from tocho.lib.ruby import has_kanji, reader
from tocho.ui.furigana import FILE


class Command(BaseCommand):
    help = "Write var/readings.json: how the texts of the screens are read, for those who switch ふりがな on."

    def handle(self, *_args: Any, **_options: Any) -> None:
        paths = [*settings.LOCALE_PATHS, *(settings.BASE_DIR / "tocho").rglob("locale")]
        texts = sorted({text for folder in paths for path in Path(folder).rglob("*.po") for text in spoken(path)})
        with reader() as read:
            readings = {text: read(text) for text in texts if has_kanji(text)}
        path = settings.VAR_DIR / FILE
        path.write_bytes(orjson.dumps(readings))
        self.stdout.write(f"{len(readings)} texts")


def spoken(path: Path) -> list[str]:
    """The Japanese of a catalogue: its messages, and of やさしい日本語 the translations too."""
    with path.open("rb") as file:
        catalog = read_po(file, locale="ja")
    easy = path.parent.parent.name.startswith("ja")
    found: list[str] = []
    for message in catalog:
        for part in (message.id, message.string if easy else ""):
            found += [part] if isinstance(part, str) else part or ()
    return [text for text in found if text]
