"""A step form as HTML: questions in order, sets under a legend, rows with their buttons."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.engines.forms.kinds import FileKind, GroupKind, Kind, NoteKind
from tocho.engines.forms.kinds.people import AddressKind, Set
from tocho.engines.forms.kinds.places import MapPointKind
from tocho.engines.forms.live import SHOWN, Behaviour, Figure
from tocho.engines.forms.prefill import Suggestion, note_of
from tocho.engines.forms.questions import Question
from tocho.engines.forms.words import say
from tocho.ui import sets
from tocho.ui.maps import paint_map
from tocho.ui.painters import paint_field, paint_summary, paint_widget


class PaintedForm(forms.Form):
    """A Django form that shows questions: what painting has to know of it."""

    use_required_attribute = False
    questions: tuple[Question, ...]
    needs: dict[str, bool]  # which questions have to be answered
    asked: tuple[Question, ...]  # those that count now; the others of the page stand there hidden
    behaviours: dict[str, Behaviour]  # of questions that come and go, and of those that decide about them
    figure: Figure  # what the page shows beside the questions
    has_grown: bool  # an answer asks for more than the page showed
    row_counts: dict[str, int]  # rows of each repeating group
    kept: dict[str, list[dict[str, Any]]]  # stored files of each file question
    suggestions: Mapping[str, Suggestion]  # what questions were filled with beforehand
    addresses: list[str]  # names under which addresses are asked

    def render(self, *_args: Any, **_kwargs: Any) -> SafeString:
        """All questions as HTML, in one element that htmx can swap."""
        return paint(self)

    __str__ = render
    __html__ = render


def paint(form: PaintedForm) -> SafeString:
    """The whole form, errors first."""
    parts = [paint_summary(form), *(paint_living(form, question) for question in form.questions)]
    if form.has_grown:
        parts.insert(0, sets.paint_news(_("答えにあわせて、質問が増えました。続けて答えてください。")))
    if form.addresses or form.row_counts:
        parts.insert(0, sets.paint_default_button(_("次へ")))
    if SHOWN in form.fields:
        parts.append(form[SHOWN].as_widget())
    is_live = SHOWN in form.fields or form.figure.tree is not None
    return sets.paint_stack([part for part in parts if part], html_id=sets.FORM_PART, is_live=is_live)


def paint_living(form: PaintedForm, question: Question) -> SafeString:
    """A question, in a frame that knows when it is shown and what its answer changes."""
    painted = paint_question(form, question)
    behaviour = form.behaviours.get(question.key)
    if behaviour is None and question.key not in form.figure.watch:
        return painted
    found = behaviour or Behaviour()
    return sets.paint_living(
        painted, key=question.key, reads=found.reads, when=found.when, is_shown=question in form.asked,
        refreshes=sets.FORM_PART if found.asks_server else sets.FEE_PART if question.key in form.figure.watch else "",
        when_unsure=not found.asks_server and form.figure.tree is not None,
    )  # fmt: skip


def paint_question(form: PaintedForm, question: Question) -> SafeString:
    kind = question.kind
    required = form.needs[question.key]
    if isinstance(kind, NoteKind):
        return sets.paint_words(*kind.words())
    if isinstance(kind, GroupKind):
        return paint_rows(form, question.key, kind, required=required)
    if isinstance(kind, FileKind):
        return paint_files(form, question.key, kind, required=required)
    return paint_kind(form, question.key, kind, required=required)


def paint_kind(form: PaintedForm, name: str, kind: Kind, *, required: bool) -> SafeString:
    if not isinstance(kind, Set):
        form[name].help_text = paint_help(form, name, str(form[name].help_text))
        return paint_field({"field": form[name]})
    lines = [sets.paint_line(line) for line in paint_parts(form, name, kind, required=required)]
    own = "\n".join(filter(None, [say(kind.help), str(kind.beside)]))
    words = paint_help(form, name, own)
    return sets.paint_set(say(kind.label), lines, required=required, help_text=words, html_id=f"id_{name}")


def paint_help(form: PaintedForm, name: str, text: str) -> str:
    """The help of a question, and below it where a suggested answer is from."""
    suggestion = None if form.is_bound else form.suggestions.get(name)
    return "\n".join(filter(None, [text, note_of(suggestion)])) if suggestion else text


def paint_parts(form: PaintedForm, name: str, kind: Set, *, required: bool) -> list[list[SafeString]]:
    """The inputs of a set, line by line; an address has its look-up button beside the postal code."""
    says_optional = required and not kind.beside
    lines = [
        [sets.paint_part(form[f"{name}-{part}"], set_required=says_optional) for part in line] for line in kind.lines
    ]
    if isinstance(kind, MapPointKind):
        point = [form[f"{name}-{part}"].value() for part in ("lat", "lon")]
        lines.insert(0, [paint_map(name, *point)])
    if isinstance(kind, AddressKind):
        lines[0].append(sets.paint_beside(sets.paint_helper(_("住所を検索"), name="_lookup", value=name)))
    return lines


def paint_rows(form: PaintedForm, key: str, kind: GroupKind, *, required: bool) -> SafeString:
    count = form.row_counts[key]
    least = kind.min_rows(required=required)
    rows = []
    for index in range(count):
        questions = [
            paint_kind(form, f"{key}-{index}-{sub}", one, required=bool(one.spec.get("required")))
            for sub, one in kind.fields.items()
        ]
        title = kind.row_title(index)
        if count > least:
            label = _("%sを削除") % title
            questions.append(
                sets.paint_helper(label, name="_remove", value=f"{key}-{index}", variant="text", moves=True)
            )
        rows.append(sets.paint_row(title, questions))
    if count < kind.max_rows:
        rows.append(sets.paint_helper(_("もう1件追加") if count else _("1件追加"), name="_add", value=key))
    content = [sets.paint_stack(rows), form[f"{key}-count"].as_widget()]
    return sets.paint_set(say(kind.label), content, required=required, help_text=say(kind.help), html_id=f"id_{key}")


def paint_files(form: PaintedForm, key: str, kind: FileKind, *, required: bool) -> SafeString:
    """The upload; once there are files, they stand above it as ticked boxes."""
    if not form.kept[key]:
        return paint_field({"field": form[key]})
    full = len(form.kept[key]) >= kind.max_files
    form.fields[key].label = _("別のファイルに替える") if full else _("ファイルを追加する")
    content = [paint_widget(form[f"{key}-kept"], "")]
    if not full or kind.max_files == 1 or form[key].errors:
        content.append(sets.paint_line([sets.paint_part(form[key], set_required=False)]))
    words = _("添付したファイルです。外すときはチェックを外してください")
    return sets.paint_set(say(kind.label), content, required=required, help_text=words, html_id=f"id_{key}_set")
