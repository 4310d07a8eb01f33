"""Used by the layouts only: places that vanish when a page leaves them empty."""

from functools import lru_cache

from django.conf import settings
from django.template import Library, Node, NodeList
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.ui.markup import EMPTY, format_html, join, one_of

register = Library()
STYLES = ("vendor/design-tokens/tokens.css", "ui/tocho.css", "ui/components.css", "ui/forms.css")
HTMX = '{"includeIndicatorStyles":false,"allowEval":false,"responseHandling":[{"code":"204","swap":false},'
HTMX += '{"code":"[23]..","swap":true},{"code":"422","swap":true},{"code":"[45]..","swap":false,"error":true}]}'


@lru_cache(maxsize=2)
def head(debug: bool) -> SafeString:
    """Styles, scripts and htmx's settings: the same for every page, so they are built once in a process."""
    styles = join([format_html('<link rel="stylesheet" href="{}">\n', static(name)) for name in STYLES])
    return format_html(
        '{}<link rel="stylesheet" href="{}" media="print">\n<link rel="icon" href="{}" type="image/svg+xml">\n'
        '<meta name="htmx-config" content="{}">\n<script src="{}" defer></script>\n'
        '<script src="{}" type="module"></script>',
        styles,
        static("ui/print.css"),
        static("ui/icon.svg"),
        HTMX,
        static("django_htmx/htmx-2.min.js"),
        static("ui/ui.js"),
    )


class OnceNode(Node):
    """``{% ui_once %}…{% end_ui_once %}``: what is the same on all pages, rendered once in a process for each language.

    It is rendered with nothing of the page or the person in reach, so nothing of them can be kept for others.
    """

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.kept: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.kept:
            self.kept[language] = self.nodelist.render(context.new())
        return self.kept[language]


@register.tag
def ui_once(parser: Parser, token: Token) -> OnceNode:
    nodelist = parser.parse(("end_ui_once",))
    parser.delete_first_token()
    return OnceNode(nodelist)


@register.simple_tag
def ui_head() -> SafeString:
    """What every page loads."""
    return head(settings.DEBUG)


@register.simple_block_tag(end_name="end_ui_heading")
def ui_heading(content: str) -> SafeString:
    """The heading block: plain text becomes the h1; a page that writes its own ``<h1>`` keeps it."""
    content = join([content.strip()])
    if not content or "<h1" in content:
        return format_html('<header class="heading">{}</header>', content) if content else EMPTY
    return format_html('<header class="heading"><h1>{}</h1></header>', content)


@register.simple_block_tag(end_name="end_ui_slot")
def ui_slot(content: str, *, name: str) -> SafeString:
    """``aside``, ``side`` or ``breadcrumb`` of a layout; nothing at all when the page gave only white space."""
    content = join([content.strip()])
    one_of(name, ("aside", "side", "breadcrumb"), "name")
    if not content:
        return EMPTY
    if name == "aside":
        return format_html('<aside class="aside" aria-label="{}">{}</aside>', _("関連する情報"), content)
    if name == "side":
        return format_html('<nav class="side" aria-label="{}">{}</nav>', _("一覧"), content)
    return format_html("{}", content)
