"""The door to records: into which file a document goes, where its content stands, what came of what arrived."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.lib.kept import kept

from . import actions
from .actions import Filing, RecordsRefused
from .models import ReceivedDocument, ReceivedLink, RecordFile
from .permissions import received_visible_to
from .queries import listing
from .queries.sources import Matter, MatterView, Rendered, Source, install
from .queries.sources import install_matters as _install_matters

__all__ = [
    "Filing",
    "Matter",
    "MatterView",
    "ReceivedView",
    "RecordsRefused",
    "Rendered",
    "Source",
    "class_for",
    "classification_choices",
    "enter_document",
    "file_choices",
    "filed_subjects",
    "install_matters",
    "install_sources",
    "link_received",
    "received_of",
    "received_view",
]


@dataclass(frozen=True)
class ReceivedView:
    """A received document (収受文書) as one line of a matter that came of it; ``sender`` may be personal."""

    id: int
    reference: str
    title: str
    sender: str
    state: str
    arrived_on: date
    href: str


def install_sources(sources: Mapping[str, Source]) -> None:
    """Where documents stand, by subject type; called once by the portal at start-up, with all of them."""
    install(sources)


def install_matters(matters: Mapping[str, Matter]) -> None:
    """What may come of received documents, by subject type; called once by the portal at start-up, with all of them."""
    _install_matters(matters)


def received_view(received_id: int, user_id: int, *, at: datetime) -> ReceivedView | None:
    """A received document that a person may see; None for any other, and where it is destroyed."""
    user = User.objects.filter(id=user_id).first()
    found = received_visible_to(user, at=at).filter(id=received_id, gone_at=None).first() if user else None
    return _view(found) if found else None


def received_of(subject_type: str, subject_id: int) -> tuple[ReceivedView, ...]:
    """What arrived and led to a matter, the oldest first; whoever may see the matter may see it. One query, composed
    once."""
    return tuple(_view(link.received) for link in _links(subject_type, subject_id))


@kept
def _links(subject_type: str, subject_id: int) -> QuerySet[ReceivedLink]:
    rows = ReceivedLink.objects.filter(subject_type=subject_type, subject_id=subject_id, ended_at=None)
    return rows.filter(received__gone_at=None).select_related("received").order_by("id")


def _view(found: ReceivedDocument) -> ReceivedView:
    return ReceivedView(
        id=found.pk,
        reference=found.reference,
        title=found.title,
        sender=found.sender,
        state=str(found.get_state_display()),
        arrived_on=found.arrived_on,
        href=reverse("records:received_detail", args=[found.pk]),
    )


def link_received(*, received_id: int, subject_type: str, subject_id: int, actor: Actor, at: datetime) -> None:
    """Say that a matter came of a received document, in the running transaction. The same again changes nothing.

    :raises RecordsRefused: the document is destroyed.
    """
    actions.link_received(received_id=received_id, subject_type=subject_type, subject_id=subject_id, actor=actor, at=at)


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
