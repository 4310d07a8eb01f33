"""Facts, tables, what happened when, and who decides."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.template import Library, Node, NodeList
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.library import parse_bits
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocho.ui.markup import EMPTY, attribute, colon, format_html, get, in_brackets, join, one_of, optional
from tocho.ui.numerals import count
from tocho.ui.tags.words import moment

register = Library()
QUIET = mark_safe('<td class="num"><span class="quiet" aria-hidden="true">·</span><span class="sr">0</span></td>')
STATES = ("done", "now", "next", "bad", "skip")


@register.simple_block_tag(end_name="end_ui_facts")
def ui_facts(content: str) -> SafeString:
    """Labelled values below each other; holds ``ui_fact`` only."""
    return format_html('<dl class="facts">{}</dl>', content)


def fact(label: str, value: object, href: str = "", action: str = "") -> SafeString:
    """One row of ``ui_facts``; ``href`` adds a link at its end (直す), named with the label for those who listen."""
    change = ""
    if href:
        words = action or _("直す")
        change = format_html(
            '<a class="fact-change" href="{}">{}<span class="sr">{}</span></a>', href, words, in_brackets(label)
        )
    return format_html(
        "<div><dt>{}</dt><dd>{}{}</dd></div>", label, _("なし") if value in (None, "") else value, change
    )


class FactNode(Node):
    """``{% ui_fact label value=… %}`` or ``{% ui_fact label %}…{% end_ui_fact %}``."""

    def __init__(self, args: list[Any], kwargs: dict[str, Any], nodelist: NodeList | None) -> None:
        self.args, self.kwargs, self.nodelist = args, kwargs, nodelist or NodeList()
        self.is_block = nodelist is not None

    def render(self, context: Context) -> SafeString:
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        if self.is_block:
            kwargs["value"] = self.nodelist.render(context)
        return fact(*args, **kwargs)


@register.tag
def ui_fact(parser: Parser, token: Token) -> FactNode:
    """One labelled value; without ``value=`` (or a second word) it is a block."""
    bits = token.split_contents()[1:]
    named = [bool(re.match(r"\w+=", bit)) for bit in bits]
    is_block = not any(bit.startswith("value=") for bit in bits) and named.count(False) < 2
    nodelist = None
    names = ["label", "href", "action"] if is_block else ["label", "value", "href", "action"]
    form: Any = (names, None, None, ("", ""), [], None, False, "ui_fact")
    args, kwargs = parse_bits(parser, bits, *form)
    if is_block:
        nodelist = parser.parse(("end_ui_fact",))
        parser.delete_first_token()
    return FactNode(args, kwargs, nodelist)


@register.simple_block_tag(end_name="end_ui_table")
def ui_table(
    content: str,
    *,
    caption: str = "",
    hide_caption: bool = False,
    id: str = "",  # noqa: A002
    sheet: bool = False,
    fold: bool | None = None,
) -> SafeString:
    """A table; write plain ``<thead>`` and ``<tbody>`` inside.

    On a narrow screen a list of things to open (a row holds a ``data-row`` link; or say ``fold``) becomes a card for
    each row, every value with its heading; numbers to be compared scroll sideways inside themselves.
    ``sheet``: its cells are inputs, edge to edge, as in a spreadsheet; with ``fold`` they stand below each other there.
    """
    folds = "data-row" in content if fold is None else fold
    words = format_html("<caption{}>{}</caption>", attribute("class", "sr" if hide_caption else ""), caption)
    return format_html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table{}{}{}>{}{}</table></div>',
        caption or _("表"),
        attribute(
            "class", ("sheet-table fold-sheet" if folds else "sheet-table") if sheet else "fold-table" if folds else ""
        ),
        attribute("role", "table" if folds else ""),
        attribute("id", id),
        words if caption else "",
        mark_safe(folded(content)) if folds else content,  # noqa: S308  attributes added to what is safe
    )


HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
CELL = re.compile(r"<(td|th)\b")


def folded(content: str) -> str:
    """Rows that can be shown as blocks: each value carries its heading, and the role that a block would lose."""
    head, end, body = content.partition("</thead>")
    labels = [strip_tags(words).strip().replace('"', "&quot;") for words in HEAD.findall(head)]
    rows = "<tr".join(_labelled(row, labels) for row in body.split("<tr"))
    whole = head.replace("<th ", '<th role="columnheader" ') + end + rows
    for name, role in (("thead", "rowgroup"), ("tbody", "rowgroup"), ("tr", "row")):
        whole = whole.replace(f"<{name}", f'<{name} role="{role}"')
    return whole


def _labelled(row: str, labels: list[str]) -> str:
    left = iter(labels)
    roles = {"td": "cell", "th": "rowheader"}
    return CELL.sub(lambda cell: f'{cell[0]} role="{roles[cell[1]]}" data-label="{next(left, "")}"', row)


@register.simple_tag
def ui_num(
    value: object, *, digits: int | None = None, unit: str = "", head: bool = False, note: str = "", rows: int = 0
) -> SafeString:
    """A whole table cell (``<td>``, or ``<th>`` with ``head=True``), its number at the right; a head may span rows."""
    number = count(value, digits=digits) if isinstance(value, int | float | Decimal) else value
    if head:
        return format_html('<th class="num" scope="col"{}>{}{}</th>', attribute("rowspan", rows or None), number, unit)
    if value is None or value == "":
        return format_html('<td class="num"><span class="quiet">–</span><span class="sr">{}</span></td>', _("なし"))
    return format_html('<td class="num">{}{}{}</td>', number, unit, optional('<br><span class="note">{}</span>', note))


@register.simple_tag
def ui_heat(value: int | None, most: int, *, unit: str = "", href: str = "") -> SafeString:
    """A whole cell of a heat table: the number, on a ground that is the deeper the nearer it comes to ``most``.

    The number carries the meaning, the ground repeats it; zero and nothing are a quiet dot.
    """
    if not value:
        return QUIET
    step = min(4, 1 + 4 * (value - 1) // max(most, 1))
    number = format_html('<a href="{}">{}</a>', href, count(value)) if href else count(value)
    return format_html('<td class="num heat heat-{}">{}{}</td>', step, number, unit)


def state_name(state: str) -> str:
    """The state in words, for those who cannot see the dot."""
    return {
        "done": pgettext("state", "済み"),
        "now": pgettext("state", "いま"),
        "next": pgettext("state", "これから"),
        "bad": pgettext("state", "要確認"),
        "skip": pgettext("state", "省略"),
    }[one_of(state, STATES, "state")]


def dotted(items: Iterable[Any], css: str) -> SafeString:
    """A vertical line of dots: title, moment, text, and a link when there is one."""
    rows = []
    for item in items or ():
        state = str(get(item, "state", default="next"))
        title, href = get(item, "title", "label"), get(item, "href", "url")
        rows.append(
            format_html(
                '<li class="dot dot-{}"{}><p class="dot-title"><span class="sr">{}{}</span>{}</p>{}{}</li>',
                state,
                attribute("aria-current", "step" if state == "now" else ""),
                state_name(state),
                colon(),
                format_html('<a href="{}">{}</a>', href, title) if href else title,
                optional('<p class="note">{}</p>', moment(get(item, "at", "on"))),
                optional('<p class="dot-text">{}</p>', get(item, "text", "note")),
            )
        )
    return format_html('<ol class="{}">{}</ol>', css, join(rows)) if rows else EMPTY


@register.simple_tag
def ui_timeline(items: Iterable[Any]) -> SafeString:
    """What happened and what comes next: ``title, at, text, href, state=done|now|next|bad|skip``."""
    return dotted(items, "dots")


@register.simple_tag
def ui_route(steps: Iterable[Any]) -> SafeString:
    """The route of a decision as people: ``role, name, post, at, text, state``; ``title`` when it is no person."""
    rows = []
    for step in steps or ():
        person = get(step, "name", "holder")
        post = get(step, "post")
        who = format_html("{}{}", person, in_brackets(post) if post and person else post)
        title = get(step, "title") or format_html("{} {}", get(step, "role"), who)
        rows.append(
            {"title": title, **{name: get(step, name) for name in ("at", "href")}}
            | {"text": get(step, "text", "note"), "state": get(step, "state", default="next")}
        )
    return dotted(rows, "dots route")
