"""A compiled form definition: its steps under their conditions, its checks, its computed values, its summary.

Answers are JSON: ``{question key: value}``; a missing key and ``None`` both mean "left open". A definition never
changes once compiled; it is shared between requests.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tocho.engines.forms.kinds import FileKind, Given, NoteKind, SlotKind
from tocho.engines.forms.kinds.base import JSON
from tocho.engines.forms.live import NO_FIGURE, Figure
from tocho.engines.forms.prefill import Prefill, suggested
from tocho.engines.forms.questions import Answers, Question, Sources, answer_of
from tocho.engines.forms.source import FormError
from tocho.engines.forms.stepform import StepForm
from tocho.engines.forms.uploads import Store
from tocho.engines.forms.words import Text, say
from tocho.engines.rules.api import Expression, Tree, bind, portable_expression

Files = MultiValueDict[str, Any] | None  # request.FILES


class RuleTable(Protocol):
    """What ``engines.rules.api.compile_table`` gives; ``decide(context).value`` is the answer."""

    @property
    def names(self) -> frozenset[str]: ...

    def decide(self, context: Mapping[str, Any]) -> Any: ...


class SummaryRow(NamedTuple):
    """One answer for people: what was asked, what was answered, and the key to link back by."""

    label: str
    display: str
    field_key: str


@dataclass(frozen=True)
class SummaryStep:
    """The answers of one step."""

    key: str
    title: str
    rows: list[SummaryRow]


@dataclass(frozen=True)
class CleanResult:
    """Checked answers. ``errors`` maps a question's key, or the path below it (``applicant_name.family``,
    ``vehicles.0.number``), to messages; ``values`` holds the answers without errors, conditional ones only if asked.
    """

    values: dict[str, JSON]
    errors: dict[str, list[str]]

    @property
    def ok(self) -> bool:
        return not self.errors


@dataclass(eq=False)
class Step:
    """One page of questions. ``definition`` is the form it belongs to."""

    key: str
    title_text: Text
    help_text: Text
    questions: tuple[Question, ...]
    condition: Expression | None = field(default=None, repr=False)
    definition: "FormDefinition" = field(init=False, repr=False)

    @property
    def title(self) -> str:
        """In the reader's language."""
        return say(self.title_text)

    @property
    def help(self) -> str:
        """In the reader's language."""
        return say(self.help_text)

    def is_asked(self, context: Mapping[str, Any]) -> bool:
        return self.condition is None or self.condition(context) is True

    def form(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        initial: Answers | None = None,
        sources: Sources | None = None,
        store: Store | None = None,
        language: str | None = None,
        prefill: Prefill | None = None,
        figure: Figure = NO_FIGURE,
    ) -> StepForm:
        """A Django form of this step's questions that are asked.

        :param initial: all answers so far; conditions look at earlier steps, inputs start with this step's.
        :param sources: a callable for each ``choices_from`` of this step, giving ``(value, label[, help[, group]])``.
        :param store: keeps an uploaded file (``uploads.Store``); needed when the step has a file question.
        :param language: of labels and messages; the reader's when None.
        :param prefill: suggestions by the source that ``prefill`` of a question names (``FormDefinition.prefills``).
        :param figure: what the page shows beside the questions and brings up to date while they are answered.
        """
        context = self.definition.before(self, initial or {})
        asked = self.questions if self.is_asked(context) else ()
        return self.definition.make_form(
            asked, context, data, files,
            initial=initial, sources=sources, store=store, language=language, prefill=prefill, figure=figure,
        )  # fmt: skip


