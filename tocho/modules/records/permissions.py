from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from tocho.core.org import api as org
from tocho.core.org.api import Rank

from .models import (
    DisclosureRequest,
    DisposalList,
    Document,
    Hold,
    ReceivedDocument,
    ReceivedReader,
    RecordFile,
)

ARCHIVES = org.Duty.ARCHIVES  # the post that takes over what is historical (公文書館)
REVIEWERS = (org.Duty.LEGAL_REVIEW, org.Duty.RECORDS)  # they look after the documents of their bureau


def units_of(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the offices whose documents a person may see: the own ones and, for those who look after the
    documents of a bureau or stand above its sections, all offices below; with those that were dissolved into them.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    day = org.office_day(at)
    found = set(org.unit_codes_of(user.pk, at=at))
    for post in org.posts_of(user.pk, at=at):
        if post.serves_as in REVIEWERS or post.rank >= Rank.BUREAU_CHIEF:
            found |= {view.code for view in org.units_below(org.bureau_of(post.unit_code, on=day).code, on=day)}
        elif post.rank >= Rank.DIVISION_CHIEF:
            found |= {view.code for view in org.units_below(post.unit_code, on=day)}
    return org.with_predecessors(found, on=day)


@dataclass(frozen=True)
class Reach:
    """What lists show a person: the documents of these offices and, for the archive, what comes to it."""

    units: frozenset[str]
    is_archivist: bool = False


def reach_of(user: Any, *, at: datetime) -> Reach:
    """The reach of a person at a moment; what ``files_visible_to`` and its like say of single rows."""
    return Reach(units_of(user, at=at), is_archivist(user, at=at))


def is_archivist(user: Any, *, at: datetime) -> bool:
    """Whether a person works for the archive (公文書館): sees what is to be handed over, everywhere."""
    return bool(user.is_authenticated) and any(post.serves_as == ARCHIVES for post in org.posts_of(user.pk, at=at))


def can_keep_records(user: Any, *, at: datetime) -> bool:
    """Every employee with a post keeps the documents of the own office."""
    return bool(units_of(user, at=at))


def files_visible_to(user: Any, *, at: datetime) -> QuerySet[RecordFile]:
    """Files of the offices within reach; for the archive what is to come to it."""
    reach = Q(unit__in=units_of(user, at=at))
    if is_archivist(user, at=at):
        reach |= Q(state__in=["disposal_review", "transfer_candidate", "transferred"])
    return RecordFile.objects.filter(reach)


def documents_visible_to(user: Any, *, at: datetime) -> QuerySet[Document]:
    """Documents of the files within reach."""
    return Document.objects.filter(file__in=files_visible_to(user, at=at))


def lists_visible_to(user: Any, *, at: datetime) -> QuerySet[DisposalList]:
    """Disposal lists of the offices within reach; the archive sees those that are proposed."""
    reach = Q(unit__in=units_of(user, at=at))
    if is_archivist(user, at=at):
        reach |= ~Q(state__in=["drafting", "withdrawn"])
    return DisposalList.objects.filter(reach)


def received_visible_to(user: Any, *, at: datetime) -> QuerySet[ReceivedDocument]:
    """What arrived at, or was passed to, the offices within reach, or is shown to the person (供覧)."""
    units = units_of(user, at=at)
    shown = ReceivedReader.objects.filter(user=user.pk or 0).values("received_id")
    return ReceivedDocument.objects.filter(Q(unit__in=units) | Q(assigned_unit__in=units) | Q(id__in=shown))


def can_handle_received(user: Any, received: ReceivedDocument, *, at: datetime) -> bool:
    """Whether a person works on what arrived: those of the office that received it, or that handles it."""
    return bool(units_of(user, at=at) & {received.unit, received.assigned_unit})


def requests_visible_to(user: Any, *, at: datetime) -> QuerySet[DisclosureRequest]:
    """Requests for disclosure that the offices within reach answer."""
    return DisclosureRequest.objects.filter(unit__in=units_of(user, at=at))


def can_release(user: Any, hold: Hold, *, at: datetime) -> bool:
    """A hold is released by the office that asked for it; what a request holds, by closing the request."""
    return hold.request_id is None and can_change(user, hold.unit or hold.file.unit, at=at)


def can_change(user: Any, unit: str, *, at: datetime) -> bool:
    """Whether a person keeps the documents of an office."""
    return unit in units_of(user, at=at)


def needs_archive(disposal: DisposalList) -> bool:
    """Whether a list would destroy what its class says is historical."""
    return disposal.items.filter(outcome="dispose", file__classification__is_historical=True).exists()


def can_agree(user: Any, disposal: DisposalList, *, at: datetime) -> bool:
    """The second person: a section chief or above within reach, whoever looks after documents, or the archive — never
    who proposed. Where something historical is to be destroyed, the archive alone.
    """
    if user.pk == disposal.proposed_by_id:
        return False
    if is_archivist(user, at=at):
        return True
    if needs_archive(disposal):
        return False
    posts = org.posts_of(user.pk or 0, at=at)
    is_senior = any(post.rank >= Rank.SECTION_CHIEF or post.serves_as in REVIEWERS for post in posts)
    return is_senior and can_change(user, disposal.unit, at=at)
