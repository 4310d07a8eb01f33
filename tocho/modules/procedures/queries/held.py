"""What the government holds about a person in this module, and who looked at it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Entry
from tocho.core.org import api as org

from ..models import Application
from .catalogue import definition
from .mine import MOST, UNSUBMITTED
from .stepping import file_ids

LOOKED = ("application.viewed",)


@dataclass(frozen=True)
class Look:
    """That an officer opened an application: when, of which office, which application. ``id`` is the ledger entry's."""

    id: int
    at: datetime
    office: str
    application_id: int


def office_name(entry: Entry) -> str:
    """The office of whoever acted, as it was called then."""
    on = org.office_day(entry.at)
    post = org.post(entry.actor.post_id, on=on) if entry.actor.post_id else None
    code = post.unit_code if post else entry.unit
    try:
        return org.unit(code, on=on).full_name
    except org.UnknownUnit:
        return _("担当の部署")


def looks_at(ids: Collection[int], *, before: int | None = None, limit: int = 50) -> list[Look]:
    """The newest looks of officers at these applications; one query."""
    if not ids:
        return []
    found = ledger.entries_about("application", ids, kinds=LOOKED, before=before, limit=limit)
    return [Look(entry.id, entry.at, office_name(entry), entry.subject.id) for entry in found]


@dataclass(frozen=True)
class Held:
    """Everything kept of one submitted application, in words: answers as (question, answer), files as (id, name)."""

    id: int
    title: str
    receipt_number: str
    state: str
    submitted_at: datetime | None
    closed_at: datetime | None
    kept_until: date | None
    fee: int
    answers: tuple[tuple[str, str], ...]
    file_ids: frozenset[int]


def held(visible: QuerySet[Application]) -> Iterator[Held]:
    """The newest submitted applications of a person with all that was given in them."""
    language = get_language() or "ja"
    for row in visible.exclude(state__in=UNSUBMITTED).order_by("-id")[:MOST].iterator(chunk_size=50):
        compiled = definition(row.version_id)
        steps = compiled.form.summary(row.answers, language=language)
        yield Held(
            id=row.id,
            title=compiled.title(language),
            receipt_number=row.receipt_number or "",
            state=row.get_state_display(),
            submitted_at=row.submitted_at,
            closed_at=row.closed_at,
            kept_until=row.kept_until,
            fee=row.fee,
            answers=tuple((one.label, one.display) for step in steps for one in step.rows),
            file_ids=file_ids(row.answers),
        )
