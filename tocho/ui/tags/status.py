"""What state something is in: tags, banners, answers, nothing there."""

from collections.abc import Iterable
from typing import Any

from django.template import Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.ui.icons import icon
from tocho.ui.markup import EMPTY, attribute, format_html, join, one_of, optional

register = Library()
TONES = ("neutral", "info", "ok", "wait", "bad")
BANNERS = {"info": "info", "ok": "ok", "warn": "warn", "error": "error"}


@register.simple_tag
def ui_tag(text: str, tone: str = "neutral") -> SafeString:
    """A state in one word; the words carry the meaning, the colour repeats it."""
    return format_html('<span class="tag tag-{}">{}</span>', one_of(tone, TONES, "tone"), text)


def banner(content: str, *, title: str = "", tone: str = "info", id: str = "") -> SafeString:  # noqa: A002
    """The banner's markup, also for Django's messages and for tests."""
    urgent = one_of(tone, BANNERS, "tone") in ("warn", "error")
    return format_html(
        '<div class="banner banner-{}" role="{}"{}>{}<div class="banner-body">{}{}</div></div>',
        tone,
        "alert" if urgent else "status",
        attribute("id", id),
        icon(BANNERS[tone]),
        optional('<p class="banner-title">{}</p>', title),
        content,
    )


@register.simple_block_tag(end_name="end_ui_banner")
def ui_banner(content: str, *, title: str = "", tone: str = "info", id: str = "") -> SafeString:  # noqa: A002
    """One thing the reader should know before the rest of the page."""
    return banner(content, title=title, tone=tone, id=id)


@register.simple_tag
def ui_messages(messages: Iterable[Any]) -> SafeString:
    """Django's messages as banners; the layouts show them above the content."""
    tones = {"error": "error", "warning": "warn", "success": "ok"}
    parts = [
        banner(format_html("<p>{}</p>", message), tone=tones.get(message.level_tag, "info"))
        for message in messages or ()
    ]
    return format_html('<div class="messages">{}</div>', join(parts)) if parts else EMPTY


@register.simple_block_tag(end_name="end_ui_answer")
def ui_answer(content: str, *, title: str, tone: str = "ok", note: str = "") -> SafeString:
    """A large answer: genuine or not, received or not. The page's h1 stays in the heading block."""
    sign = {"ok": "ok", "bad": "error", "wait": "info"}[one_of(tone, ("ok", "bad", "wait"), "tone")]
    return format_html(
        '<div class="answer answer-{}"{}>{}<div><p class="answer-title">{}</p>{}{}</div></div>',
        tone,
        attribute("role", "status" if tone != "bad" else "alert"),
        icon(sign),
        title,
        optional('<p class="note">{}</p>', note),
        content,
    )


@register.simple_tag
def ui_empty(title: str, text: str = "", *, href: str = "", label: str = "") -> SafeString:
    """Nothing there (yet), why, and what to do about it."""
    return format_html(
        '<div class="empty">{}<p class="empty-title">{}</p>{}{}</div>',
        icon("empty"),
        title,
        optional("<p>{}</p>", text),
        format_html('<p><a class="button button-secondary button-m" href="{}">{}</a></p>', href, label or _("はじめる"))
        if href
        else "",
    )
