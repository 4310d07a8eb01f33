"""The questions of a step as a Django form that works without JavaScript: ``{{ form }}`` shows it.

Every question is checked by its kind, as an API's answers are; the Django fields are what people see.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import orjson
from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.engines.forms import painting, rows, uploads
from tocho.engines.forms.kinds import Cleaned, FileKind, Given, GroupKind, Kind
from tocho.engines.forms.kinds.base import JSON, WrongShapeError, copy_of, not_blank
from tocho.engines.forms.kinds.files import field_message, file_label
from tocho.engines.forms.kinds.people import AddressKind, found_by_code
from tocho.engines.forms.live import NO_FIGURE, SHOWN, Figure, behaviours, live_of
from tocho.engines.forms.prefill import Suggestion
from tocho.engines.forms.questions import Answers, Question, Sources, answer_of
from tocho.ui.fields import FilesField, MultiChoiceField


class StepForm(painting.PaintedForm):
    """The questions of one step under the answers given before.

    ``is_refill``: a helper button was pressed (add a row, remove one, look up an address), or an answer asks for more
    than the page showed; show the form again, nothing was submitted. ``questions`` are all of the page, ``asked`` those
    that count under what was typed. ``cleaned_answers``: after ``is_valid()``, this step's answers as JSON, None where
    a question was left open, so that merging them into the draft also empties.
    """

    def __init__(
        self, questions: Sequence[Question], *, context: Mapping[str, Any], data: Mapping[str, Any] | None,
        files: Any, answers: Answers, sources: Sources, store: uploads.Store | None, language: str | None,
        suggestions: Mapping[str, Suggestion] | None = None, figure: Figure = NO_FIGURE,
    ) -> None:  # fmt: skip
        changeable = None if data is None else rows.posted(data)
        super().__init__(changeable, files, label_suffix="")
        self.posted = changeable if changeable is not None else rows.posted({})
        self.store, self.language = store, language
        self.given = Given(answers, sources, timezone.localdate())
        self.suggestions = dict(suggestions or {})
        self.is_refill = any(button in self.posted for button in rows.BUTTONS)
        self.kept, self.row_counts, self.needs = {}, {}, {}
        self.cleaned_answers: dict[str, JSON] = {}
        self.live = live_of(questions)
        counted = [one for one in questions if one.key in figure.watch]
        if any(one.kind.reading(self.given) is None for one in counted):
            figure = Figure(figure.watch)
        self.figure = figure
        self.behaviours = behaviours(questions, self.live, context, self.given, figure)
        self.asked: tuple[Question, ...] = ()
        self.questions = ()
        scope = dict(context) if self.live.watched else context
        for question in questions:
            suggestion = self.suggestions.get(question.key)
            self._take(question, suggestion.value if suggestion else answers.get(question.key), scope)
        self.addresses = self._find_addresses()
        if self.is_bound:
            self._fill_addresses()
        self.has_grown = self._has_grown()
        self.is_refill = self.is_refill or self.has_grown

    # --- what is asked

    def _take(self, question: Question, answer: JSON, scope: Mapping[str, Any]) -> None:
        """Put a question on the page if it is asked, or may be once another answer of the page changes."""
        is_asked = question.is_asked(scope)
        if not is_asked and question.key not in self.live.following:
            return
        self.questions += (question,)
        self.needs[question.key] = question.is_required(scope)
        self._add_question(question, answer)
        if is_asked:
            self.asked += (question,)
            if question.key in self.live.watched:
                assert isinstance(scope, dict)
                scope[question.key] = self._value(question, answer)

    def _value(self, question: Question, answer: JSON) -> Any:
        """What conditions of this page see of a question of this page: what was typed, else what it is shown with."""
        if self.is_bound:
            found = self._clean_question(question).value
        else:
            shown = question.kind.spec.get("default") if answer is None else answer
            found = question.kind.clean(shown, required=False, given=self.given).value
        return None if found is None else question.kind.feel(found)

    def _has_grown(self) -> bool:
        """Whether an answer asks for more than the page showed; remembers what this page shows."""
        if not self.live.following:
            return False
        shown = self.posted.get(SHOWN)
        keys = [question.key for question in self.asked if question.key in self.live.following]
        new = [] if shown is None else [key for key in keys if key not in str(shown).split()]
        self.posted[SHOWN] = " ".join(keys)
        self.fields[SHOWN] = forms.CharField(widget=forms.HiddenInput, required=False, initial=" ".join(keys))
        if new and not self.is_refill:
            self._focus(new[0])
        return bool(new)

    @property
    def figure_json(self) -> str:
        """How the browser computes the figure that the page shows (``ui_fee``); empty where it asks the server."""
        return orjson.dumps(self.figure.tree).decode() if self.figure.tree else ""

    def typed_answers(self) -> dict[str, JSON]:
        """This page's answers as far as they can be read, None for the others: to compute with, not to keep."""
        return {question.key: self._clean_question(question).value for question in self.asked}

    # --- inputs

    def _add_question(self, question: Question, answer: JSON) -> None:
        required = self.needs[question.key]
        kind, key = question.kind, question.key
        if isinstance(kind, GroupKind):
            self._add_rows(key, kind, answer or [], required=required)
        elif isinstance(kind, FileKind):
            self._add_files(key, kind, answer or [], required=required)
        else:
            self._add_inputs(key, kind, kind.spec.get("default") if answer is None else answer, required=required)

    def _add_inputs(self, name: str, kind: Kind, answer: JSON, *, required: bool) -> None:
        try:
            initial = {} if answer is None else kind.split(answer)
        except WrongShapeError:
            initial = {}
        for suffix, field in kind.inputs(required=required, given=self.given).items():
            own = copy_of(field)
            own.initial = initial.get(suffix)
            self.fields[join(name, suffix)] = own

    def _add_rows(self, key: str, kind: GroupKind, answer: list[dict[str, JSON]], *, required: bool) -> None:
        focus = rows.rearrange(self.posted, key, kind) if self.is_bound else None
        count = rows.row_count(self.posted, key, kind.max_rows) if self.is_bound else len(answer)
        self.row_counts[key] = max(count, kind.min_rows(required=required))
        for index in range(self.row_counts[key]):
            row = answer[index] if index < len(answer) else {}
            for sub, one in kind.fields.items():
                name = f"{key}-{index}-{sub}"
                self._add_inputs(name, one, row.get(sub), required=bool(one.spec.get("required")))
        count_field = forms.CharField(widget=forms.HiddenInput, required=False, initial=str(self.row_counts[key]))
        self.fields[f"{key}-count"] = count_field
        self.posted[f"{key}-count"] = str(self.row_counts[key])
        if focus is not None and self.row_counts[key]:
            self._focus(f"{key}-{focus}-")

    def _add_files(self, key: str, kind: FileKind, answer: list[uploads.View], *, required: bool) -> None:
        field = copy_of(kind.inputs(required=required, given=self.given)[""])
        kept = uploads.unseal(self.posted.getlist(f"{key}-kept")) if self.is_bound else list(answer)
        self.kept[key] = kept[: kind.max_files]
        box = MultiChoiceField(label=_("添付したファイル"), required=False)
        self.fields[f"{key}-kept"] = box
        self.fields[key] = field
        self._show_kept(key)

    def _show_kept(self, key: str) -> None:
        """The kept files as ticked boxes; the upload below them is then one more, or another one instead."""
        tokens = [uploads.seal(view) for view in self.kept[key]]
        box, field = self.fields[f"{key}-kept"], self.fields[key]
        assert isinstance(box, MultiChoiceField)
        box.choices = list(zip(tokens, map(file_label, self.kept[key]), strict=True))
        box.initial = tokens
        self.posted.setlist(f"{key}-kept", tokens)
        if tokens:
            field.required = False

    def _focus(self, prefix: str) -> None:
        """Let the browser go on at the first input whose name begins so."""
        name = next((name for name in self.fields if name.startswith(prefix) and name[-6:] != "-count"), None)
        if name:
            self.fields[name].widget.attrs["autofocus"] = True

    def _find_addresses(self) -> list[str]:
        found = []
        for question in self.questions:
            if isinstance(question.kind, AddressKind):
                found.append(question.key)
            elif isinstance(question.kind, GroupKind):
                subs = [sub for sub, kind in question.kind.fields.items() if isinstance(kind, AddressKind)]
                found += [f"{question.key}-{n}-{sub}" for n in range(self.row_counts[question.key]) for sub in subs]
        return found

    def _fill_addresses(self) -> None:
        """Where the look-up button was pressed, and where only the postal code was typed."""
        asked = self.posted.get("_lookup")
        for name in self.addresses:
            code = str(self.posted.get(f"{name}-postal_code", ""))
            open_parts = not any(
                not_blank(self.posted.get(f"{name}-{part}")) for part in ("prefecture", "city", "town")
            )
            if code and (name == asked or open_parts):
                for part, text in found_by_code(code).items():
                    self.posted[f"{name}-{part}"] = text
            if name == asked:
                self._focus(f"{name}-rest")

    # --- checks

    def is_valid(self) -> bool:
        return not self.is_refill and super().is_valid()

    def full_clean(self) -> None:
        with self._speaking():
            wrong = self._take_uploads()
            if not self.is_refill:
                super().full_clean()
            else:
                self._errors = ErrorDict(renderer=self.renderer)
                self.cleaned_data = {}
                wrong |= self._lookup_error()
            for name, messages in wrong.items():
                self.add_error(name, messages)

    def _take_uploads(self) -> dict[str, list[str]]:
        wrong = {}
        for question in self.asked:
            key = question.key
            if key not in self.kept:
                continue
            field = question.kind.inputs(required=False, given=self.given)[""]
            assert isinstance(field, FilesField)
            assert isinstance(question.kind, FileKind)
            sent = self.files.getlist(key) if hasattr(self.files, "getlist") else []
            taken = uploads.take(question.kind, field, sent, kept=self.kept[key], store=self.store)
            self.kept[key] = taken[0]
            if taken[1]:
                wrong[key] = taken[1]
            self._show_kept(key)
        return wrong

    def _lookup_error(self) -> dict[str, list[str]]:
        name = str(self.posted.get("_lookup", ""))
        if name not in self.addresses or found_by_code(str(self.posted.get(f"{name}-postal_code", ""))):
            return {}
        message = _("この郵便番号の住所が見つかりません。番号を確かめるか、住所を入力してください")
        return {f"{name}-postal_code": [message]}

    def _clean_fields(self) -> None:
        """Instead of Django's: each question by its kind, so that rows, names and addresses are checked as wholes."""
        answers: dict[str, JSON] = {}
        for question in self.asked:
            cleaned = self._clean_question(question)
            if cleaned.value is None:
                answers[question.key] = None
            else:
                answers |= answer_of(question, cleaned.value, self.given)
            for path, messages in cleaned.errors.items():
                self.add_error(self._input_of(question.key, path), messages)
        self.cleaned_answers = answers

    def _clean_question(self, question: Question) -> Cleaned:
        kind, key = question.kind, question.key
        required = self.needs[key]
        if isinstance(kind, FileKind):
            views: list[uploads.View] = self.kept[key]
            missing = {"": field_message(self.fields[key])} if required and not views else {}
            return Cleaned(views or None, missing)
        if isinstance(kind, GroupKind):
            typed = [self._typed_row(key, kind, index) for index in range(self.row_counts[key])]

            def clean_one(one: Kind, raw: Any, need: bool) -> Cleaned:
                return one.clean_inputs(raw or {}, required=need, given=self.given)

            return kind.clean_rows(typed, clean_one, required=required)
        return kind.clean_inputs(self._typed(key, kind, required=required), required=required, given=self.given)

    def _typed(self, name: str, kind: Kind, *, required: bool) -> dict[str, Any]:
        """What was typed into the inputs of one question."""
        inputs = kind.inputs(required=required, given=self.given)
        return {
            suffix: field.widget.value_from_datadict(self.posted, self.files, join(name, suffix))
            for suffix, field in inputs.items()
        }

    def _typed_row(self, key: str, kind: GroupKind, index: int) -> dict[str, dict[str, Any]]:
        typed = {sub: self._typed(f"{key}-{index}-{sub}", one, required=False) for sub, one in kind.fields.items()}
        return typed if any(not_blank(raw) for one in typed.values() for raw in one.values()) else {}

    def _input_of(self, key: str, path: str) -> str | None:
        """The input to show an error at; None (above the form) when the question shows none."""
        name = join(key, path.replace(".", "-"))
        if name in self.fields:
            return name
        return next((one for one in self.fields if one.startswith(f"{name}-") and one[-6:] != "-count"), None)

    # --- what people see

    def _speaking(self) -> AbstractContextManager[Any]:
        return translation.override(self.language) if self.language else nullcontext()

    def render(self, *_args: Any, **_kwargs: Any) -> SafeString:
        with self._speaking():
            return super().render()

    __str__ = render
    __html__ = render


def join(name: str, suffix: str) -> str:
    """The name of an input: ``applicant_name-family``, ``copies``."""
    return f"{name}-{suffix}" if suffix else name
