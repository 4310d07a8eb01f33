"""Buttons and links that look like buttons."""

from typing import Any

from django.template import Library
from django.utils.safestring import SafeString

from tocho.ui.markup import attribute, attributes, format_html, join, one_of, optional

register = Library()
VARIANTS = ("primary", "secondary", "danger", "text")


@register.simple_tag
def ui_button(
    label: str,
    *,
    href: str = "",
    type: str = "submit",  # noqa: A002
    variant: str = "primary",
    size: str = "m",
    key: str = "",
    **extra: Any,
) -> SafeString:
    """A verb to press, or a link with ``href``. ``key`` = the letter that presses it; ``confirm`` = a question first.

    Also takes ``name``, ``value``, ``confirm``, and any ``hx_…``, ``data_…``, ``aria_…``, ``form…`` attribute.
    """
    own = join([attribute(name, extra.pop(name, "")) for name in ("name", "value")])
    own = own + attribute("data-confirm", extra.pop("confirm", "")) + attribute("data-key", key)
    css = f"button button-{one_of(variant, VARIANTS, 'variant')} button-{one_of(size, ('xs', 's', 'm', 'l'), 'size')}"
    hint = optional('<kbd aria-hidden="true">{}</kbd>', key.upper() if len(key) == 1 else key)
    if href:
        return format_html('<a class="{}" href="{}"{}{}>{}{}</a>', css, href, own, attributes(extra), label, hint)
    kind = one_of(type, ("submit", "button", "reset"), "type")
    return format_html('<button class="{}" type="{}"{}{}>{}{}</button>', css, kind, own, attributes(extra), label, hint)


@register.simple_tag
def ui_link_button(label: str, href: str, *, variant: str = "secondary", **extra: Any) -> SafeString:
    """A link that is the next step."""
    button: SafeString = ui_button(label, href=href, variant=variant, **extra)
    return button
