"""The way through a municipality: which one it is, what it sees, what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.forms.api import SummaryStep
from tocho.engines.process import api as process
from tocho.engines.rules.api import RuleError, compile_expression
from tocho.modules.dossiers import api as dossiers

from ..models import Application, Transit
from .catalogue import definition
from .documents import DocumentRow, document_context, documents_of
from .stepping import file_ids


def municipality_of(application: Application) -> org.UnitView | None:
    """The municipality that the answers name; None where none does (an address elsewhere), or no way leads through."""
    compiled = definition(application.version_id)
    if compiled.facts.via is None:
        return None
    try:
        found = compile_expression(compiled.facts.via.municipality)(document_context(compiled, application))
    except RuleError:
        return None
    return org.municipality_named(str(found)) if found else None


@dataclass(frozen=True)
class TransitPage:
    """What a municipality sees of a case: the declared steps and documents only, the clock, and what it said."""

    transit: Transit
    application: Application
    title: str
    municipality: str
    summary: tuple[SummaryStep, ...]
    documents: tuple[DocumentRow, ...]
    paper: files.FileView | None
    mine: bool

    @property
    def days(self) -> int:
        """Business days that the municipality has had it (経由機関の処理期間)."""
        return transit_days(self.transit, on=calendar.office_day(self.transit.forwarded_at or self.transit.received_at))


def transit_days(transit: Transit, *, on: date) -> int:
    """Business days from the day it was received there to a day."""
    return calendar.business_days_between(calendar.office_day(transit.received_at), on)


def transit_page(transit: Transit, *, user_id: int, at: datetime) -> TransitPage:
    """Everything on the municipality's page of a case."""
    application = transit.application
    compiled = definition(application.version_id)
    seen = compiled.facts.via.steps if compiled.facts.via else []
    brief = documents_of(application)
    task = forward_task(application)
    return TransitPage(
        transit=transit,
        application=application,
        title=compiled.title(get_language() or "ja"),
        municipality=org.unit(transit.unit).name,
        summary=tuple(step for step in compiled.form.summary(application.answers) if step.key in seen),
        documents=tuple(row for row in brief.rows if row.spec.via) if brief else (),
        paper=files.view(transit.file_id) if transit.file_id else None,
        mine=task is not None and org.may_act(user_id, task.address, at=at),
    )


def forward_task(application: Application) -> process.TaskView | None:
    """The open task of the municipality."""
    tasks = process.tasks_of(Subject("application", application.id))
    return next((task for task in tasks if task.kind == "procedures.forward"), None)


def seen_by_municipality(application: Application, file_id: int) -> bool:
    """Whether a file is in a step or a document that the municipality sees."""
    compiled = definition(application.version_id)
    via = compiled.facts.via
    if via is None:
        return False
    keys = [one.key for step in compiled.form.steps if step.key in via.steps for one in step.questions]
    answers: Mapping[str, Any] = {key: application.answers.get(key) for key in keys}
    if file_id in file_ids(answers):
        return True
    shown = {spec.key for spec in compiled.facts.documents if spec.via}
    items = dossiers.items_of(Subject("application", application.id))
    return any(sheet.file_id == file_id for item in items if item.key in shown for sheet in item.sheets)


@dataclass(frozen=True)
class TransitRow:
    """One line of the municipality's list."""

    application_id: int
    number: str
    title: str
    received_at: datetime
    due_on: date
    forwarded_at: datetime | None
    opinion: str


def transit_list(visible: QuerySet[Transit], *, after: int | None = None, limit: int = 50) -> list[TransitRow]:
    """The cases of a municipality, newest first; at most ``limit`` and one more, by which a next page is known."""
    if after:
        visible = visible.filter(application_id__lt=after)
    rows = visible.select_related("application").defer("application__answers").order_by("-application_id")
    language = get_language() or "ja"
    return [
        TransitRow(
            one.application_id,
            one.application.receipt_number or "",
            definition(one.application.version_id).title(language),
            one.received_at,
            one.due_on,
            one.forwarded_at,
            one.get_opinion_display() if one.opinion else "",
        )
        for one in rows[: limit + 1]
    ]


@dataclass(frozen=True)
class TransitBrief:
    """What the office sees of the way through the municipality."""

    municipality: str
    transit: Transit
    days: int
    paper: files.FileView | None


def transit_of(application: Application, *, at: datetime) -> TransitBrief | None:
    """The way of a case through its municipality; None where none leads through. No query for other procedures."""
    if definition(application.version_id).facts.via is None:
        return None
    found = Transit.objects.filter(application=application).first()
    if found is None:
        return None
    days = transit_days(found, on=calendar.office_day(found.forwarded_at or at))
    paper = files.view(found.file_id) if found.file_id else None
    return TransitBrief(org.unit(found.unit).name, found, days, paper)
