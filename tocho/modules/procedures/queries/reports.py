"""What the applicant reported in later rounds of a case (実績報告): the forms under ``parts/`` and their answers."""

from collections.abc import Iterator
from typing import Any

from tocho.engines.forms.api import FormDefinition, SummaryStep

from ..models import Application, Correction
from .catalogue import definition


def reports_of(application: Application) -> list[tuple[FormDefinition, Correction]]:
    """The report of each form that was given, the newest; nothing is asked where the procedure has no later forms."""
    compiled = definition(application.version_id)
    if not any(one.part for one in compiled.facts.rounds):
        return []
    given = application.corrections.exclude(part="").filter(answered_at__isnull=False)
    newest = {row.part: row for row in given}
    return [(compiled.parts[part], row) for part, row in newest.items()]


def report_answers(application: Application, part: str) -> dict[str, Any]:
    """What was reported on a form last; empty before."""
    row = application.corrections.filter(part=part, answered_at__isnull=False).last()
    return dict(row.answers) if row else {}


def report_context(application: Application) -> dict[str, Any]:
    """The reported answers as rule tables and notices see them, beside those of the application."""
    found: dict[str, Any] = {}
    for form, row in reports_of(application):
        found |= form.context(row.answers)
    return found


def report_summary(application: Application, *, language: str | None = None) -> Iterator[SummaryStep]:
    """The reported answers in words, form by form."""
    for form, row in reports_of(application):
        yield from form.summary(row.answers, language=language)
