"""``{% load accounts %}``: small words of the pages about one's own account."""

from django.template import Library
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.ui.markup import dotted
from tocho.ui.tags.navigation import ui_breadcrumb

register = Library()
# The order matters: Edge says that it is Chrome, and Chrome that it is Safari.
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"))


@register.simple_tag
def account_crumbs(here: str) -> SafeString:
    return ui_breadcrumb([(_("アカウントの安全"), reverse("mfa_index")), (here, "")])


@register.filter
def browser_name(user_agent: str) -> str:
    """``Chrome・Windows``: what people can recognise of a browser's long name."""
    known = [next((name for mark, name in names if mark in user_agent), "") for names in (BROWSERS, SYSTEMS)]
    return dotted(name for name in known if name) or user_agent[:40] or _("わからない")