@dataclass(frozen=True)
class Computed:
    """A value computed from the answers: by a rule table of that name, or by an expression."""

    key: str
    rule: str = ""
    expression: Expression | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FormDefinition:
    """One version of a form, checked and compiled. ``warnings``: what should be mended before people are asked."""

    title_text: Text
    declaration_text: Text
    steps: tuple[Step, ...]
    computed: tuple[Computed, ...]
    digest: str
    questions: dict[str, Question] = field(repr=False)
    warnings: tuple[FormError, ...] = ()

    @property
    def title(self) -> str:
        """In the reader's language."""
        return say(self.title_text)

    @property
    def declaration(self) -> str:
        """What the applicant declares at the end, in the reader's language; empty when nothing is declared."""
        return say(self.declaration_text)

    @property
    def file_keys(self) -> tuple[str, ...]:
        """The questions whose answers are files."""
        return tuple(key for key, question in self.questions.items() if isinstance(question.kind, FileKind))

    @cached_property
    def prefills(self) -> dict[str, str]:
        """The questions that may be suggested an answer: their key and the name of its source."""
        found = ((key, question.kind.spec.get("prefill", "")) for key, question in self.questions.items())
        return {key: name for key, name in found if name}

    def step(self, key: str) -> Step | None:
        """The step of a key, asked or not."""
        return next((step for step in self.steps if step.key == key), None)

    def walk(self, answers: Answers) -> Iterator[tuple[Step, list[Question], dict[str, Any]]]:
        """The steps that are asked, each with its asked questions and what conditions see after it (one growing dict).

        An answer counts only where its question was asked: what somebody filled in before changing their mind does
        not keep later questions open.
        """
        context: dict[str, Any] = dict.fromkeys(self.questions)
        for step in self.steps:
            if not step.is_asked(context):
                continue
            asked = []
            for question in step.questions:
                if question.is_asked(context):
                    asked.append(question)
                    answer = answers.get(question.key)
                    if answer is not None:
                        context[question.key] = question.kind.feel(answer)
            yield step, asked, context

    def before(self, step: Step, answers: Answers) -> dict[str, Any]:
        """What the conditions of a step see of the steps before it."""
        context: dict[str, Any] = dict.fromkeys(self.questions)
        for one, _asked, seen in self.walk(answers):
            if one is step or self.steps.index(one) > self.steps.index(step):
                break
            context = dict(seen)
        return context

    def asked_in(self, step: Step, answers: Answers) -> list[Question]:
        """The questions of a step that are asked; none when the step is not."""
        return next((asked for one, asked, _context in self.walk(answers) if one is step), [])

    def steps_for(self, answers: Answers) -> tuple[Step, ...]:
        """The steps to show for these answers, in order; a step without any question left is skipped."""
        return tuple(step for step, asked, _context in self.walk(answers) if asked)

    def prune(self, answers: Answers) -> dict[str, JSON]:
        """The answers that count: without those whose question or step is not asked (any more)."""
        kept: dict[str, JSON] = {}
        for _step, asked, _context in self.walk(answers):
            for question in asked:
                for key in (question.key, f"{question.key}_label"):
                    if answers.get(key) is not None:
                        kept[key] = answers[key]
        return kept

    def context(self, answers: Answers) -> dict[str, Any]:
        """The answers as rules see them: every question by its key, None where it is open; days as ``date``, numbers as
        ``Decimal``.
        """
        seen = [context for _step, _asked, context in self.walk(answers)]
        return seen[-1] if seen else dict.fromkeys(self.questions)

    def step_of(self, path: str) -> str:
        """The key of the step that asks a question, by its key or an error's path below it; empty when none does."""
        key = path.split(".")[0]
        return next((step.key for step in self.steps if any(one.key == key for one in step.questions)), "")

    def form_of(
        self,
        keys: Collection[str] | None,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        initial: Answers,
        sources: Sources | None = None,
        store: Store | None = None,
        language: str | None = None,
    ) -> StepForm:
        """One form of some questions of any steps (None = all that are asked), as a correction needs it.

        Conditions look at what is typed into the form, else at the answers in ``initial``; a question that a changed
        answer asks for is asked too. Parameters as in ``Step.form``.
        """
        asked = {one.key for _step, found, _context in self.walk(initial) for one in found}
        page: dict[str, Question] = {}
        for key, question in self.questions.items():
            named = key in asked and (keys is None or key in keys)
            if named or (key not in asked and any(name in page for name in question.looks_at)):
                page[key] = question
        context = {key: None if key in page else value for key, value in self.context(initial).items()}
        return self.make_form(
            list(page.values()), context, data, files,
            initial=initial, sources=sources, store=store, language=language,
        )  # fmt: skip

    def make_form(
        self,
        asked: Sequence[Question],
        context: Mapping[str, Any],
        data: Mapping[str, Any] | None,
        files: Files,
        **surroundings: Any,
    ) -> StepForm:
        """The Django form of questions under a context; ``surroundings`` as in ``Step.form``."""
        answers = self.prune(surroundings["initial"] or {})
        sources = surroundings["sources"]
        return StepForm(
            asked,
            context=context,
            data=data,
            files=files,
            answers=answers,
            sources={} if sources is None else sources,  # one that makes its lists when asked is empty, and meant
            store=surroundings["store"],
            language=surroundings["language"],
            suggestions=suggested(asked, surroundings["initial"] or {}, surroundings.get("prefill") or {}),
            figure=surroundings.get("figure", NO_FIGURE),
        )

    def clean_all(self, answers: Answers, sources: Sources | None = None, *, today: date | None = None) -> CleanResult:
        """Check all answers at once, as a submission through an API or the end of a draft needs it.

        :raises LookupError: a ``choices_from`` is missing in ``sources``.
        """
        values: dict[str, JSON] = {}
        errors = self._unknown(answers)
        given = Given(values, sources or {}, today or timezone.localdate())
        context: dict[str, Any] = dict.fromkeys(self.questions)
        for step in self.steps:
            if not step.is_asked(context):
                continue
            for question in step.questions:
                if question.is_asked(context):
                    cleaned = question.clean(answers.get(question.key), context=context, given=given)
                    errors.update({f"{question.key}.{path}".rstrip("."): said for path, said in cleaned.errors.items()})
                    if cleaned.value is not None:
                        values |= answer_of(question, cleaned.value, given)
                        context[question.key] = question.kind.feel(cleaned.value)
        return CleanResult(values, errors)

    def _unknown(self, answers: Answers) -> dict[str, list[str]]:
        known = set(self.questions) | {f"{key}_label" for key in self.questions}
        return {str(key): [_("知らない項目です")] for key in answers if key not in known}

    def compute(
        self, answers: Answers, rules: Mapping[str, RuleTable] | None = None, known: Mapping[str, Any] | None = None
    ) -> dict[str, JSON]:
        """The computed values, JSON-able; None where the answers do not suffice yet.

        :param known: what tables may look at beside the answers.

        :raises KeyError: a rule table of the definition is not in ``rules``.
        :raises tocho.engines.rules.api.RuleError: a table contradicts itself.
        """
        context = {**(known or {}), **self.context(answers)}
        values: dict[str, JSON] = {}
        for one in self.computed:
            found = one.expression(context) if one.expression else (rules or {})[one.rule].decide(context).value
            context[one.key] = found
            values[one.key] = to_json(found)
        return values

    def needed_for(self, key: str, rules: Mapping[str, RuleTable]) -> frozenset[str]:
        """The questions that a computed value depends on, also by way of other computed values."""
        return frozenset(self._comes_from(key, rules)[0] & self.questions.keys())

    def _comes_from(self, key: str, rules: Mapping[str, RuleTable]) -> tuple[set[str], list[Computed]]:
        """Every name that a computed value depends on, and the values computed on the way, itself first."""
        needed, chain = {key}, []
        for one in reversed(self.computed):
            if one.key in needed:
                needed |= one.expression.names if one.expression else rules[one.rule].names
                chain.append(one)
        return needed, chain

    def figure(
        self, key: str, step: Step, answers: Answers, rules: Mapping[str, RuleTable], trees: Mapping[str, Tree | None]
    ) -> Figure:
        """A computed value that the page of a step shows while its questions are answered.

        :param trees: the rule tables as ``rules.portable_table`` writes them, by name.
        """
        needed, chain = self._comes_from(key, rules)
        page = needed & {question.key for question in step.questions}
        beside = needed & self.questions.keys() - page
        tree: Tree | None = ["name", key]
        for one in chain:
            own = portable_expression(one.expression.text) if one.expression else trees.get(one.rule)
            tree = ["let", one.key, own, tree] if own is not None and tree is not None else None
        if any(self._may_go(one, step) for one in beside if answers.get(one) is not None):
            tree = None
        context = self.context(answers) if tree else {}
        return Figure(frozenset(page), bind(tree, {name: context[name] for name in beside}) if tree else None)

    def _may_go(self, key: str, step: Step) -> bool:
        """Whether the question stands after a step and may be asked no more under other answers to that step."""
        later = self.steps[self.steps.index(step) + 1 :]
        found = next((one for one in later if any(question.key == key for question in one.questions)), None)
        return found is not None and (found.condition is not None or bool(self.questions[key].conditions))

    def summary(
        self, answers: Answers, language: str | None = None, sources: Sources | None = None
    ) -> list[SummaryStep]:
        """What was asked and answered, for the review page, the officer and the file; only questions that were asked.

        :param sources: names a slot that was stored without its words.
        """
        language = language or translation.get_language() or "ja"
        given = Given(answers, sources or {})
        with translation.override(language):
            return [
                SummaryStep(step.key, say(step.title_text, language), self._rows(asked, answers, language, given))
                for step, asked, _context in self.walk(answers) if asked
            ]  # fmt: skip

    def _rows(self, asked: list[Question], answers: Answers, language: str, given: Given) -> list[SummaryRow]:
        rows = []
        for question in asked:
            if isinstance(question.kind, NoteKind):
                continue
            value = answers.get(question.key)
            if value is None:
                shown = _("記入なし")
            elif isinstance(question.kind, SlotKind):
                shown = str(answers.get(f"{question.key}_label") or question.kind.label_of(value, given))
            else:
                shown = question.kind.display(value, language)
            rows.append(SummaryRow(say(question.kind.label, language), shown, question.key))
        return rows


def to_json(value: Any) -> JSON:
    """A FEEL value as JSON: whole numbers as ``int``, others as ``float``, days and moments as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [to_json(one) for one in value]
    if isinstance(value, dict):
        return {str(key): to_json(one) for key, one in value.items()}
    return value if isinstance(value, str | bool | int | float | None) else str(value)
