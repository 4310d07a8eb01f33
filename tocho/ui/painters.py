"""Paints forms, fields and widgets as HTML; the keys of ``PAINTERS`` are the template names Django would render."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.forms import BaseForm, CheckboxInput, ChoiceField, Field, FileInput, MultiWidget, SelectDateWidget
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocho.ui.markup import EMPTY, attribute, colon, format_html, join, optional

Context = dict[str, Any]
NARROW = 12


def flat(attrs: Mapping[str, Any]) -> SafeString:
    """The attributes of a widget."""
    return join([attribute(name, value) for name, value in attrs.items()])


def with_class(attrs: Mapping[str, Any], css: str) -> dict[str, Any]:
    """The attributes with our class before the widget's own."""
    own = attrs.get("class")
    return {**attrs, "class": f"{css} {own}" if own else css}


# --- widgets -------------------------------------------------------------------------------------------------------


def paint_input(context: Context, kind: str = "") -> SafeString:
    """``<input>`` of any single-line kind; a short ``maxlength`` makes a short box."""
    widget = context["widget"]
    attrs = widget["attrs"]
    length = attrs.get("maxlength")
    css = "input input-short" if length is not None and int(length) <= NARROW else "input"
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        kind or widget["type"],
        widget["name"],
        EMPTY if value is None else format_html(' value="{}"', value),
        flat(with_class(attrs, css)),
    )


def paint_hidden(context: Context) -> SafeString:
    widget = context["widget"]
    value = widget["value"]
    return format_html(
        '<input type="hidden" name="{}"{}{}>',
        widget["name"],
        EMPTY if value is None else format_html(' value="{}"', value),
        flat(widget["attrs"]),
    )


def paint_date(context: Context) -> SafeString:
    return paint_input(
        {"widget": {**context["widget"], "attrs": with_class(context["widget"]["attrs"], "input-date")}}, "date"
    )


def paint_time(context: Context) -> SafeString:
    return paint_input(
        {"widget": {**context["widget"], "attrs": with_class(context["widget"]["attrs"], "input-date")}}, "time"
    )


def paint_number(context: Context) -> SafeString:
    return paint_input(
        {"widget": {**context["widget"], "attrs": with_class(context["widget"]["attrs"], "input-number")}}
    )


def paint_textarea(context: Context) -> SafeString:
    widget = context["widget"]
    attrs = {"rows": "4", **{k: v for k, v in widget["attrs"].items() if k != "cols"}}
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], flat(with_class(attrs, "input")), widget["value"] or ""
    )


def paint_checkbox(context: Context) -> SafeString:
    widget = context["widget"]
    value = widget["value"]
    return format_html(
        '<input type="checkbox" name="{}"{}{}>',
        widget["name"],
        EMPTY if value is None else format_html(' value="{}"', value),
        flat(widget["attrs"]),
    )


def paint_select(context: Context) -> SafeString:
    widget = context["widget"]
    groups = []
    for name, options, _index in widget["optgroups"]:
        painted = join([paint_option(option) for option in options])
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', name, painted) if name else painted)
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        flat(with_class(widget["attrs"], "input select")),
        join(groups),
    )


def paint_option(option: Mapping[str, Any]) -> SafeString:
    selected = attribute("selected", bool(option["selected"]))
    value = format_html(' value="{}"', option["value"])
    return format_html("<option{}{}>{}</option>", value, selected, option["label"])


def paint_choices(context: Context) -> SafeString:
    """Radio buttons or boxes as large cards, each with its help below its name."""
    widget = context["widget"]
    helps = widget.get("choice_helps") or {}
    cards = []
    for name, options, _index in widget["optgroups"]:
        if name:
            cards.append(format_html('<p class="choice-group">{}</p>', name))
        cards.extend(paint_choice(option, helps) for option in options)
    return format_html('<div class="choices">{}</div>', join(cards))


