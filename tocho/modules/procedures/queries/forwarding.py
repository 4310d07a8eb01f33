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

from ..models import Application, Correction, Transit
from .catalogue import definition
from .documents import MUNICIPALITY, DocumentRow, DocumentsPage, document_context, documents_of, documents_page
from .stepping import file_ids
from .tracking import STATE_TONES


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
    own: DocumentsPage | None
    corrections: tuple[Correction, ...]
    paper: files.FileView | None
    is_shared: bool
    mine: bool

    @property
    def is_over(self) -> bool:
        """Whether the case has ended: nothing is asked of the municipality any more."""
        return self.application.state not in Application.OPEN

    @property
    def returned(self) -> tuple[DocumentRow, ...]:
        """What the office sent back to the municipality."""
        return tuple(row for row in self.own.own if row.item.state == "returned") if self.own else ()

    @property
    def office_state(self) -> tuple[str, str]:
        """Where the case is at the government, in a word, and its tone."""
        return self.application.get_state_display(), STATE_TONES[Application.State(self.application.state)]

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
    own = documents_page(application, mine=[MUNICIPALITY])
    shown = documents_of(application)
    task = forward_task(application)
    return TransitPage(
        transit=transit,
        application=application,
        title=compiled.title(get_language() or "ja"),
        municipality=org.unit(transit.unit).name,
        summary=tuple(step for step in compiled.form.summary(application.answers) if step.key in seen),
        documents=tuple(row for row in shown.rows if row.spec.via) if shown else (),
        own=own if own is not None and own.own else None,
        corrections=tuple(application.corrections.all()),
        paper=files.view(transit.file_id) if transit.file_id else None,
        is_shared=compiled.facts.via is not None and compiled.facts.via.mode == "parallel",
        mine=task is not None and org.may_act(user_id, task.address, at=at),
    )


def forward_task(application: Application) -> process.TaskView | None:
    """The open task of the municipality: to look and to forward."""
    return _task(application, "procedures.forward")


def resubmit_task(application: Application) -> process.TaskView | None:
    """The open task of the municipality to give documents again that the office sent back."""
    return _task(application, "procedures.resubmit")


def _task(application: Application, kind: str) -> process.TaskView | None:
    tasks = process.tasks_of(Subject("application", application.id))
    return next((task for task in tasks if task.kind == kind), None)


def awaits_municipality(application: Application) -> bool:
    """Whether a municipality has the case and has not said what it thinks. No query where none leads through."""
    via = definition(application.version_id).facts.via
    if via is None:
        return False
    return Transit.objects.filter(application=application, forwarded_at=None).exists()


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
    subject = Subject("application", application.id)
    items = dossiers.items_of(subject)
    if any(sheet.file_id == file_id for item in items if item.key in shown for sheet in item.sheets):
        return True
    return dossiers.has_file(subject, file_id, parties=[MUNICIPALITY])


@dataclass(frozen=True)
class TransitRow:
    """One line of the municipality's list; ``asked``: documents were sent back to it."""

    application_id: int
    number: str
    title: str
    received_at: datetime
    due_on: date
    forwarded_at: datetime | None
    opinion: str
    state_label: str
    is_over: bool
    asked: bool


def transit_list(visible: QuerySet[Transit], *, after: int | None = None, limit: int = 50) -> list[TransitRow]:
    """The cases of a municipality, newest first; at most ``limit`` and one more, by which a next page is known."""
    if after:
        visible = visible.filter(application_id__lt=after)
    rows = list(
        visible.select_related("application").defer("application__answers").order_by("-application_id")[: limit + 1]
    )
    subjects = {Subject("application", one.application_id): one.id for one in rows}
    asked = {subjects[subject] for subject in dossiers.returned_to(MUNICIPALITY, subjects)}
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
            one.application.get_state_display(),
            one.application.state not in Application.OPEN,
            one.id in asked,
        )
        for one in rows
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
