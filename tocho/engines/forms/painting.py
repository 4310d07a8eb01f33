"""A step form as HTML: questions in order, sets under a legend, rows with their buttons."""

from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.engines.forms.definition import Question
from tocho.engines.forms.kinds import FileKind, GroupKind, Kind, NoteKind
from tocho.engines.forms.kinds.people import AddressKind, Set
from tocho.engines.forms.words import say
from tocho.ui import sets
from tocho.ui.painters import paint_field, paint_summary

if TYPE_CHECKING:
    from tocho.engines.forms.stepform import StepForm


def paint(form: "StepForm") -> SafeString:
    """The whole form, errors first."""
    parts = [paint_summary(form), *(paint_question(form, question) for question in form.questions)]
    if form.addresses or form.row_counts:
        parts.insert(0, sets.paint_default_button(_("次へ")))
    return sets.paint_stack([part for part in parts if part], html_id=sets.FORM_PART)


def paint_question(form: "StepForm", question: Question) -> SafeString:
    kind = question.kind
    required = question.is_required(form.context)
    if isinstance(kind, NoteKind):
        return sets.paint_words(*kind.words())
    if isinstance(kind, GroupKind):
        return paint_rows(form, question.key, kind, required=required)
    if isinstance(kind, FileKind):
        return paint_files(form, question.key, kind, required=required)
    return paint_kind(form, question.key, kind, required=required)


def paint_kind(form: "StepForm", name: str, kind: Kind, *, required: bool) -> SafeString:
    if not isinstance(kind, Set):
        return paint_field({"field": form[name]})
    lines = [sets.paint_line(line) for line in paint_parts(form, name, kind, required=required)]
    return sets.paint_set(say(kind.label), lines, required=required, help_text=say(kind.help), html_id=f"id_{name}")


def paint_parts(form: "StepForm", name: str, kind: Set, *, required: bool) -> list[list[SafeString]]:
    """The inputs of a set, line by line; an address has its look-up button beside the postal code."""
    lines = [[sets.paint_part(form[f"{name}-{part}"], set_required=required) for part in line] for line in kind.lines]
    if isinstance(kind, AddressKind):
        lines[0].append(sets.paint_beside(sets.paint_helper(_("住所を検索"), name="_lookup", value=name)))
    return lines


def paint_rows(form: "StepForm", key: str, kind: GroupKind, *, required: bool) -> SafeString:
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
            questions.append(sets.paint_helper(label, name="_remove", value=f"{key}-{index}", variant="text"))
        rows.append(sets.paint_set(title, [sets.paint_stack(questions)], required=None))
    if count < kind.max_rows:
        rows.append(sets.paint_helper(_("もう1件追加") if count else _("1件追加"), name="_add", value=key))
    content = [sets.paint_stack(rows), form[f"{key}-count"].as_widget()]
    return sets.paint_set(say(kind.label), content, required=required, help_text=say(kind.help), html_id=f"id_{key}")


def paint_files(form: "StepForm", key: str, kind: FileKind, *, required: bool) -> SafeString:
    """The upload; once there are files, they stand above it as ticked boxes."""
    if not form.kept[key]:
        return paint_field({"field": form[key]})
    upload = form.fields[key]
    full = len(form.kept[key]) >= kind.max_files
    upload.label = _("別のファイルに替える") if full else _("ファイルを追加する")
    boxes = [paint_field({"field": form[f"{key}-kept"]})]
    if not full or kind.max_files == 1:
        boxes.append(paint_field({"field": form[key]}))
    return sets.paint_set(say(kind.label), [sets.paint_stack(boxes)], required=required, html_id=f"id_{key}_set")