def paint_choice(option: Mapping[str, Any], helps: Mapping[str, str]) -> SafeString:
    attrs = {name: value for name, value in option["attrs"].items() if name != "required"}
    text = helps.get(str(option["value"]), "")
    return format_html(
        '<label class="choice"><input type="{}" name="{}" value="{}"{}><span><b>{}</b>{}</span></label>',
        option["type"],
        option["name"],
        option["value"],
        flat(attrs),
        option["label"],
        optional('<span class="note">{}</span>', text),
    )


def paint_file(context: Context) -> SafeString:
    """A place to drop a file; without JavaScript it is the browser's own button."""
    widget = context["widget"]
    present = EMPTY
    if widget.get("is_initial"):
        value = widget["value"]
        present = format_html(
            '<p class="file-present">{}{}<a href="{}">{}</a></p>', widget["initial_text"], colon(), value.url, value
        )
        if not widget["required"]:
            present = present + format_html(
                '<label class="choice"><input type="checkbox" name="{}" id="{}"><span><b>{}</b></span></label>',
                widget["checkbox_name"],
                widget["checkbox_id"],
                widget["clear_checkbox_label"],
            )
    return format_html(
        '{}<div class="drop" data-drop><p class="drop-words" hidden>{}</p><input type="file" name="{}"{}></div>',
        present,
        _("ここにファイルを置くか、下のボタンで選んでください"),
        widget["name"],
        flat(widget["attrs"]),
    )


def paint_parts(context: Context) -> SafeString:
    """Several widgets that make one value, each with a small label of its own (``widget.part_labels``)."""
    widget = context["widget"]
    labels: Sequence[str] = widget.get("part_labels") or ()
    parts = []
    for index, part in enumerate(widget["subwidgets"]):
        painter = PAINTERS.get(part["template_name"], paint_input)
        label = labels[index] if index < len(labels) else ""
        if not label or part["is_hidden"]:
            label = EMPTY
            part = {**part, "attrs": {"aria-label": widget.get("label", ""), **part["attrs"]}}
        else:
            label = format_html('<label class="part-label" for="{}">{}</label>', part["attrs"].get("id", ""), label)
        parts.append(format_html('<div class="part">{}{}</div>', label, painter({"widget": part})))
    return format_html('<div class="parts">{}</div>', join(parts))


# --- fields --------------------------------------------------------------------------------------------------------


def paint_errors(context: Context) -> SafeString:
    """An error list on its own, as Django asks for it; fields paint theirs with an id."""
    return join([format_html('<p class="error">{}</p>', error) for error in context["errors"]])


def messages_of(bound: BoundField) -> list[str]:
    """The field's errors; where Django's own words only say "required" or "invalid", ours say what to do."""
    words = []
    for error in bound.errors.as_data():
        usual, own = PLAINER.get(error.code or "", (None, None))
        if own and error.message is usual:
            words.append(own(bound, error.params or {}))
        else:
            words.extend(str(message) for message in error.messages)
    return words


def plain_required(bound: BoundField, params: Mapping[str, Any]) -> str:
    """What is missing, with the verb that fits the control."""
    widget = bound.field.widget
    if str(bound.label).endswith(("か", "？", "?")):
        return _("「%s」に答えてください") % bound.label
    if isinstance(widget, CheckboxInput):
        return _("「%s」に印を付けてください") % bound.label
    if isinstance(widget, ChoiceWidget | FileInput):
        return _("%sを選んでください") % bound.label
    return _("%sを入力してください") % bound.label


def plain_choice(bound: BoundField, params: Mapping[str, Any]) -> str:
    return _("%sを一覧から選んでください") % bound.label


def plain_long(bound: BoundField, params: Mapping[str, Any]) -> str:
    values = {"label": bound.label, "limit": params.get("limit_value"), "now": params.get("show_value")}
    return _("%(label)sは%(limit)s文字までです（いま%(now)s文字）") % values


