from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.forms.api import NO_FIGURE, Figure, Step, StepForm
from tocho.engines.rules.api import RuleError
from tocho.modules.dossiers import api as dossiers
from tocho.ui.moments import Moment

from ..definitions import ProcedureDefinition, Source, in_language
from ..models import Application, Correction, ProcedureVersion
from .catalogue import definition
from .context import form_sources
from .reports import report_answers, reports_of


@dataclass(frozen=True)
class ProcedurePage:
    """The page of a procedure: what the best clerk would say first."""

    key: str
    title: str
    summary: str
    who: str
    fee: str
    duration: str
    bring: tuple[str, ...]
    law: tuple[str, ...]
    sources: tuple[Source, ...]
    office: str
    has_check: bool
    course: tuple[Moment, ...]

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return ((_("手続の一覧"), reverse("procedures:procedure_list")), (self.title, ""))


def procedure_page(version: ProcedureVersion, *, language: str) -> ProcedurePage:
    """The facts of a published version in a language; no query but the organisation's name."""
    compiled = definition(version.id)
    facts = compiled.facts
    return ProcedurePage(
        key=facts.key,
        title=in_language(facts.title, language),
        summary=in_language(facts.summary, language),
        who=in_language(facts.who, language),
        fee=in_language(facts.fee, language),
        duration=in_language(facts.duration, language),
        bring=tuple(in_language(item, language) for item in facts.bring),
        law=tuple(facts.law),
        sources=tuple(facts.sources),
        office=org.unit(version.unit).full_name,
        has_check=bool(facts.questions),
        course=_course(compiled),
    )


def _course(compiled: ProcedureDefinition) -> tuple[Moment, ...]:
    paid = "fee" in compiled.rules
    decided = _("規則に合えばその場で決まります") if compiled.facts.auto else _("担当の部署が審査し、決定します")
    steps = [
        Moment(_("入力して申請する"), None, _("その場で受付番号が出ます"), "next"),
        *([Moment(_("手数料を払う"), None, _("カード、電子マネー、QRコード"), "next")] if paid else []),
        Moment(_("審査と決定"), None, decided, "next"),
        Moment(_("結果を受け取る"), None, _("メールでお知らせし、画面で受け取れます"), "next"),
    ]
    return tuple(steps)


@dataclass(frozen=True)
class StepPage:
    """One step of an application form: where it stands among the steps that apply to these answers."""

    application: Application
    compiled: ProcedureDefinition
    step: Step
    language: str
    number: int
    total: int
    step_titles: tuple[str, ...]
    back_url: str

    @property
    def title(self) -> str:
        return self.compiled.title(self.language)

    @property
    def step_title(self) -> str:
        return self.step_titles[self.number - 1]

    @property
    def step_help(self) -> str:
        return self.step.help

    @property
    def has_fee(self) -> bool:
        return any(one.key == "fee" for one in self.compiled.form.computed)

    @property
    def figure(self) -> Figure:
        """The fee at the foot: what it depends on in this step, and how the browser computes it."""
        if not self.has_fee:
            return NO_FIGURE
        compiled = self.compiled
        return compiled.form.figure("fee", self.step, self.application.answers, compiled.rules, compiled.trees)


def fee_now(page: StepPage, form: StepForm) -> int | None:
    """Yen, as the answers stand: while a step is being filled in, with what is typed so far; None while unknown."""
    computed = page.application.computed
    if form.is_refill:
        try:
            answers = {**page.application.answers, **form.typed_answers()}
            computed = page.compiled.form.compute(answers, page.compiled.rules)
        except RuleError:
            computed = {}
    fee = computed.get("fee")
    return None if fee is None else int(fee)


def step_page(application: Application, key: str) -> StepPage | None:
    """The step with this key; None where the answers given so far have no such step."""
    compiled = definition(application.version_id)
    language = get_language() or "ja"
    steps = compiled.form.steps_for(application.answers)
    keys = [step.key for step in steps]
    if key not in keys:
        return None
    place = keys.index(key)
    back = (
        reverse("procedures:application_step", args=[application.public_id, keys[place - 1]])
        if place
        else reverse("procedures:procedure_detail", args=[compiled.facts.key])
    )
    return StepPage(
        application=application,
        compiled=compiled,
        step=steps[place],
        language=language,
        number=place + 1,
        total=len(steps) + 1,
        step_titles=(*(step.title for step in steps), _("内容の確認")),
        back_url=back,
    )


def correction_form(
    application: Application, correction: Correction, *, at: datetime, language: str, **posted: Any
) -> StepForm:
    """One form of all the fields that the office asked for; of the whole application where it named none. What a
    reservation was made by stays as it is."""
    compiled = definition(application.version_id)
    if correction.part:
        known = correction.answers or report_answers(application, correction.part)
        return compiled.parts[correction.part].form_of(None, initial=known, sources={}, language=language, **posted)
    return compiled.form.form_of(
        frozenset(correction.fields or compiled.form.questions) - compiled.fixed_keys,
        initial=application.answers,
        sources=form_sources(compiled, application, at=at),
        language=language,
        **posted,
    )


def file_ids(answers: Mapping[str, Any]) -> frozenset[int]:
    """The ids of all files among the answers, in groups too."""
    found: set[int] = set()
    pending: list[Any] = list(answers.values())
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            if {"id", "name", "size"} <= value.keys():
                found.add(int(value["id"]))
            else:
                pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)
    return frozenset(found)


def is_given(application: Application, file_id: int, parties: Collection[str] | None = None) -> bool:
    """Whether a file belongs to an application: an answer, or a document of one of these parties (None: of any)."""
    subject = Subject("application", application.id)
    given = file_ids(application.answers) | frozenset().union(
        *(file_ids(report.answers) for _form, report in reports_of(application))
    )
    return file_id in given or dossiers.has_file(subject, file_id, parties=parties)
