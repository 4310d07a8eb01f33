from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tocho.core.org import api as org
from tocho.engines.facts.api import EVERYTHING, bureaus_traced_by, is_within

from .models import BulkChange, Export, ImportRun, ProcedureEntry


def can_see_inventory(user: Any, *, at: datetime) -> bool:
    """Every employee who holds a post; the roadmap is for everybody."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or org.posts_of(user.pk, at=at)))


def entries_visible_to(user: Any, *, at: datetime) -> QuerySet[ProcedureEntry]:
    """All entries for those who may see the inventory, none for others."""
    return ProcedureEntry.objects.all() if can_see_inventory(user, at=at) else ProcedureEntry.objects.none()


def bureaus_edited_by(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the bureaus whose entries a person may change; ``{"*"}`` for posts that serve as ``reform``."""
    return bureaus_traced_by(user, at=at)


def can_edit(user: Any, entry: ProcedureEntry, *, at: datetime) -> bool:
    """Whether a person may change an entry: the bureau its own, the reform team all."""
    return is_within(entry.unit, bureaus_edited_by(user, at=at), on=org.office_day(at))


def imports_visible_to(user: Any, *, at: datetime) -> QuerySet[ImportRun]:
    """A person's own imports; the reform team sees all."""
    if EVERYTHING in bureaus_edited_by(user, at=at):
        return ImportRun.objects.all()
    return ImportRun.objects.filter(uploaded_by_id=user.pk or 0)


def exports_of(user: Any) -> QuerySet[Export]:
    """The files that a person asked for: nobody else sees them."""
    return Export.objects.filter(asked_by_id=user.pk or 0)


def bulk_changes_of(user: Any, *, at: datetime) -> QuerySet[BulkChange]:
    """A person's own bulk changes; the reform team sees all."""
    if EVERYTHING in bureaus_edited_by(user, at=at):
        return BulkChange.objects.all()
    return BulkChange.objects.filter(asked_by_id=user.pk or 0)


def ids_edited_by(user: Any, entries: QuerySet[ProcedureEntry], *, at: datetime) -> list[int]:
    """Which of these entries a person may change; one query, and one look at the organisation for each office."""
    bureaus, day = bureaus_edited_by(user, at=at), org.office_day(at)
    if not bureaus:
        return []
    known: dict[str, bool] = {}
    found = []
    for entry_id, unit in entries.order_by("id").values_list("id", "unit").iterator(chunk_size=5000):
        if unit not in known:
            known[unit] = is_within(unit, bureaus, on=day)
        if known[unit]:
            found.append(entry_id)
    return found