def plain_low(bound: BoundField, params: Mapping[str, Any]) -> str:
    return _("%(label)sは%(limit)s以上にしてください") % {"label": bound.label, "limit": params.get("limit_value")}


def plain_high(bound: BoundField, params: Mapping[str, Any]) -> str:
    return _("%(label)sは%(limit)s以下にしてください") % {"label": bound.label, "limit": params.get("limit_value")}


# code → (the message Django gives when nobody chose another, ours)
PLAINER: dict[str, tuple[object, Callable[[BoundField, Mapping[str, Any]], str]]] = {
    "required": (Field.default_error_messages["required"], plain_required),
    "invalid_choice": (ChoiceField.default_error_messages["invalid_choice"], plain_choice),
    "max_length": (MaxLengthValidator.message, plain_long),
    "min_value": (MinValueValidator.message, plain_low),
    "max_value": (MaxValueValidator.message, plain_high),
}


def need(bound: BoundField) -> SafeString:
    """必須 or 任意, said for every field so that nobody has to learn a sign."""
    if bound.field.required:
        return format_html(' <span class="need need-yes">{}</span>', _("必須"))
    return format_html(' <span class="need">{}</span>', _("任意"))


def field_notes(bound: BoundField) -> tuple[SafeString, SafeString, str]:
    """(help, errors, ids for ``aria-describedby``) of a field."""
    ids = []
    help_text = errors = EMPTY
    if bound.help_text:
        ids.append(f"{bound.auto_id}_helptext")
        help_text = format_html('<p class="help" id="{}">{}</p>', ids[-1], bound.help_text)
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
        errors = format_html(
            '<div class="error" id="{}">{}</div>',
            ids[-1],
            join(
                [
                    format_html('<p><span class="sr">{}{}</span>{}</p>', _("エラー"), colon(), error)
                    for error in messages_of(bound)
                ]
            ),
        )
    if beside := getattr(bound.field, "described_by", ""):  # an element of the page that tells more of this field
        ids.append(beside)
    return help_text, errors, " ".join(ids)


def widget_context(bound: BoundField, described: str) -> Context:
    """What Django would hand to the widget's template, plus the helps of the options and the labels of the parts."""
    widget = bound.field.widget
    attrs = bound.build_widget_attrs({"id": bound.auto_id} if bound.auto_id else {})
    if described and not widget.use_fieldset:
        attrs["aria-describedby"] = described
    context: Context = widget.get_context(bound.html_name, bound.value(), attrs)
    context["widget"]["choice_helps"] = getattr(bound.field, "choice_helps", None) or getattr(
        widget, "choice_helps", None
    )
    context["widget"]["part_labels"] = part_labels(bound)
    context["widget"]["label"] = bound.label
    return context


def part_labels(bound: BoundField) -> Sequence[str]:
    widget = bound.field.widget
    labels = getattr(widget, "part_labels", None) or getattr(bound.field, "part_labels", None)
    if labels:
        return tuple(labels)
    return (_("年"), _("月"), pgettext("part of a date", "日")) if isinstance(widget, SelectDateWidget) else ()


def paint_widget(bound: BoundField, described: str) -> SafeString:
    widget = bound.field.widget
    painter = PAINTERS.get(widget.template_name)
    if painter is None:
        attrs: dict[str, str | bool] = {"aria-describedby": described} if described else {}
        return bound.as_widget(attrs=attrs)
    return painter(widget_context(bound, described))


