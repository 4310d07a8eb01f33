"""What two sides write to each other."""

from datetime import datetime
from typing import Any

from django.template import Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.ui.markup import attribute, attributes, format_html, optional
from tocho.ui.tags.words import moment

register = Library()


@register.simple_block_tag(end_name="end_ui_talk")
def ui_talk(content: str, *, label: str = "", **extra: Any) -> SafeString:
    """Messages below each other, the reader's own at the right; holds ``ui_said`` only. New ones are read out."""
    return format_html(
        '<div class="talk" role="log"{}{}>{}</div>',
        attribute("aria-label", label or _("やりとり")),
        attributes(extra),
        content,
    )


@register.simple_block_tag(end_name="end_ui_said")
def ui_said(content: str, who: str, *, mine: bool = False, at: datetime | None = None, note: str = "") -> SafeString:
    """One message: who, when, what, and on one's own whether it was read (``note``)."""
    return format_html(
        '<div class="said{}"><p class="said-who">{} <span class="note">{}</span></p>'
        '<div class="said-text">{}</div>{}</div>',
        " said-mine" if mine else "",
        who,
        moment(at),
        content,
        optional('<p class="note said-note">{}</p>', note),
    )
