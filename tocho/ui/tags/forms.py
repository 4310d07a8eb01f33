"""Around the fields: the form element, the summary of errors, the sticky foot, the search box."""

import secrets
from typing import Any

from django.forms import BaseForm
from django.template import Library
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tocho.ui.forms import error_summary
from tocho.ui.icons import icon
from tocho.ui.maps import paint_map
from tocho.ui.markup import EMPTY, attribute, attributes, format_html, join, one_of
from tocho.ui.numerals import Number, yen

register = Library()


@register.simple_block_tag(takes_context=True, end_name="end_ui_form")
def ui_form(context: Context, content: str, *, action: str = "", method: str = "post", **extra: Any) -> SafeString:
    """A form: CSRF token, multipart when there is a file in it, and ``_once``, a key that makes a double press one act.

    Browsers do not check it (``novalidate``): our own messages say more, in the reader's language.
    """
    is_post = one_of(method, ("get", "post"), "method") == "post"
    hidden = EMPTY
    if is_post:
        hidden = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="_once" value="{}">',
            context.get("csrf_token", ""),
            secrets.token_urlsafe(12),
        )
    multipart = is_post and 'type="file"' in content
    css = attribute("class", "form-inline" if extra.pop("inline", False) else "form")
    return format_html(
        '<form method="{}"{}{}{}{} novalidate>{}{}</form>',
        method,
        attribute("action", action),
        attribute("enctype", "multipart/form-data" if multipart else ""),
        css,
        attributes(extra),
        hidden,
        content,
    )


@register.simple_tag(takes_context=True)
def ui_upload(
    context: Context,
    label: str,
    action: str,
    *,
    id: str,  # noqa: A002
    accept: str = "",
    multiple: bool = False,
    note: str = "",
    button: str = "",
    **hidden: object,
) -> SafeString:
    """Files for one thing, sent as soon as they are chosen or dropped, each with its progress; without JavaScript a
    plain form. ``hidden``: further values. The answer's elements replace those of the same id in the page."""
    values = {"csrfmiddlewaretoken": context.get("csrf_token", ""), **hidden}
    return format_html(
        '<form class="upload" method="post" action="{}" enctype="multipart/form-data" novalidate data-upload>{}'
        '<label class="sr" for="{}">{}</label><p class="help" id="{}-help">{}</p>'
        '<div class="drop" data-drop><p class="drop-words" hidden>{}</p>'
        '<input type="file" name="files" id="{}" aria-describedby="{}-help"{}{}></div>'
        '<ul class="upload-list" data-uploads aria-live="polite" data-sending="{}" data-failed="{}" hidden></ul>'
        '<button class="button button-secondary button-m" type="submit">{}</button></form>',
        action,
        join(format_html('<input type="hidden" name="{}" value="{}">', name, value) for name, value in values.items()),
        id,
        label,
        id,
        note,
        _("ここにファイルを置くか、下のボタンで選んでください"),
        id,
        id,
        attribute("accept", accept),
        attribute("multiple", multiple),
        _("送信中"),
        _("送れませんでした。通信を確かめて、もう一度選んでください。"),
        button or _("アップロードする"),
    )


@register.simple_tag
def ui_error_summary(form: BaseForm) -> SafeString:
    """What has to be corrected, each line a link to its field; ``{{ form }}`` shows it too, once."""
    return error_summary(form)


@register.simple_tag
def ui_fee(amount: Number | None, *, label: str = "", tree: str = "") -> SafeString:
    """The fee as it stands now, at the left of the foot. ``tree``: how ``live.js`` computes it while people type."""
    unknown, free = _("計算中"), _("無料")
    says = {"data_tree": tree, "data_unknown": unknown, "data_free": free, "data_yen": yen(0)} if tree else {}
    return format_html(
        '<p class="fee" id="fee" aria-live="polite"{}><span class="note">{}</span><b class="figure">{}</b></p>',
        attributes(says),
        label or _("手数料"),
        unknown if amount is None else (free if not amount else yen(amount)),
    )


@register.simple_tag
def ui_map(name: str, lat: Any = "", lon: Any = "") -> SafeString:
    """A schematic map of Tokyo whose mark sets the inputs ``<name>-lat`` and ``<name>-lon`` (degrees) of the page."""
    return paint_map(name, lat, lon)


@register.simple_block_tag(end_name="end_ui_foot")
def ui_foot(content: str, *, label: str = "") -> SafeString:
    """The foot that stays in reach of the thumb: ``ui_fee`` at the left, buttons at the right."""
    return format_html(
        '<div class="foot"{}><div class="foot-inner">{}</div></div>', attribute("aria-label", label), content
    )


@register.simple_tag
def ui_search_box(
    action: str,
    value: str = "",
    *,
    placeholder: str = "",
    label: str = "",
    name: str = "q",
    size: str = "l",
    **extra: Any,
) -> SafeString:
    """One box that understands; a plain GET form."""
    words = label or _("キーワードでさがす")
    target = extra.pop("id", "") or f"search-{name}-{size}"
    return format_html(
        '<search><form class="search search-{}" action="{}" method="get"><label class="sr" for="{}">{}</label>'
        '<input class="input" id="{}" type="search" name="{}" value="{}" placeholder="{}" autocomplete="off"'
        ' data-key="/"{}><button class="button button-{} button-{}">{}{}{}</button></form></search>',
        one_of(size, ("m", "l"), "size"),
        action,
        target,
        words,
        target,
        name,
        value or "",
        placeholder,
        attributes(extra),
        "secondary" if size == "m" else "primary",
        size,
        icon("search"),
        _("さがす"),
        mark_safe('<kbd aria-hidden="true">/</kbd>') if size == "m" else EMPTY,
    )