def paint_field(context: Context) -> SafeString:
    """One field with label, need, help, widget and errors."""
    bound: BoundField = context["field"]
    if bound.is_hidden:
        return bound.as_widget()
    widget = bound.field.widget
    help_text, errors, described = field_notes(bound)
    css = "field field-bad" if bound.errors else "field"
    painted = paint_widget(bound, described)
    if isinstance(widget, CheckboxInput):
        return format_html(
            '<div class="{}"><label class="choice">{}<span><b>{}</b>{}</span></label>{}{}</div>',
            css, painted, bound.label, need(bound), help_text, errors,
        )  # fmt: skip
    if is_group(bound):
        return format_html(
            '<fieldset class="{}"{}{}><legend>{}{}</legend>{}{}{}</fieldset>',
            css,
            attribute("id", bound.auto_id),
            attribute("aria-describedby", described),
            bound.label, need(bound), help_text, painted, errors,
        )  # fmt: skip
    return format_html(
        '<div class="{}"><label class="label" for="{}">{}{}</label>{}{}{}</div>',
        css, bound.id_for_label, bound.label, need(bound), help_text, painted, errors,
    )  # fmt: skip


def is_group(bound: BoundField) -> bool:
    """Whether the field is more than one control, and so a fieldset."""
    widget = bound.field.widget
    return widget.use_fieldset and not isinstance(widget, FileInput)


def first_control(form: BaseForm, name: str) -> str:
    """The id of the first control of a field, which the error summary links to."""
    bound = form[name]
    widget = bound.field.widget
    if isinstance(widget, ChoiceWidget | MultiWidget) and widget.use_fieldset:
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


def paint_summary(form: BaseForm) -> SafeString:
    if not form.is_bound or not form.errors or getattr(form, "_summary_shown", False):
        return EMPTY
    form._summary_shown = True  # type: ignore[attr-defined]
    rows = [format_html("<li>{}</li>", error) for error in form.non_field_errors()]
    for name in form.errors:
        if name in form.fields:
            target = first_control(form, name)
            label = str(form[name].label)
            for error in messages_of(form[name]):
                words = error if label in error else f"{label}{colon()}{error}"
                rows.append(format_html('<li><a href="#{}">{}</a></li>', target, words))
    title = ngettext("%s か所、確認してください", "%s か所、確認してください", len(rows)) % len(rows)
    return format_html(
        '<div class="summary" role="alert" tabindex="-1" data-focus><h2>{}</h2><ul>{}</ul></div>', title, join(rows)
    )


def paint_form(context: Context) -> SafeString:
    """The whole form: summary, fields in order, hidden fields at the end."""
    form: BaseForm = context["form"]
    parts = [paint_summary(form)]
    parts += [paint_field({"field": bound}) for bound, _errors in context["fields"]]
    parts += [bound.as_widget() for bound in context["hidden_fields"]]
    return join(parts)


def paint_label(context: Context) -> SafeString:
    attrs = with_class(context["attrs"] or {}, "label")
    return format_html("<{}{}>{}</{}>", context["tag"], flat(attrs), context["label"], context["tag"])


WIDGETS = "django/forms/widgets/"
PAINTERS: dict[str, Callable[[Context], SafeString]] = {
    "ui/form": paint_form,
    "ui/field": paint_field,
    "django/forms/label.html": paint_label,
    "django/forms/errors/list/default.html": paint_errors,
    "django/forms/errors/list/ul.html": paint_errors,
    **{
        f"{WIDGETS}{name}.html": paint_input
        for name in ["text", "email", "url", "tel", "password", "search", "input", "datetime", "color"]
    },
    f"{WIDGETS}number.html": paint_number,
    f"{WIDGETS}date.html": paint_date,
    f"{WIDGETS}time.html": paint_time,
    f"{WIDGETS}hidden.html": paint_hidden,
    f"{WIDGETS}textarea.html": paint_textarea,
    f"{WIDGETS}checkbox.html": paint_checkbox,
    f"{WIDGETS}select.html": paint_select,
    f"{WIDGETS}radio.html": paint_choices,
    f"{WIDGETS}checkbox_select.html": paint_choices,
    f"{WIDGETS}file.html": paint_file,
    f"{WIDGETS}clearable_file_input.html": paint_file,
    f"{WIDGETS}multiwidget.html": paint_parts,
    f"{WIDGETS}splitdatetime.html": paint_parts,
    f"{WIDGETS}select_date.html": paint_parts,
}
