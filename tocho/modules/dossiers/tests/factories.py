"""Small real files, and one matter with documents."""

import io
from datetime import UTC, datetime

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.modules.dossiers.api import Place

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
MATTER = Subject("matter", 7)
NOBODY = Actor()


def pdf(words: str = "定款") -> bytes:
    return b"%PDF-1.7\n%" + words.encode() + b"\n%%EOF\n"


def stored(words: str = "定款", name: str = "teikan.pdf") -> int:
    return files.store(io.BytesIO(pdf(words)), name=name, by=NOBODY, at=AT).id


def place(key: str = "articles", party: str = "applicant", seen: int = 0) -> Place:
    return Place(MATTER, key, party, "T-01", seen)
