"""The door to records: into which file a document goes, and where its content stands."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from tocho.core.ledger.api import Actor

from . import actions
from .actions import Filing, RecordsRefused
from .models import RecordFile
from .queries import listing
from .queries.sources import Rendered, Source, install

__all__ = [
    "Filing",
    "RecordsRefused",
    "Rendered",
    "Source",
    "class_for",
    "classification_choices",
    "enter_document",
    "file_choices",
    "filed_subjects",
    "install_sources",
]


def install_sources(sources: Mapping[str, Source]) -> None:
    """Where documents stand, by subject type; called once by the portal at start-up, with all of them."""
    install(sources)


def classification_choices(*, on: date) -> list[tuple[str, str]]:
    """(code, words with the period) of the classes in use on a day."""
    found = listing.classifications(on=on)
    return [(each.code, f"{each.code} {each.title}（{each.get_retention_display()}）") for each in found]


def class_for(category: str, *, on: date) -> str:
    """Code of the class in which matters of a category are filed on a day; "" where the table names none."""
    return listing.class_for(category, on=on)


def filed_subjects(subject_type: str, ids: Collection[int]) -> set[int]:
    """Those of some subjects that are filed already. One query."""
    return listing.filed_subjects(subject_type, ids)


def file_choices(unit: str, *, on: date) -> list[tuple[int, str]]:
    """(key, words) of an office's files that take documents, the newest first; at most 200."""
    rows = RecordFile.objects.filter(unit=unit, state="current").order_by("-id")[:200]
    return [(file.pk, str(file)) for file in rows]


def enter_document(filing: Filing, *, actor: Actor, at: datetime) -> int:
    """File a document of a module above; the same subject again is the same document. Returns its key.

    :raises RecordsRefused: the file is closed, or the class is unknown.
    """
    return int(actions.enter_document(filing, actor=actor, at=at).pk)
