"""Whom the flow of a procedure asks for an opinion (意見照会), and what they see."""

from datetime import datetime

from tocho.engines.rules.api import compile_expression
from tocho.modules.opinions import api as opinions

from ..models import Application
from .catalogue import definition
from .context import rule_context


def consulted(application: Application, *, at: datetime) -> list[str]:
    """Codes of the sections that are to be asked about an application; none where the procedure asks nobody."""
    spec = definition(application.version_id).facts.consult
    if spec is None:
        return []
    context = rule_context(application, at=at)
    return [asked.unit for asked in spec.units if compile_expression(asked.when)(context) is True]


def question_of(application: Application, *, unit: str, once: str, at: datetime) -> opinions.Question:
    """What one section is asked and shown. :raises ValueError: the procedure asks nobody."""
    compiled = definition(application.version_id)
    spec = compiled.facts.consult
    if spec is None:
        raise ValueError("a process that asks for opinions needs [consult] in procedure.toml")
    rows = [row for step in compiled.form.summary(application.answers, language="ja") for row in step.rows]
    return opinions.Question(
        text=spec.question,
        units=[unit],
        due_on=opinions.last_day(spec.days, at=at),
        brief=[(row.label, row.display) for row in rows if row.field_key in spec.show],
        once=once,
    )
