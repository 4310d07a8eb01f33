"""Several inputs under one legend: a name, an address, rows of a repeating group. HTML like that of ``painters.py``."""

from collections.abc import Sequence

from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.ui.markup import EMPTY, attribute, attributes, format_html, join, optional
from tocho.ui.painters import field_notes, is_group, paint_field, paint_widget
from tocho.ui.tags.buttons import ui_button

FORM_PART = "questions"  # id of the element that helper buttons swap
FEE_PART = "fee"  # id of the fee at the foot of the page (``ui_fee``)


def paint_part(bound: BoundField, *, set_required: bool) -> SafeString:
    """One input of a set with a small label; only what differs from the set's own 必須 or 任意 is said."""
    if is_group(bound):
        return paint_field({"field": bound})
    help_text, errors, described = field_notes(bound)
    css = "part field-bad" if bound.errors else "part"
    need = (
        format_html(' <span class="need">{}</span>', _("任意")) if set_required and not bound.field.required else EMPTY
    )
    return format_html(
        '<div class="{}"><label class="part-label" for="{}">{}{}</label>{}{}{}</div>',
        css, bound.id_for_label, bound.label, need, help_text, paint_widget(bound, described), errors,
    )  # fmt: skip


def paint_line(parts: Sequence[SafeString]) -> SafeString:
    """Inputs side by side, as far as the screen is wide."""
    return format_html('<div class="parts">{}</div>', join(parts))


def paint_beside(content: SafeString) -> SafeString:
    """A button at the height of the input it stands beside."""
    return format_html('<div class="form-inline">{}</div>', content)


def paint_set(
    legend: str, content: Sequence[SafeString], *, required: bool | None, help_text: str = "", html_id: str = ""
) -> SafeString:
    """A fieldset; ``required`` None says neither 必須 nor 任意."""
    need = EMPTY
    if required is not None:
        css, word = ("need need-yes", _("必須")) if required else ("need", _("任意"))
        need = format_html(' <span class="{}">{}</span>', css, word)
    help_id = f"{html_id}_help" if help_text and html_id else ""
    return format_html(
        '<fieldset class="field"{}{}><legend>{}{}</legend>{}{}</fieldset>',
        attribute("id", html_id),
        attribute("aria-describedby", help_id),
        legend,
        need,
        format_html('<p class="help"{}>{}</p>', attribute("id", help_id), help_text) if help_text else EMPTY,
        join(content),
    )


def paint_row(title: str, content: Sequence[SafeString]) -> SafeString:
    """One row of a repeating group, framed so that it is seen where it ends."""
    return format_html('<fieldset class="set-row"><legend>{}</legend>{}</fieldset>', title, paint_stack(content))


def paint_stack(content: Sequence[SafeString], *, html_id: str = "", is_live: bool = False) -> SafeString:
    """Questions one below the other; ``is_live``: they come and go (``live.js``)."""
    parts = attribute("id", html_id) + attribute("data-live", is_live), join(content)
    return format_html('<div class="form"{}>{}</div>', *parts)


def paint_living(
    content: SafeString, *, key: str, reads: str, when: str, is_shown: bool, refreshes: str, when_unsure: bool = False
) -> SafeString:
    """A question that others of the page depend on (``reads``: how its answer is read) or that depends on others
    (``when``: the tree that shows it), both JSON for ``live.js``. ``refreshes``: the id of the part of the page that
    only the server can bring up to date after a change; ``when_unsure``: after one that ``live.js`` cannot compute.
    """
    extra: dict[str, object] = {}
    if refreshes:
        extra = {
            "hx_post": "?", "hx_trigger": "unsure" if when_unsure else "change",
            "hx_vals": '{"_refresh": "1"}', "hx_include": "closest form",
            "hx_target": f"#{refreshes}", "hx_select": f"#{refreshes}", "hx_swap": "outerHTML",
            "hx_select_oob": "" if refreshes == FEE_PART else f"#{FEE_PART}",
            "hx_encoding": "" if refreshes == FEE_PART else "multipart/form-data",
        }  # fmt: skip
    return format_html(
        '<div data-question="{}"{}{}{}{}>{}</div>',
        key,
        attribute("data-reads", reads),
        attribute("data-when", when),
        attribute("hidden", not is_shown),
        attributes(extra),
        content,
    )


def paint_news(words: str) -> SafeString:
    """What changed on the page since it was sent, said to screen readers too."""
    return format_html('<p class="news" role="status">{}</p>', words)


def paint_words(heading: str, text: str) -> SafeString:
    """A note between the questions."""
    return format_html(
        '<div class="field">{}{}</div>',
        optional('<p class="label">{}</p>', heading),
        optional('<p class="help">{}</p>', text),
    )


def paint_helper(label: str, *, name: str, value: str, variant: str = "secondary", moves: bool = False) -> SafeString:
    """A button that changes the form without submitting it: htmx swaps the questions, else the page comes anew.

    ``moves``: the questions have other names afterwards (``typed.js``).
    """
    button: SafeString = ui_button(
        label, name=name, value=value, variant=variant, size="s", hx_post="?", hx_target=f"#{FORM_PART}",
        hx_select=f"#{FORM_PART}", hx_swap="outerHTML", hx_encoding="multipart/form-data", data_moves=moves,
    )  # fmt: skip
    return button


def paint_default_button(label: str) -> SafeString:
    """What the Enter key presses: browsers take a form's first button, which would else be a helper."""
    return format_html('<button type="submit" hidden>{}</button>', label)
